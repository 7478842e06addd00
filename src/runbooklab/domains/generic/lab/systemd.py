"""A systemd of a testbed's own, in a container with this machine's programs; this host can speak to it."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from runbooklab.lab.owner import LABEL
from runbooklab.lab.testbed import Unavailable

if TYPE_CHECKING:
    from docker import APIClient
    from docker.models.containers import Container

    from runbooklab.lab.testbed import Testbed

PROGRAM = Path("/usr/lib/systemd/systemd")
TAG = ("runbooklab-lab-systemd", "1")
#: What is started: a target that needs the journal alone, and no unit of this machine.
TARGET = "lab.target"
_TARGET = "[Unit]\nDescription=The lab\nRequires=systemd-journald.service\nAfter=systemd-journald.service\n"
_FOLDERS = ("usr", "etc", "run", "tmp", "var", "var/log", "var/lib", "proc", "sys", "dev", "root")
_LINKS = ("bin", "sbin", "lib", "lib64")
_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\n",
}
#: It may write to the cgroups of its own alone, and of the first version only to those that are named
#: systemd: with the others, the engine would no longer hear which containers run out of memory.
_BOOT = (
    "cd /sys/fs/cgroup && { test -d systemd && mount -o remount,rw,bind systemd "
    '|| mount -o remount,rw,bind .; } && cd / && exec "$@"'
)
#: In a mount namespace of its own, a program of this host finds the container's systemd and its journal. It
#: also has to be in its space of process ids: from another one, systemd takes no connection.
_ENTER = 'mount --bind "$1/systemd" /run/systemd && mount --bind "$1/log" /run/log && shift && exec "$@"'


class Systemd(Struct, frozen=True):
    """A systemd that runs as process 1 of a container."""

    container: Container
    run: Path  # its /run

    @property
    def within(self) -> tuple[str, ...]:
        """The words before a program of this host whose ``systemctl`` and ``journalctl`` speak to it."""
        pid = str(self.container.attrs["State"]["Pid"])
        return (
            "nsenter",
            "--pid",
            "-t",
            pid,
            "unshare",
            "--mount",
            "sh",
            "-c",
            _ENTER,
            "within",
            str(self.run),
        )

    def ctl(self, *words: str) -> str:
        """What its ``systemctl`` prints, whatever its status."""
        _, output = self.container.exec_run(["systemctl", "--no-pager", *words])
        assert isinstance(output, bytes)  # it is not streamed
        return output.decode(errors="replace").strip()


def systemd(testbed: Testbed, units: Mapping[str, str]) -> Systemd:
    """A new systemd with these unit files. Raises :class:`Unavailable` if this machine cannot have one."""
    if not PROGRAM.exists():
        raise Unavailable("needs systemd: install the package systemd")
    if not Path("/usr/lib").samefile("/lib"):
        raise Unavailable("needs a system whose /lib is /usr/lib")
    for name, text in {TARGET: _TARGET, **units}.items():
        testbed.file(f"units/{name}", text)
    run = testbed.folder / "run"
    run.mkdir()
    identity = Path("/etc/machine-id")
    mounts = {
        "/usr": {"bind": "/usr", "mode": "ro"},
        str(run): {"bind": "/run", "mode": "rw"},
        str(testbed.folder / "units"): {"bind": "/etc/systemd/system", "mode": "rw"},
    }
    if identity.exists():  # with it, journalctl of this host takes the container's journal for its own
        mounts[str(identity)] = {"bind": str(identity), "mode": "ro"}
    container = testbed.created(
        "systemd",
        ["sh", "-c", _BOOT, "boot", str(PROGRAM), f"--unit={TARGET}", "--show-status=no"],
        image=image(testbed.docker.api),
        cap_add=["SYS_ADMIN", "SYS_PTRACE"],
        security_opt=["seccomp=unconfined", "apparmor=unconfined"],
        cgroupns="private",
        tmpfs={"/tmp": ""},  # of the container
        environment={"container": "docker"},
        volumes=mounts,
    )
    _start(container)
    container.reload()
    running = Systemd(container, run)
    states = ("running", "degraded")
    testbed.until(lambda: running.ctl("is-system-running") in states, lambda: str(container.logs()))
    return running


def _start(container: Container) -> None:
    from docker.errors import APIError

    try:
        container.start()
    except APIError as error:
        raise Unavailable(f"needs an engine that lets a container have SYS_ADMIN: {error}") from error


def image(client: APIClient) -> str:
    """The tag of an image with nothing but folders: the programs are this machine's, mounted."""
    from docker.errors import ImageNotFound

    tag = ":".join(TAG)
    with suppress(ImageNotFound):
        client.inspect_image(tag)  # type: ignore[no-untyped-call] # docker-py decorates it
        return tag
    client.import_image_from_data(_archive(), repository=TAG[0], tag=TAG[1], changes=[f"LABEL {LABEL}=1"])
    return tag


def _archive() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for folder in _FOLDERS:
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for link in _LINKS:
            entry = tarfile.TarInfo(link)
            entry.type, entry.linkname = tarfile.SYMTYPE, f"usr/{link}"
            tar.addfile(entry)
        for name, text in _FILES.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return buffer.getvalue()
