"""The conversation with Redis and the workers registered there."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field


class Stage(Struct, frozen=True):
    """One step of the conversation with Redis."""

    name: Literal["connect", "tls", "auth", "select", "ping", "role", "read", "write"]
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
    ``denied`` names what the server refused to say (``INFO``, ``SLOWLOG`` ...) with its error code:
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
    #: Commands that never block, and that clients wait for all the same: Redis holds them back.
    held_back: tuple[str, ...] = ()
    #: A few PINGs in a row. If the URL leads nowhere from here: to the container's own address.
    ping_ms: tuple[float, ...] = ()
    time_offset_s: float | None = None  # Redis TIME minus this host's clock
    #: None: not asked (no credentials in the URL). Else what a connection without credentials gets.
    without_credentials: Stage | None = None
    #: What a GET of registrations that nobody made gets, one for each name: nothing is there, and "ok".
    reads: tuple[Stage, ...] = ()
    #: What a SET gets that cannot change anything (a random name, XX); None: it was not sent.
    write: Stage | None = None
    #: If that SET got no answer in its time: a PING sent after it, on a connection of its own.
    ping_meanwhile: Stage | None = None
    #: By that SET if it was answered, else by what INFO and ACL DRYRUN say.
    can_write: Literal["yes", "no", "unknown"] = "unknown"
    #: "" if HELLO was not asked, "ok", or the error code it gets (ERR: the server does not know it).
    hello: str = ""
    why_not_write: str = ""  # the error code: OOM | MISCONF | READONLY | NOREPLICAS | NOPERM ...
    #: What Redis says to a GET of a registration if the user may not read it; "" if it may.
    read_refused: str = ""


class WorkerKey(Struct, frozen=True):
    key: str
    db: int
    type: str
    ttl_ms: int | None = None  # -1: no expiry; None: not asked
    value: str = ""  # redacted, at most 500 characters
    fields: dict[str, str] = field(default_factory=dict)  # the payload if it parses as JSON or is a hash
    problem: Literal["", "wrong-type", "payload-invalid", "unreadable"] = ""
    address: str = ""  # what the worker advertises, host:port
    address_answers: bool | None = None  # None: not tried
    heartbeat_age_s: float | None = None  # against Redis TIME; negative: in the future


class Registrations(Struct, frozen=True):
    """What a bounded SCAN found (the whole database if ``complete``)."""

    pattern: str
    db: int
    keys: tuple[WorkerKey, ...] = ()
    near_misses: tuple[str, ...] = ()  # keys that look like registrations under another name
    other_dbs: dict[str, int] = field(default_factory=dict)  # "1" -> keys there
    scanned: int = 0
    complete: bool = True
    changed: tuple[str, ...] = ()  # keys whose TTL, value or existence changed between two readings
    gone: tuple[str, ...] = ()  # those of them that were not in the second reading
    readdressed: dict[str, str] = field(
        default_factory=dict
    )  # key -> the other address in the second reading
    #: Keys that match and are no registrations beside those that are: a set of all workers, a stream of jobs.
    aside: tuple[str, ...] = ()
    sampled: int = 0  # keys of any name that a short SCAN found; 0: none was tried
    prefixes: dict[str, int] = field(default_factory=dict)  # prefix of theirs -> keys, most first
