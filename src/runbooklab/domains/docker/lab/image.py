"""The lab's image: a shell and a few tools of this machine, with the libraries they load."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from runbooklab.lab.owner import LABEL
from runbooklab.lab.testbed import Unavailable

if TYPE_CHECKING:
    from docker import APIClient

PROGRAMS = (
    "sh",
    "cat",
    "sleep",
    "getent",
    "timeout",
    "ls",
    "mkdir",
    "df",
    "dd",
    "touch",
    "id",
    "head",
    "stat",
    "tail",
)
NEEDED = frozenset(PROGRAMS[:3])
#: Other programs are another image.
TAG = f"runbooklab-lab-docker:{zlib.crc32(' '.join(PROGRAMS).encode()):08x}"
_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nworker:x:999:999:worker:/data:/bin/sh\n",
    "etc/group": "root:x:0:\nworker:x:999:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
_FOLDERS = ("data", "tmp", "root", "run", "var/log", "etc/tts")


def build(client: APIClient) -> str:
    """The tag of the image, built first if the engine does not have it. Raises :class:`Unavailable`."""
    from docker.errors import ImageNotFound

    try:
        client.inspect_image(TAG)  # type: ignore[no-untyped-call] # docker-py decorates it
    except ImageNotFound:
        repository, _, version = TAG.partition(":")
        changes = [f"LABEL {LABEL}=1", "WORKDIR /data", 'CMD ["sleep", "3600"]']
        client.import_image_from_data(_archive(), repository=repository, tag=version, changes=changes)
    return TAG


def _archive() -> bytes:
    """The image's file system as a tar archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for folder in _FOLDERS:
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o777
            tar.addfile(entry)
        for name, text in _FILES.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
        for inside, source in sorted(_programs().items()):
            tar.add(source.resolve(), arcname=inside.lstrip("/"))
    return buffer.getvalue()


def _programs() -> dict[str, Path]:
    """Path inside the image -> file of this machine, for every program and library."""
    files: dict[str, Path] = {}
    for program in PROGRAMS:
        found = shutil.which(program)
        if found is None:
            if program in NEEDED:
                raise Unavailable(f"needs {program} for its image")
            continue
        files[f"/usr/bin/{program}"] = Path(found)
        listing = subprocess.run(["ldd", found], capture_output=True, text=True, timeout=20, check=False)
        words = (word for line in listing.stdout.splitlines() for word in line.split())
        files |= {word: Path(word) for word in words if word.startswith("/")}
    # Debian's /bin is a link to /usr/bin; the image has both as folders.
    files["/bin/sh"] = files["/usr/bin/sh"]
    return files
