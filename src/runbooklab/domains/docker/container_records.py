"""What was seen of each container in question, besides what the domain of one container sees."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from runbooklab.observe.docker.records import ContainerEvent, ContainerLook, LogTail


class Program(Struct, frozen=True):
    """The file that a container is to execute, as it stands in its image or mount."""

    path: str
    seen: Literal["read", "missing", "not-read"]
    mode: str = ""  # -rwxr-xr-x
    executable: bool = False
    crlf: bool = False  # whether its first line ends in a carriage return
    interpreter: str = ""  # of its first line
    machine: str = ""  # of an ELF file: x86_64, aarch64 ...
    source: str = ""  # the file of this host that is mounted there


class MountStat(Struct, frozen=True):
    """A mount's source on this host."""

    type: str
    source: str
    destination: str
    read_only: bool = False
    exists: bool | None = None  # None: could not be looked at
    directory: bool = False
    empty: bool = False
    uid: int = -1
    gid: int = -1
    mode: int = 0
    changed_at: float = 0.0  # seconds since 1970
    asked_as_mount: bool = False  # by --mount, which makes no folder


class Extras(Struct, frozen=True):
    shm_bytes: int = 0
    shm_used_bytes: int | None = None
    shm_total_bytes: int | None = None
    ipc: str = ""
    asks_for_gpu: bool = False
    runtime: str = ""
    dns: tuple[str, ...] = ()
    dns_answers: dict[str, str] = {}  # server -> "answers", "refuses", "silent", "unreachable"
    log_bytes: int | None = None
    log_limited: bool = False
    architecture: str = ""
    image_present: bool | None = None
    uid: int | None = None
    gid: int | None = None
    program: Program | None = None
    mounts: tuple[MountStat, ...] = ()
    network_ids: dict[str, str] = {}
    refused_port: int = 0  # of this host, by the engine's last error
    port_holder: str = ""  # who has that port now; "" if nobody
    one_shot: bool = False  # a service that another one waits for to be completed


class ContainerView(Struct, frozen=True):
    """One container in question."""

    name: str
    why: Literal["named", "compose", "default"]
    look: ContainerLook | None = None
    missing: str = ""  # why it could not be looked at
    logs: LogTail | None = None
    events: tuple[ContainerEvent, ...] | None = None
    extras: Extras = Extras()


class ContainersLook(Struct, frozen=True):
    views: tuple[ContainerView, ...] = ()
    cut: int = 0  # how many more there are than were looked at


class HeldName(Struct, frozen=True):
    """A container that has the name which a service asks for."""

    name: str
    project: str = ""
    service: str = ""
    state: str = ""
