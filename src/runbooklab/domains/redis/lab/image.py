"""The lab's Redis image: the official one from a registry, else made of this machine's redis-server.

The image made here holds redis-server, redis-cli, a shell and a few small tools with the libraries they load.
"""

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

#: What goes into the image; the first four are needed, the others go in if this machine has them.
PROGRAMS = (
    "redis-server", "redis-cli", "sh", "cat", "sleep", "getent", "timeout", "date", "kill", "ls", "mkdir",
    "mv", "df",
)  # fmt: skip
NEEDED = frozenset(PROGRAMS[:4])
#: Other programs are another image.
TAG = f"runbooklab-lab-redis:{zlib.crc32(' '.join(PROGRAMS).encode()):08x}"
#: Loaded at run time by the C library to resolve names, so that ldd does not list them.
NAME_SERVICE = ("libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2")

_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nredis:x:999:999:redis:/data:/bin/sh\n",
    "etc/group": "root:x:0:\nredis:x:999:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
_FOLDERS = ("data", "tmp", "root", "run", "var/log", "usr/local/etc/redis")


#: The image that the runbook itself starts.
OFFICIAL = "redis:7-alpine"


def provide(client: APIClient) -> str:
    """The tag of the image for the lab, which this engine has when this returns.

    The official one if the engine has it from a registry; else one built of this machine's
    redis-server; if there is none, the official one is pulled. Raises :class:`Unavailable` if neither
    can be had.
    """
    from docker.errors import APIError, ImageNotFound

    try:
        if client.inspect_image(OFFICIAL).get("RepoDigests"):
            return OFFICIAL
    except ImageNotFound:
        pass
    try:
        return build(client)
    except Unavailable as error:
        try:
            client.pull(OFFICIAL)
        except APIError as refusal:
            raise Unavailable(f"{error}; {OFFICIAL} cannot be pulled: {refusal}") from refusal
        return OFFICIAL


def build(client: APIClient, tag: str = TAG) -> str:
    """The tag of the lab's image, built first if this engine doesn't have it.

    ``client`` is a docker-py low-level client that may write. Raises :class:`Unavailable`
    if this machine has no redis-server.
    """
    from docker.errors import ImageNotFound

    try:
        client.inspect_image(tag)
    except ImageNotFound:
        repository, _, version = tag.partition(":")
        start = 'CMD ["redis-server", "--protected-mode", "no"]'
        changes = [f"LABEL {LABEL}=1", "WORKDIR /data", "EXPOSE 6379", start]
        client.import_image_from_data(_archive(), repository=repository, tag=version, changes=changes)
    return tag


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
        files |= _libraries(found)
    for library in (path for path in files.copy() if "libc.so" in path):
        for name in NAME_SERVICE:
            beside = Path(library).parent / name
            if beside.exists():
                files[str(beside)] = beside
    # Debian's /bin is a link to /usr/bin; the image has both as folders.
    files["/bin/sh"] = files["/usr/bin/sh"]
    return files


def _libraries(program: str) -> dict[str, Path]:
    listing = subprocess.run(["ldd", program], capture_output=True, text=True, timeout=20, check=False)
    words = (word for line in listing.stdout.splitlines() for word in line.split())
    return {word: Path(word) for word in words if word.startswith("/")}
