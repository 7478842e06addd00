"""What was seen of the engine, its client and this host, never what it means."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

#: What answered ``GET /_ping``: ``tls``: it wants TLS; ``silent``: it took the connection and said nothing.
Answer = Literal["docker", "other", "tls", "silent", "refused", "denied", "missing", "not-asked"]


class SocketFile(Struct, frozen=True):
    """What stands at the path of a unix socket."""

    path: str
    kind: Literal["socket", "directory", "file", "missing", "hidden", "other"]
    mode: str = ""  # srw-rw----
    owner: str = ""
    group: str = ""
    empty: bool = False  # of a directory


class Engine(Struct, frozen=True):
    """An endpoint, and what answers there."""

    name: str  # of its context; "default" for this host's usual socket
    url: str
    answer: Answer
    said: str = ""  # the first words of an answer that is not Docker's
    containers: tuple[str, ...] = ()  # names of all it has, at most 500
    projects: tuple[str, ...] = ()  # of Compose, that have a container there


class EndpointLook(Struct, frozen=True):
    """The endpoint that is used, who named it, and which other engines answer."""

    used: Engine
    named_by: Literal["DOCKER_HOST", "DOCKER_CONTEXT", "context", "default"]
    context: str = ""
    socket: SocketFile | None = None  # None: it is no unix socket
    default: Engine | None = None  # this host's usual socket, if another one is used
    others: tuple[Engine, ...] = ()
    user: str = ""
    session_groups: tuple[str, ...] = ()
    in_group_file: bool = False  # whether /etc/group puts the user into the socket's group
    #: Process id of the engine that listens on the socket; 0: not known, or not of this host.
    engine_pid: int = 0


class Plugin(Struct, frozen=True):
    """A plugin of the client: where it was found, and why it is none."""

    path: str
    problem: str = ""  # "not executable", "a dangling link"


class ClientLook(Struct, frozen=True):
    """The client's folder, its plugins and its programs on PATH."""

    folder: str
    config: Literal["read", "missing", "unreadable", "invalid"] = "missing"
    config_error: str = ""
    config_line: int = 0
    #: What config.json names: registry ("*" for credsStore) -> helper.
    helpers: dict[str, str] = {}
    helpers_missing: tuple[str, ...] = ()  # those of them that are no program on PATH
    contexts: tuple[str, ...] = ()
    compose: tuple[Plugin, ...] = ()
    buildx: tuple[Plugin, ...] = ()
    folders: tuple[str, ...] = ()  # where plugins were looked for
    docker: str = ""  # path of the docker command; "" if there is none
    docker_compose: str = ""  # path of docker-compose
    docker_compose_version: Literal["", "1", "2"] = ""  # "": not known


class ConfigProblem(Struct, frozen=True):
    """Why the engine refuses its configuration."""

    message: str
    line: int = 0
    key: str = ""


class Doubled(Struct, frozen=True):
    """A setting that is in the file and on the engine's command line."""

    key: str
    flag: str
    place: str  # the unit's file, or the process
    line: int = 0  # in the configuration


class DaemonConfig(Struct, frozen=True):
    """The engine's configuration file."""

    path: str
    state: Literal["read", "missing", "unreadable", "none"] = "missing"
    problems: tuple[ConfigProblem, ...] = ()
    doubled: tuple[Doubled, ...] = ()
    empty: bool = False
    keys: tuple[str, ...] = ()
    iptables: bool = True
    #: Whether a flag of the engine keeps it from making rules, or has it use nftables.
    other_rules: bool = False
    #: Where a flag switches the rules off: a unit, or the process; "" if none does.
    iptables_flag_in: str = ""
    dns: tuple[str, ...] = ()


class Pool(Struct, frozen=True):
    base: str
    size: int


class EngineInfo(Struct, frozen=True):
    """What the engine says of itself, and what this host shows of its folder."""

    version: str = ""
    driver: str = ""
    warnings: tuple[str, ...] = ()
    cpus: int = 0
    memory_bytes: int = 0
    architecture: str = ""
    root: str = ""
    pools: tuple[Pool, ...] = ()  # as configured; empty: Docker's own
    runtimes: tuple[str, ...] = ()
    cdi: bool = False
    cgroup_driver: str = ""
    cgroup_version: str = ""
    security: tuple[str, ...] = ()
    forwarding: bool | None = None
    local: bool = False
    free_bytes: int | None = None
    total_bytes: int | None = None
    free_inodes: int | None = None
    total_inodes: int | None = None
    nvidia_hook: bool = False  # whether this host has the program that the engine gives GPUs with
    emulated: tuple[str, ...] = ()  # architectures that this kernel hands to an emulator


class EngineNetwork(Struct, frozen=True):
    name: str
    id: str
    driver: str = ""
    subnets: tuple[str, ...] = ()
    bridge: str = ""
    members: int = 0
    project: str = ""


class Route(Struct, frozen=True):
    """A route of this host, of any table but the local one."""

    destination: str
    device: str


class NetworksLook(Struct, frozen=True):
    networks: tuple[EngineNetwork, ...] = ()
    routes: tuple[Route, ...] | None = None  # None: not of this host, or not seen
    volumes: tuple[str, ...] = ()
    #: Ports of running containers that are published on a bridge, and have no DNAT rule; None: not seen.
    nat: tuple[str, ...] | None = None  # "8080 -> 172.17.0.2:80" of each rule in chain DOCKER
    nat_missing: str = ""  # why the rules were not seen


class ImageSeen(Struct, frozen=True):
    name: str
    present: bool
    architecture: str = ""
