"""The engine, its containers and networks, their logs and events."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from runbooklab.model.observation import LogLine

#: The parameter that names the folder of the client's configuration, in runbooks that have one.
FOLDER_PARAMETER = "docker_config"


class DockerAccess(Struct, frozen=True):
    endpoint: str
    outcome: Literal[
        "ok", "permission-denied", "unreachable", "unresponsive", "api-version", "context-missing", "unusable"
    ]
    message: str = ""
    server_version: str = ""
    api_version: str = ""
    engine: str = ""  # "Docker", "Podman" ... as it says of itself


class PortBinding(Struct, frozen=True):
    container_port: int
    protocol: str
    host_ip: str = ""  # "" if not published
    host_port: int | None = None


class Attachment(Struct, frozen=True):
    network: str
    ip: str = ""
    aliases: tuple[str, ...] = ()
    gateway: str = ""
    fixed_ip: str = ""  # as it was asked for, not as the engine chose it
    fixed_ip6: str = ""
    id: str = ""  # of the network; "" if the engine does not say, as of a container that has never run


class Mount(Struct, frozen=True):
    type: str
    source: str
    destination: str
    read_only: bool = False
    source_is_directory: bool | None = None  # None: could not be checked
    modes: tuple[str, ...] = ()  # of a bind mount besides ro and rw: z, Z, rshared ...


class RunOption(Struct, frozen=True):
    """One option of ``docker run``, or (without ``option``) a word of the container's command.

    ``template`` is the format with which ``docker inspect -f`` prints the value: a pasted command
    reads a secret there. For ``--env`` the value is the variable's name, and a template means that
    its content has several lines.
    """

    option: str
    value: str = ""  # redacted; "" for a flag
    template: str = ""


class HealthLog(Struct, frozen=True):
    at: str
    exit_code: int
    output: str


class Container(Struct, frozen=True):
    """One container as the engine describes it."""

    name: str
    id: str
    image: str
    state: str  # created | running | paused | restarting | exited | dead | removing
    exit_code: int = 0
    error: str = ""  # State.Error
    oom_killed: bool = False
    started_at: str = ""
    finished_at: str = ""
    created_at: str = ""
    restart_count: int = 0
    restart_policy: str = "no"
    pid: int = 0
    command: tuple[str, ...] = ()  # redacted
    environment_names: tuple[str, ...] = ()
    environment: dict[str, str] = {}  # of variables that say where a service is; redacted
    network_mode: str = ""
    ports: tuple[PortBinding, ...] = ()  # as they are now
    ports_asked: tuple[PortBinding, ...] = ()  # as configured (a stopped container has no ports now)
    networks: tuple[Attachment, ...] = ()
    mounts: tuple[Mount, ...] = ()
    memory_limit_bytes: int = 0
    nofile_limit: int | None = None
    health: str = ""  # "" if there is no health check
    health_test: tuple[str, ...] = ()
    health_log: tuple[HealthLog, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    log_driver: str = ""
    log_path: str = ""
    user: str = ""  # the user its process runs as ("999:999", "redis"); "" for root
    #: What it was created with besides name, ports, networks and mounts; None: not known.
    options: tuple[RunOption, ...] | None = None
    same_image: str = ""  # its image's id, if the name refers to another image now


class ContainerLook(Struct, frozen=True):
    """The search for a container by name: found or not, and what else is there."""

    name: str
    found: Container | None = None
    restart_count_later: int | None = None  # second sample, if the first looked suspicious
    state_later: str = ""
    image_present: bool | None = None  # whether the image it would be started from is on this engine
    #: Other containers (all states) worth knowing: same port, an image of that kind, a similar name.
    others: tuple[Container, ...] = ()
    names: tuple[str, ...] = ()  # every container's name, at most 500
    #: If the one found has another name: how it was recognised ("it has port 6379").
    meant_because: str = ""
    #: If none was found: the Compose file of the project that defines it, and the service's name there.
    compose_file: str = ""
    compose_service: str = ""


class Network(Struct, frozen=True):
    name: str
    driver: str = ""
    internal: bool = False
    subnets: tuple[str, ...] = ()
    containers: dict[str, str] = field(default_factory=dict)  # name -> ip
    id: str = ""


class NetworkLook(Struct, frozen=True):
    name: str
    found: Network | None = None
    names: tuple[str, ...] = ()  # every network's name
    #: Owner of each container address known to the engine: "172.18.0.2" -> "redis-tts".
    owners: dict[str, str] = field(default_factory=dict)
    #: If the one found has another name: how it was recognised.
    meant_because: str = ""


class LogTail(Struct, frozen=True):
    lines: tuple[LogLine, ...] = ()
    asked_lines: int = 0
    cut: bool = False  # there was more than is kept
    driver: str = ""
    #: Known lines anywhere in what was read, newest last: id -> the line's text.
    known: dict[str, str] = field(default_factory=dict)


class ContainerEvent(Struct, frozen=True):
    at: str
    action: str  # start | die | oom | destroy | kill | health_status: unhealthy ...
    container: str
    attributes: dict[str, str] = field(default_factory=dict)


class ExecResult(Struct, frozen=True):
    """One closed-list command run inside a container."""

    argv: tuple[str, ...]
    outcome: Literal["ok", "no-tool", "container-paused", "container-not-running", "timeout", "error"]
    exit_code: int | None = None
    output: str = ""  # stdout and stderr, redacted, at most 4000 characters
    ms: float = 0.0


#: How it ended, if it gave no answer -> that in words, to finish a sentence with.
HOW_IT_ENDED = {
    "timeout": "it did not end in time",
    "container-paused": "the container is paused",
    "container-not-running": "the container is not running",
    "error": "the engine refused it",
}
