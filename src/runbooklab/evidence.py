"""The typed records that probes return: what was seen, never what it means.

Every record is frozen and serialisable, so that a stored ``evidence.json`` can be judged again
without touching anything. Text that came from the outside has been redacted before it gets here:
a secret stands as a stable token. Times are UTC in ISO 8601 with a ``Z``; durations say their unit
in the name.
"""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from msgspec import Struct, field

T = TypeVar("T")

Vantage = Literal["host", "redis-container", "orchestrator-container"]


class Missing(Struct, frozen=True):
    """Why a probe has no value. This is never proof of a fault."""

    reason: Literal[
        "deadline",  # the probe's time was up
        "permission",  # we may not look
        "unreachable",  # what we look through (the Docker endpoint, say) does not answer
        "not-applicable",  # there is nothing to look at: no container, no TLS, no name
        "unsupported",  # the other side or this host cannot do it (no tool inside, not Linux)
        "error",  # the probe itself failed
    ]
    detail: str = ""


class Observation(Struct, Generic[T], frozen=True):
    """One probe's result: a value, or the reason why there is none."""

    probe: str
    vantage: Vantage = "host"
    value: T | None = None
    missing: Missing | None = None
    started_at: str = ""
    duration_ms: float = 0.0


# --- configuration and address ---------------------------------------------------------------


class ConfigFile(Struct, frozen=True):
    """The orchestrator's configuration as read from disk."""

    path: str
    #: None where the file was read and has a usable ``redis`` section.
    problem: (
        Literal[
            "missing",
            "not-a-file",
            "unreadable",
            "too-large",
            "not-text",
            "invalid-yaml",
            "redis-section-missing",
            "redis-url-missing",
            "invalid-value",
        ]
        | None
    ) = None
    message: str = ""
    line: int | None = None  # 1-based
    column: int | None = None  # 1-based
    url: str | None = None  # redacted
    db: int | None = None
    connection_pool_size: int | None = None
    excerpt: str = ""  # the redis section as written, redacted; or the lines around the mistake
    size_bytes: int | None = None


class RedisAddress(Struct, frozen=True):
    """The Redis URL taken apart. ``text`` is redacted; the password itself is never kept here."""

    text: str
    source: Literal["parameter", "config"]
    #: None where the URL parses; the client would refuse it before any packet otherwise.
    problem: Literal["scheme-invalid", "malformed", "option-unknown"] | None = None
    message: str = ""
    suggestion: str = ""  # a URL that would parse, redacted
    scheme: str = ""  # redis | rediss | unix
    host: str = ""
    port: int = 6379
    socket_path: str = ""
    db_in_url: int | None = None
    db_in_config: int | None = None
    db: int = 0  # the one a client that honours the config would use
    username: str | None = None
    has_password: bool = False
    options: dict[str, str] = field(default_factory=dict)  # query string, redacted


class NameResolution(Struct, frozen=True):
    host: str
    outcome: Literal["literal", "resolved", "not-found", "temporary-failure", "not-applicable"]
    addresses: tuple[str, ...] = ()
    message: str = ""


# --- transport -------------------------------------------------------------------------------


class TcpAttempt(Struct, frozen=True):
    """One connection attempt to one address."""

    address: str  # IP address, or the path of a unix socket
    port: int
    outcome: Literal[
        "connected", "refused", "timeout", "no-route", "reset", "socket-missing", "socket-permission", "error"
    ]
    errno: int | None = None
    message: str = ""
    ms: float = 0.0


class FirstBytes(Struct, frozen=True):
    """What answers a plain ``PING`` on the wire (never sent to a ``rediss://`` target)."""

    outcome: Literal["resp", "not-resp", "tls", "closed", "silent", "not-connected"]
    text: str = ""  # at most 200 characters, control characters escaped
    code: str = ""  # first word of a RESP error (NOAUTH, DENIED, LOADING ...) or PONG
    closed_after_ms: float | None = None


class TlsAttempt(Struct, frozen=True):
    outcome: Literal[
        "ok",
        "untrusted",
        "hostname-mismatch",
        "expired",
        "not-yet-valid",
        "client-certificate-required",
        "version-mismatch",
        "ca-file-missing",
        "not-tls",
        "timeout",
        "closed",
        "error",
    ]
    message: str = ""
    version: str = ""
    subject: str = ""
    names: tuple[str, ...] = ()
    not_after: str = ""


# --- the Redis conversation ------------------------------------------------------------------


class Stage(Struct, frozen=True):
    """One step of the conversation with Redis."""

    name: Literal["connect", "tls", "auth", "select", "ping", "role"]
    outcome: Literal["ok", "error", "closed", "timeout", "not-reached", "not-needed"]
    error_class: str = ""  # the client's exception class
    code: str = ""  # the server's error code: NOAUTH, WRONGPASS, LOADING ...
    message: str = ""
    ms: float = 0.0


class SlowCommand(Struct, frozen=True):
    id: int
    at: str
    duration_us: int
    command: str  # redacted, at most 200 characters
    client: str = ""


class RedisTalk(Struct, frozen=True):
    """One conversation as the orchestrator would hold it, stage by stage, then the server of itself.

    ``info`` is INFO flattened to text (``used_memory``, ``role``, ``db0``, ``cmdstat_flushall`` ...).
    ``denied`` names what the server would not tell us (``INFO``, ``SLOWLOG`` ...) with its error code:
    missing evidence, never proof of a fault.
    """

    stages: tuple[Stage, ...]
    info: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)  # CONFIG GET of a closed list, no secrets in it
    denied: dict[str, str] = field(default_factory=dict)
    role: tuple[str, ...] = ()
    slow_commands: tuple[SlowCommand, ...] = ()
    acl_user: str = ""
    acl_log: tuple[dict[str, str], ...] = ()
    client_count: int | None = None
    worker_connections: int | None = None  # CLIENT LIST entries whose name or command looks like a worker's
    ping_ms: tuple[float, ...] = ()  # a few PINGs in a row
    time_offset_s: float | None = None  # Redis TIME minus this host's clock
    #: None: not asked (no credentials in the URL). Else what a connection without credentials gets.
    without_credentials: Stage | None = None
    can_write: Literal["yes", "no", "unknown"] = "unknown"  # from INFO and ACL DRYRUN, nothing is written
    #: "" where HELLO was not asked, "ok", or the error code it gets (ERR: the server does not know it).
    hello: str = ""
    why_not_write: str = ""  # OOM | MISCONF | READONLY | NOREPLICAS | NOPERM


class WorkerKey(Struct, frozen=True):
    key: str
    db: int
    type: str
    ttl_ms: int | None = None  # -1: no expiry; None: not asked
    value: str = ""  # redacted, at most 500 characters
    fields: dict[str, str] = field(default_factory=dict)  # the payload where it parses as JSON or is a hash
    problem: Literal["", "wrong-type", "payload-invalid", "unreadable"] = ""
    address: str = ""  # what the worker advertises, host:port
    address_answers: bool | None = None  # None: not tried
    heartbeat_age_s: float | None = None  # against Redis TIME; negative: in the future


class Registrations(Struct, frozen=True):
    """What a bounded SCAN found (the whole database where ``complete``)."""

    pattern: str
    db: int
    keys: tuple[WorkerKey, ...] = ()
    near_misses: tuple[str, ...] = ()  # keys that look like registrations under another name
    other_dbs: dict[str, int] = field(default_factory=dict)  # "1" -> keys there
    scanned: int = 0
    complete: bool = True
    changed: tuple[str, ...] = ()  # keys whose TTL, value or existence changed between two looks
    gone: tuple[str, ...] = ()  # those of them that were not there at the second look
    readdressed: dict[str, str] = field(default_factory=dict)  # key -> the other address at the second look


# --- Docker ----------------------------------------------------------------------------------


class DockerAccess(Struct, frozen=True):
    endpoint: str
    outcome: Literal[
        "ok", "permission-denied", "unreachable", "unresponsive", "api-version", "context-missing"
    ]
    message: str = ""
    server_version: str = ""
    api_version: str = ""
    engine: str = ""  # "Docker", "Podman" ... as it says of itself


class PortBinding(Struct, frozen=True):
    container_port: int
    protocol: str
    host_ip: str = ""  # "" where not published
    host_port: int | None = None


class Attachment(Struct, frozen=True):
    network: str
    ip: str = ""
    aliases: tuple[str, ...] = ()
    gateway: str = ""


class Mount(Struct, frozen=True):
    type: str
    source: str
    destination: str
    read_only: bool = False
    source_is_directory: bool | None = None  # None: could not look


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
    network_mode: str = ""
    ports: tuple[PortBinding, ...] = ()  # as they are now
    ports_asked: tuple[PortBinding, ...] = ()  # as configured (a stopped container has no ports now)
    networks: tuple[Attachment, ...] = ()
    mounts: tuple[Mount, ...] = ()
    memory_limit_bytes: int = 0
    nofile_limit: int | None = None
    health: str = ""  # "" where there is no health check
    health_test: tuple[str, ...] = ()
    health_log: tuple[HealthLog, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    log_driver: str = ""
    log_path: str = ""


class ContainerLook(Struct, frozen=True):
    """The search for a container by name: found or not, and what else is there."""

    name: str
    found: Container | None = None
    restart_count_later: int | None = None  # second sample, where the first looked suspicious
    state_later: str = ""
    image_present: bool | None = None  # whether the image it would be started from is on this engine
    #: Other containers (all states) worth knowing: same port, a Redis image, a similar name.
    others: tuple[Container, ...] = ()
    names: tuple[str, ...] = ()  # every container's name, at most 500


class Network(Struct, frozen=True):
    name: str
    driver: str = ""
    internal: bool = False
    subnets: tuple[str, ...] = ()
    containers: dict[str, str] = field(default_factory=dict)  # name -> ip


class NetworkLook(Struct, frozen=True):
    name: str
    found: Network | None = None
    names: tuple[str, ...] = ()  # every network's name
    #: Owner of each container address known to the engine: "172.18.0.2" -> "redis-tts".
    owners: dict[str, str] = field(default_factory=dict)


class LogLine(Struct, frozen=True):
    at: str
    text: str  # redacted, control characters escaped, at most 1000 characters
    severity: Literal["debug", "info", "notice", "warning", "error"] = "info"
    known: str = ""  # id of the known line it matched ("ready", "bind-failed", "oom" ...)


class LogTail(Struct, frozen=True):
    lines: tuple[LogLine, ...] = ()
    asked_lines: int = 0
    cut: bool = False  # more was there than is kept
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


class InsideTalk(Struct, frozen=True):
    """Redis as seen from inside a container through ``redis-cli``."""

    ping: ExecResult
    answers: bool | None = None  # True: PONG or a server error came back; None: could not look
    code: str = ""  # PONG | NOAUTH | LOADING | ... as for Stage.code
    run_id: str = ""
    port: int = 6379
    databases: int | None = None
    info: dict[str, str] = field(default_factory=dict)


# --- processes and listeners -----------------------------------------------------------------


class Listener(Struct, frozen=True):
    address: str
    port: int
    protocol: str = "tcp"
    pid: int | None = None
    process: str = ""  # name of the process that owns it
    command: str = ""  # redacted
    #: Where the owner is docker-proxy: what it forwards to.
    forwards_to: str = ""
    container: str = ""  # name of the container it belongs to, where known
    backlog: int | None = None  # connections waiting in the accept queue


class HostListeners(Struct, frozen=True):
    """Listeners on this host for the target's port (and docker-proxy's)."""

    port: int
    listeners: tuple[Listener, ...] = ()
    owners_visible: bool = True  # False: other users' processes cannot be seen


class ContainerProcess(Struct, frozen=True):
    """The Redis container's main process and its network namespace, read from /proc."""

    pid: int
    name: str
    state: str  # R S D T Z
    cpu_ticks: int = 0
    cpu_ticks_later: int | None = None
    listeners: tuple[Listener, ...] = ()
    listeners_known: bool = True
    throttled_periods: int | None = None  # scheduling periods in which the container was held back ...
    cpu_periods: int | None = None  # ... of all in which it had something to do
    memory_bytes: int | None = None
    open_files_limit: int | None = None


class OrchestratorView(Struct, frozen=True):
    """The target's host and port as seen from inside the orchestrator's container."""

    host: str
    port: int
    name: NameResolution | None = None
    tcp: tuple[TcpAttempt, ...] = ()
    ping: ExecResult | None = None
    code: str = ""
    method: str = ""  # how it was looked at: "exec redis-cli", "network namespace", "engine metadata"


class ErrorText(Struct, frozen=True):
    """The error a person pasted, reduced to what identifies it."""

    text: str  # redacted, at most 4000 characters
    classes: tuple[str, ...] = ()  # exception classes named in it
    codes: tuple[str, ...] = ()  # server error codes and errnos ("NOAUTH", "errno 111")
    hosts: tuple[str, ...] = ()  # host:port named in it


# --- the whole ------------------------------------------------------------------------------


class Target(Struct, frozen=True):
    """What is diagnosed, as the parameters name it (redacted)."""

    orchestrator_config: str = ""
    redis_url: str = ""
    redis_container: str = ""
    orchestrator_container: str = ""
    docker_network: str = ""
    worker_key_pattern: str = ""
    expected_workers: int = 0
    needs_write: bool = True
    log_lines: int = 50
    probe_timeout_s: float = 3.0
    error_text: str = ""  # an error message a person pasted


class LedgerEntry(Struct, frozen=True):
    """One thing that was sent or read."""

    to: Literal["redis", "docker", "tcp", "file", "process"]
    what: str
    ms: float = 0.0


def _missing(probe: str, vantage: Vantage = "host") -> Observation:  # type: ignore[type-arg] # any T fits
    return Observation(probe=probe, vantage=vantage, missing=Missing("not-applicable", "not looked at"))


class Evidence(Struct, frozen=True, kw_only=True):
    """Everything that was observed of one target. Field name = probe name with ``-`` for ``_``."""

    target: Target = field(default_factory=Target)
    gathered_at: str = ""
    hostname: str = ""
    host_addresses: tuple[str, ...] = ()  # every address of this host; empty where not known
    config: Observation[ConfigFile] = field(default_factory=lambda: _missing("config"))
    address: Observation[RedisAddress] = field(default_factory=lambda: _missing("address"))
    error_text: Observation[ErrorText] = field(default_factory=lambda: _missing("error-text"))
    name: Observation[NameResolution] = field(default_factory=lambda: _missing("name"))
    tcp: Observation[tuple[TcpAttempt, ...]] = field(default_factory=lambda: _missing("tcp"))
    first_bytes: Observation[FirstBytes] = field(default_factory=lambda: _missing("first-bytes"))
    tls: Observation[TlsAttempt] = field(default_factory=lambda: _missing("tls"))
    redis: Observation[RedisTalk] = field(default_factory=lambda: _missing("redis"))
    registrations: Observation[Registrations] = field(default_factory=lambda: _missing("registrations"))
    listeners: Observation[HostListeners] = field(default_factory=lambda: _missing("listeners"))
    docker: Observation[DockerAccess] = field(default_factory=lambda: _missing("docker"))
    container: Observation[ContainerLook] = field(default_factory=lambda: _missing("container"))
    logs: Observation[LogTail] = field(default_factory=lambda: _missing("logs"))
    events: Observation[tuple[ContainerEvent, ...]] = field(default_factory=lambda: _missing("events"))
    network: Observation[NetworkLook] = field(default_factory=lambda: _missing("network"))
    process: Observation[ContainerProcess] = field(
        default_factory=lambda: _missing("process", "redis-container")
    )
    #: A connection to the container's own address, past every published port.
    bridge_tcp: Observation[tuple[TcpAttempt, ...]] = field(default_factory=lambda: _missing("bridge-tcp"))
    inside: Observation[InsideTalk] = field(default_factory=lambda: _missing("inside", "redis-container"))
    orchestrator: Observation[ContainerLook] = field(default_factory=lambda: _missing("orchestrator"))
    orchestrator_view: Observation[OrchestratorView] = field(
        default_factory=lambda: _missing("orchestrator-view", "orchestrator-container")
    )
    ledger: tuple[LedgerEntry, ...] = ()
