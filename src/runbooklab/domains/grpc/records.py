"""What is seen of workers: where they are said to be, what answers there, who listens."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from runbooklab.observe.docker.records import Container, ContainerEvent, LogTail
from runbooklab.observe.host.records import Listener
from runbooklab.observe.net.records import TcpAttempt, TlsOutcome

Source = Literal["parameter", "registry", "error-text"]

#: How the names of gRPC's own services begin.
GRPC_OWN = ("grpc.reflection.", "grpc.health.", "grpc.channelz.")


class Endpoint(Struct, frozen=True):
    """Where a worker is said to be."""

    address: str  # host:port as written
    host: str
    port: int
    key: str = ""  # the registration that says so
    pid: int = 0  # the process that it says is the worker; 0 if it says none
    container: str = ""  # the container, by name or id; "" if it says none


class Settings(Struct, frozen=True):
    """How the orchestrator calls: the parameters, else the section ``grpc`` of its configuration."""

    tls: bool = False
    tls_said_by: str = ""  # what says so, "" if nothing does
    service: str = ""
    ca: str = ""
    client_cert: str = ""
    client_key: str = ""
    server_name: str = ""
    has_token: bool = False
    deadline_s: float = 10.0
    max_message_bytes: int = 4_194_304
    keepalive_s: int = 0


class Workers(Struct, frozen=True):
    """Who is to be called."""

    source: Source
    endpoints: tuple[Endpoint, ...] = ()
    settings: Settings = field(default_factory=Settings)
    unusable: tuple[str, ...] = ()  # what is said to be an address and is none
    left_out: int = 0  # more workers than are called


class NameSeen(Struct, frozen=True):
    """Where a name leads, from one vantage."""

    outcome: Literal["literal", "resolved", "not-found", "temporary-failure", "unknown"]
    addresses: tuple[str, ...] = ()
    message: str = ""


class WireSeen(Struct, frozen=True):
    """What a bare connection says: by itself, then after HTTP/2's preface."""

    outcome: Literal["http2", "silent", "closed", "other", "not-connected"]
    unasked: bool = False  # it spoke before it was spoken to
    text: str = ""  # its first bytes, readable
    kind: Literal["", "http1", "tls", "redis", "ssh", "smtp", "text", "binary"] = ""
    ms: float = 0.0
    http_status: str = ""  # what it answers to a plain GET, if it closed without a word


class TlsSeen(Struct, frozen=True):
    """A handshake that checks nothing, what its certificate says, and one that checks."""

    handshake: TlsOutcome  # without any check
    verified: TlsOutcome  # as the orchestrator would check it
    message: str = ""
    version: str = ""
    alpn: str = ""
    subject: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()
    not_before: str = ""
    not_after: str = ""
    #: What comes after the handshake: the server's first frame, the end, an alert, nothing.
    after: Literal["", "http2", "closed", "alert", "silent", "other"] = ""
    after_message: str = ""
    file_problem: str = ""  # a CA, certificate or key that cannot be used


class Call(Struct, frozen=True):
    """One call from the closed list, and what came of it."""

    name: Literal["nothing", "health", "health-service", "reflection"]
    outcome: Literal["answered", "timeout", "closed", "not-grpc", "refused-stream"]
    code: str = ""  # gRPC's status: OK, UNIMPLEMENTED ...
    message: str = ""
    serving: str = ""  # of Health: SERVING, NOT_SERVING, UNKNOWN, SERVICE_UNKNOWN
    services: tuple[str, ...] = ()  # of reflection: all that are offered; of health-service: the one
    ms: float = 0.0


class Talk(Struct, frozen=True):
    """A conversation in HTTP/2."""

    settings_ms: float | None = None  # None: no SETTINGS came
    most_streams: int | None = None  # None: the server names no limit
    ping_ms: float | None = None
    calls: tuple[Call, ...] = ()
    #: What each of several new connections says of itself: one text for each kind of answer -> how often.
    kinds: dict[str, int] = field(default_factory=dict)
    #: If pings were tried: whether the server put up with them.
    pings: Literal["", "accepted", "too-many", "unknown"] = ""
    goaway: str = ""  # what it said when it ended the connection


class ProxySeen(Struct, frozen=True):
    """The proxy that gRPC core would use for a worker."""

    variable: str  # the variable that names it
    url: str = ""  # redacted
    bypassed_by: str = ""  # the entry of no_proxy that matches; "" if none does
    exceptions: str = ""  # the variable with exceptions and its value
    outcome: Literal[
        "", "tunnel", "refused-code", "not-connected", "unresolved", "no-answer", "needs-credentials"
    ] = ""
    message: str = ""


class Walk(Struct, frozen=True):
    """The way to one worker from one vantage, step by step."""

    address: str
    name: NameSeen
    tcp: tuple[TcpAttempt, ...] = ()
    peer: str = ""  # the address that was talked to
    wire: WireSeen | None = None
    tls: TlsSeen | None = None
    talk: Talk | None = None
    proxy: ProxySeen | None = None


class Walks(Struct, frozen=True):
    walks: tuple[Walk, ...] = ()
    #: Variables of the client's process that gRPC reads, redacted.
    variables: dict[str, str] = field(default_factory=dict)
    variables_of: str = ""  # whose they are
    same_as_host: bool = False  # the orchestrator's container has this host's network


Resolver = Literal["ares", "native"]  # gRPC's own; the system's


class ClientCall(Struct, frozen=True):
    """What a real client sees of one worker: the status of a call of a method that cannot exist."""

    address: str
    resolver: Resolver
    code: str  # UNIMPLEMENTED, UNAVAILABLE ...; "" if the call could not be made
    details: str = ""
    ms: float = 0.0


class Clients(Struct, frozen=True):
    calls: tuple[ClientCall, ...] = ()
    set_to: Literal["", "ares", "native"] = ""  # GRPC_DNS_RESOLVER of the environment; "": gRPC's default


class Containers(Struct, frozen=True):
    """The containers that have to do with the workers, as the engine describes them."""

    found: tuple[Container, ...] = ()
    names: tuple[str, ...] = ()  # every container's
    ids: dict[str, str] = field(default_factory=dict)  # id, 12 characters -> name
    owners: dict[str, str] = field(default_factory=dict)  # address -> the running container that has it
    subnets: dict[str, str] = field(default_factory=dict)  # subnet -> network
    #: Name -> state and restart count a moment later, of those that looked as if they came and went.
    later: dict[str, tuple[str, int]] = field(default_factory=dict)


class ProcessSeen(Struct, frozen=True):
    pid: int
    name: str
    state: str  # R S D T Z


class Inside(Struct, frozen=True):
    """One running container: its processes, its listeners, and whether it waits for the processor."""

    container: str
    processes: tuple[ProcessSeen, ...] = ()
    listeners: tuple[Listener, ...] = ()
    listeners_known: bool = False
    throttled: int | None = None  # periods in which it was held back, between two samples ...
    periods: int | None = None  # ... of so many
    #: The longest time to a first frame on several connections; None: not tried, as it has no limit.
    greeting_ms: float | None = None
    #: Connections from this host to the container's own addresses, past every published port.
    bridge: tuple[TcpAttempt, ...] = ()


class Owner(Struct, frozen=True):
    """A listener on this host for a worker's port, and its process."""

    address: str
    port: int
    pid: int | None = None
    parent: int | None = None
    process: str = ""
    command: str = ""  # redacted
    state: str = ""
    user: str = ""
    forwards_to: str = ""  # docker-proxy: ip:port in a container
    container_id: str = ""  # from its control group, 12 characters


class Owners(Struct, frozen=True):
    ports: tuple[int, ...] = ()
    listeners: tuple[Owner, ...] = ()
    visible: bool = True  # False: other users' processes cannot be seen


class WorkerLogs(Struct, frozen=True):
    """The tails of the workers' logs, and what the engine remembers of the containers."""

    tails: dict[str, LogTail] = field(default_factory=dict)
    events: tuple[ContainerEvent, ...] = ()


class FirewallRule(Struct, frozen=True):
    """A rule with DROP or REJECT, as ``iptables-save`` prints it."""

    container: str  # in whose network it is; "" for this host's
    pid: int  # of a process there; 0 for this host
    program: str  # iptables or ip6tables
    text: str  # "-A INPUT ... -j DROP"


class FirewallRules(Struct, frozen=True):
    rules: tuple[FirewallRule, ...] = ()
