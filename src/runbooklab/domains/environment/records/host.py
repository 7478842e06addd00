"""Programs, models, file systems, and the limits of this host."""

from __future__ import annotations

from msgspec import Struct


class CommandSeen(Struct, frozen=True):
    """A program that is required."""

    name: str
    found: tuple[str, ...] = ()  # along PATH, the first one counts
    problem: str = ""  # why the first one cannot run, as a clause
    machine: str = ""  # the machine it is for, if that is another
    not_executable: str = ""  # a file of that name that may not be executed
    first_is_odd: bool = False  # outside the system's folders, and another file than the next


class CommandsSeen(Struct, frozen=True):
    commands: tuple[CommandSeen, ...]
    given: bool
    path: tuple[str, ...] = ()


class ModelFile(Struct, frozen=True):
    """A file of the manifest, or one found among the models."""

    name: str
    line: int = 0
    state: str = "ok"  # ok, missing, corrupt, lfs-pointer, unreadable, unverified
    size_bytes: int = 0
    note: str = ""


class ModelsSeen(Struct, frozen=True):
    manifest: str
    folder: str
    exists: bool = False
    given: bool = False
    message: str = ""
    files: tuple[ModelFile, ...] = ()  # the bad ones first, at most 100
    total: int = 0
    verified: int = 0  # hashed, and right
    cut: bool = False
    bad_lines: tuple[int, ...] = ()


class FileSystem(Struct, frozen=True):
    """A file system that the project uses."""

    path: str  # the path that was asked for
    uses: tuple[str, ...]  # what for: "project", "writable path", "temporary files", "site-packages"
    mount: str = ""
    kind: str = ""
    options: str = ""
    total_mb: float = 0.0
    free_mb: float = 0.0  # to everybody but root
    inodes: int = 0  # 0: it has none to run out of
    free_inodes: int = 0
    read_only: bool = False
    noexec: bool = False


class FileSystems(Struct, frozen=True):
    systems: tuple[FileSystem, ...]
    project: str = ""


class PathAccess(Struct, frozen=True):
    """A path that must be writable."""

    path: str
    exists: bool = True
    why_not: str = ""  # what keeps the user from writing, as a clause; "" if nothing does
    read_only: bool = False
    owner: str = ""
    mode: int = 0
    fix: str = ""  # the path whose owner or mode is to be changed
    has_acl: bool = False
    immutable: bool = False  # chattr +i: nobody may change it


class Accesses(Struct, frozen=True):
    user: str
    is_root: bool = False
    paths: tuple[PathAccess, ...] = ()


class ServiceProcess(Struct, frozen=True):
    pid: int
    name: str
    soft: int  # of open files; -1: no limit
    hard: int


class Resources(Struct, frozen=True):
    """Memory and limits."""

    available_mb: float
    total_mb: float
    cgroup_limit_mb: float | None = None
    cgroup_free_mb: float | None = None
    own_soft: int = 0
    own_hard: int = 0
    services: tuple[ServiceProcess, ...] = ()
    newest_file_ahead_s: float = 0.0  # how far the newest file of the project lies in the future
    newest_file: str = ""


class ProcessEnvironment(Struct, frozen=True):
    """Variables that change how the service runs: names and harmless values."""

    locale: dict[str, str]
    encoding: str  # that Python gives its standard output, as its rules say
    why: str = ""
    sources: dict[str, str] = {}  # variable -> where it is set
    proxies: dict[str, str] = {}  # redacted
    no_proxy: str = ""
    uncovered: tuple[str, ...] = ()  # local names that go to the proxy
    espeak_library: str = ""
    espeak_library_exists: bool = True
    cuda_visible_devices: str | None = None


class Gpu(Struct, frozen=True):
    wanted: str
    devices: tuple[str, ...] = ()  # /dev/nvidia*
    nvml: str = ""  # why NVML cannot be used, "" if it can
    count: int = 0
    driver: str = ""
    cuda: str = ""  # the newest CUDA that the driver can do: "12.4"
