"""The lab's image: no more than a name for this machine's own files, which containers mount read-only."""

from __future__ import annotations

import io
import sys
import sysconfig
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.lab.owner import LABEL
from runbooklab.lab.testbed import Unavailable

if TYPE_CHECKING:
    from docker import APIClient

TAG = "runbooklab-lab-grpc:1"
#: Where a container finds the programs of this machine.
_SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/sbin")
_FOLDERS = ("tmp", "etc", "proc", "sys", "dev", "lab", *(folder.lstrip("/") for folder in _SYSTEM))
_FILES = {
    "etc/passwd": "root:x:0:0:root:/:/bin/sh\nworker:x:1000:1000:worker:/:/bin/sh\n",
    "etc/group": "root:x:0:\nworker:x:1000:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
}


def build(client: APIClient) -> str:
    """The tag of the image, built first if this engine doesn't have it. Raises :class:`Unavailable`."""
    from docker.errors import APIError, ImageNotFound

    try:
        client.inspect_image(TAG)  # type: ignore[no-untyped-call] # docker-py decorates it
    except ImageNotFound:
        repository, _, version = TAG.partition(":")
        try:
            client.import_image_from_data(
                _archive(), repository=repository, tag=version, changes=[f"LABEL {LABEL}=1"]
            )
        except APIError as error:
            raise Unavailable(f"needs an image of its own: {error}") from error
    return TAG


def _archive() -> bytes:
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
    return buffer.getvalue()


def mounts() -> dict[str, dict[str, str]]:
    """The ``volumes`` of a container in which this interpreter and its packages work."""
    base = Path(sys.base_prefix).resolve()
    folders = {*_SYSTEM, str(base), str(Path(sys.prefix).resolve())}
    found = sorted(folder for folder in folders if Path(folder).exists())
    inner = [
        each for each in found if not any(each != other and each.startswith(f"{other}/") for other in found)
    ]
    return {folder: {"bind": folder, "mode": "ro"} for folder in inner}


def python() -> list[str]:
    """How a container starts this interpreter with its packages."""
    return [str(Path(sys.executable)), "-u"]


def environment() -> dict[str, Any]:
    """Variables with which it finds its packages."""
    return {"PYTHONPATH": sysconfig.get_paths()["purelib"], "PYTHONDONTWRITEBYTECODE": "1"}
