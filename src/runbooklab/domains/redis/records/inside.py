"""Redis as seen from inside containers."""

from __future__ import annotations

from msgspec import Struct, field

from runbooklab.domains.address.records import NameResolution
from runbooklab.observe.docker.records import ExecResult
from runbooklab.observe.net.records import TcpAttempt


class InsideTalk(Struct, frozen=True):
    """Redis as seen from inside a container through ``redis-cli``."""

    ping: ExecResult
    answers: bool | None = None  # True: PONG or a server error came back; None: could not be asked
    code: str = ""  # PONG | NOAUTH | LOADING | ... as for Stage.code
    run_id: str = ""
    port: int = 6379
    databases: int | None = None
    info: dict[str, str] = field(default_factory=dict)
    #: Whether the URL's user may SET a registration, by ACL DRYRUN of the default user; None: not asked.
    may_write: bool | None = None


class OrchestratorView(Struct, frozen=True):
    """The target's host and port as seen from inside the orchestrator's container."""

    host: str
    port: int
    name: NameResolution | None = None
    tcp: tuple[TcpAttempt, ...] = ()
    ping: ExecResult | None = None
    code: str = ""
    method: str = ""  # how it was observed: "exec redis-cli", "network namespace", "engine metadata"
