"""One guarded connection to the target's Redis: opened, authenticated and on its database, step by step."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from redis import exceptions
from redis.connection import AbstractConnection, parse_url

from runbooklab.domains.address.probes.table import NAME
from runbooklab.domains.address.records import NameResolution, RedisAddress
from runbooklab.domains.container.probes.table import CONTAINER
from runbooklab.domains.endpoint.probes.table import BRIDGE_TCP, TCP
from runbooklab.domains.redis.context import Context
from runbooklab.domains.redis.probes.redis_guard import (
    GuardedConnection,
    GuardedTlsConnection,
    GuardedUnixConnection,
    ServerError,
    ask,
    shown,
)
from runbooklab.domains.redis.records.conversation import Stage
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.net.records import TcpAttempt
from runbooklab.observe.net.tls_errors import tls_outcome
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.domains.redis.probes.redis_guard import AnyGuarded, Words

StageName = Literal["connect", "tls", "auth", "select", "ping", "role", "read", "write"]

#: Characters of an error's text that are searched for secrets; fewer are kept.
MOST_MESSAGE = 16384

#: What a conversation with something that need not be Redis may raise.
ERRORS = (exceptions.RedisError, OSError, ValueError, RecursionError)


def code_of(error: BaseException) -> str:
    """The server's error code (``NOAUTH``, ``ERR`` ...); nothing if no server said anything."""
    return error.code if isinstance(error, ServerError) else ""


def failed_stage(ctx: Context, name: StageName, error: BaseException, ms: float) -> Stage:
    """The stage that ended in ``error``."""
    code = code_of(error)
    outcome: Literal["error", "closed", "timeout"] = "error"
    if isinstance(error, exceptions.TimeoutError | TimeoutError):
        outcome = "timeout"
    elif name == "tls":
        outcome = "closed" if tls_outcome(error.__context__ or error) == "closed" else "error"
    elif isinstance(error, exceptions.ConnectionError | OSError) and not code and name != "connect":
        outcome = "closed"
    message = clean(str(error)[:MOST_MESSAGE], ctx.vault)[:500]
    kind = error.client_class if isinstance(error, ServerError) else type(error).__name__
    return Stage(name, outcome, kind, code, message, round(ms, 2))


class Session:
    """A connection to where the TCP probe got through, held as the orchestrator would hold it.

    ``with_credentials=False`` leaves out user name and password. Nothing is sent before :meth:`open`; each
    step gives its :class:`~runbooklab.domains.redis.records.conversation.Stage` and raises nothing.
    """

    def __init__(
        self, ctx: Context, address: RedisAddress, peer: TcpAttempt, *, with_credentials: bool = True
    ) -> None:
        self.ctx = ctx
        self._sign = 0  # which of _SIGNS_OF_LIFE this server knows
        self._made_of = (ctx, address, peer, with_credentials)
        options = parse_url(ctx.vault.reveal(address.text))  # type: ignore[no-untyped-call] # untyped there
        self.username: str | None = options.get("username") if with_credentials else None
        self.password: str | None = options.get("password") if with_credentials else None
        self.protocol: int = options.get("protocol") or 2
        self.db = address.db
        self.peer = peer
        self.is_tls = address.scheme == "rediss"
        self.connection = _connection(ctx, address, peer, options)
        self.connection.until = time.monotonic() + ctx.timeout_s()
        self.connection.on_sent = self._note
        if self.protocol == 3:  # redis-py then sends HELLO 3 [AUTH ...] as soon as it is connected
            self.connection.username, self.connection.password = self.username, self.password

    def like_this(self) -> Session:
        """Another session of the same target, unopened."""
        ctx, address, peer, with_credentials = self._made_of
        return Session(ctx, address, peer, with_credentials=with_credentials)

    def go_on(self, ctx: Context) -> None:
        """Go on with the deadline and the ledger of ``ctx``."""
        self.ctx = ctx
        self.connection.go_on_until(time.monotonic() + ctx.timeout_s())

    def _note(self, words: Words, ms: float) -> None:
        self.ctx.note("redis", shown(words), ms)

    @property
    def is_connected(self) -> bool:
        """Whether there still is a connection: redis-py drops it on a timeout and when it is closed."""
        return self.connection._sock is not None

    def ask(self, *words: str | int) -> Any:
        """One command's reply; raises one of :data:`ERRORS`."""
        return ask(self.connection, *words)

    def close(self) -> None:
        """Close the connection."""
        self.connection.disconnect()  # type: ignore[no-untyped-call] # redis-py leaves it untyped

    # --- stages

    def open(self) -> tuple[Stage, Stage, Stage]:
        """Connect and authenticate: the stages ``connect``, ``tls`` and ``auth``."""
        started = time.monotonic()
        failure: BaseException | None = None
        try:
            self.connection.connect()  # type: ignore[no-untyped-call] # redis-py leaves it untyped
        except ERRORS as error:
            failure = error
        ended, opened = time.monotonic(), self.connection.opened_at
        where = f"{self.peer.address} port {self.peer.port}" if self.peer.port else self.peer.address
        self.ctx.note("tcp", f"connect {where} to talk to Redis", ((opened or ended) - started) * 1000)
        if opened is None:
            ms = (ended - started) * 1000
            failed = failed_stage(self.ctx, "connect", failure or OSError("no connection"), ms)
            return failed, _unreached("tls"), _unreached("auth")
        connect = Stage("connect", "ok", ms=round((opened - started) * 1000, 2))
        ms = (ended - opened) * 1000
        if failure is not None and self.is_tls and not _came_after_tls(failure):
            return connect, failed_stage(self.ctx, "tls", failure, ms), _unreached("auth")
        tls = Stage("tls", "ok", ms=round(ms, 2)) if self.is_tls else Stage("tls", "not-needed")
        if failure is not None:
            return connect, tls, failed_stage(self.ctx, "auth", failure, ms)
        return connect, tls, self._authenticate()

    def _authenticate(self) -> Stage:
        if not self.username and not self.password:
            return Stage("auth", "not-needed")
        if self.protocol == 3:
            return Stage("auth", "ok")
        credentials = [self.username, self.password or ""] if self.username else [self.password or ""]
        return self.stage("auth", lambda: self.ask("AUTH", *[word or "" for word in credentials]))

    def select(self) -> Stage:
        """Choose the database, if it isn't the first."""
        if not self.db:
            return Stage("select", "not-needed")
        return self.stage("select", lambda: self.ask("SELECT", self.db))

    def ping(self) -> Stage:
        """Ask for a sign of life; the stage lasts as long as the question that was answered.

        A server on which PING is renamed or forbidden by configuration is asked to ECHO instead, and
        one on which both are for its TIME.
        """
        while True:
            words = _SIGNS_OF_LIFE[self._sign]
            stage = self.stage("ping", lambda words=words: _expect(words, self.ask(*words)))  # type: ignore[misc] # mypy can't infer the default
            unknown = stage.code == "ERR" and "unknown command" in stage.message.lower()
            if not unknown or self._sign == len(_SIGNS_OF_LIFE) - 1:
                return stage
            self._sign += 1

    def stage(self, name: StageName, act: Callable[[], Any]) -> Stage:
        """What ``act`` ends in, with the time it took."""
        if not self.is_connected:
            return _unreached(name)
        started = time.monotonic()
        try:
            act()
        except ERRORS as error:
            return failed_stage(self.ctx, name, error, (time.monotonic() - started) * 1000)
        return Stage(name, "ok", ms=round((time.monotonic() - started) * 1000, 2))


def _unreached(name: StageName) -> Stage:
    return Stage(name, "not-reached")


def _came_after_tls(error: BaseException) -> bool:
    """Whether redis-py had already sent something (HELLO 3): the handshake was over."""
    return bool(code_of(error)) or "reading from" in str(error) or "closed by server" in str(error)


#: What a sign of life is asked for by, the usual way first.
_SIGNS_OF_LIFE: tuple[tuple[str, ...], ...] = (("PING",), ("ECHO", "PONG"), ("TIME",))


def _expect(words: tuple[str, ...], reply: Any) -> None:
    as_redis = isinstance(reply, list) if words == ("TIME",) else reply == "PONG"
    if not as_redis:
        raise exceptions.InvalidResponse(f"{words[0]} was answered with {str(reply)[:100]!r}")


def _connection(ctx: Context, address: RedisAddress, peer: TcpAttempt, options: dict[str, Any]) -> AnyGuarded:
    """An unopened connection: explicit timeouts, no retry, and of the URL's options those of TLS."""
    timeout_s = ctx.timeout_s()
    shared: dict[str, Any] = {
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
        "decode_responses": True,
        "encoding_errors": "surrogateescape",
        "protocol": options.get("protocol") or 2,
        **NO_CLIENT_INFO,
    }
    if address.scheme == "unix":
        return GuardedUnixConnection(path=peer.address, **shared)  # type: ignore[abstract] # only to mypy
    shared |= {"host": ctx.vault.reveal(address.host), "port": peer.port, "peer": peer.address}
    if address.scheme == "rediss":
        tls = {name: value for name, value in options.items() if name.startswith("ssl_")}
        return GuardedTlsConnection(**shared, **tls)
    return GuardedConnection(**shared)


#: Keeps redis-py from sending CLIENT SETINFO; the parameter's name depends on its version.
NO_CLIENT_INFO: dict[str, None] = {
    name: None
    for name in (("driver_info",), ("lib_name", "lib_version"))[
        "driver_info" not in inspect.signature(AbstractConnection).parameters
    ]
    if name in inspect.signature(AbstractConnection).parameters
}


def peer_of(ctx: Context) -> TcpAttempt:
    """The first address that took a connection, else the last one that didn't (as the client would find).

    Raises :class:`NotObserved` if the TCP probe could not look.
    """
    attempts: tuple[TcpAttempt, ...] = ctx.need(TCP)
    return next((each for each in attempts if each.outcome == "connected"), attempts[-1])


def failed_to_connect(ctx: Context, address: RedisAddress) -> Stage | None:
    """The stage ``connect`` if the name or the connection had already failed, else None."""
    name: NameResolution | None = ctx.wait(NAME).value
    if name is not None and name.outcome in {"not-found", "temporary-failure"}:
        return Stage("connect", "error", "gaierror", "", f"{name.host}: {name.message}")
    peer = peer_of(ctx)
    if peer.outcome == "connected":
        return None
    where = peer.address if address.scheme == "unix" else f"{peer.address} port {peer.port}"
    outcome: Literal["timeout", "error"] = "timeout" if peer.outcome == "timeout" else "error"
    kind = "TimeoutError" if outcome == "timeout" else "ConnectionError"
    return Stage("connect", outcome, kind, "", f"{where}: {peer.message}", peer.ms)


def is_no_password_configured(stage: Stage) -> bool:
    """Whether AUTH was refused because the server asks nobody for a password: it goes on answering."""
    return stage.name == "auth" and stage.code == "ERR" and "AUTH" in stage.message


def signed_in(ctx: Context) -> Session:
    """A session on the target's database; raises :class:`NotObserved` if there can be none.

    If the URL means something to the orchestrator's container only, it is held with the Redis
    container's own address.
    """
    from runbooklab.domains.address.probes.name import usable_address

    address = usable_address(ctx)
    failed = failed_to_connect(ctx, address)
    peer = peer_of(ctx) if failed is None else container_peer(ctx, address)
    if peer is None:
        raise NotObserved(Missing("unreachable", failed.message if failed else ""))
    session = Session(ctx, address, peer)
    for stage in (*session.open(), session.select()):
        if stage.outcome in {"error", "closed", "timeout"} and not is_no_password_configured(stage):
            session.close()
            raise NotObserved(missing_after(stage))
    return session


def container_peer(ctx: Context, address: RedisAddress) -> TcpAttempt | None:
    """The Redis container's own address, if the orchestrator's URL names that container."""
    look = ctx.wait(CONTAINER).value if ctx.target.orchestrator_container else None
    if look is None or look.found is None:
        return None
    found = look.found
    service = found.labels.get("com.docker.compose.service", "")
    names = {found.name, service, *(alias for network in found.networks for alias in network.aliases)}
    attempts: tuple[TcpAttempt, ...] = ctx.wait(BRIDGE_TCP).value or ()
    reached = (
        attempt for attempt in attempts if attempt.outcome == "connected" and attempt.port == address.port
    )
    return next(reached, None) if address.host in names else None


def missing_after(stage: Stage) -> Missing:
    """Why nothing more could be seen after ``stage``."""
    reason: Literal["permission", "unreachable"] = (
        "permission" if stage.code in {"NOAUTH", "WRONGPASS", "NOPERM"} else "unreachable"
    )
    return Missing(reason, f"{stage.name}: {stage.code} {stage.message}".replace(":  ", ": "))
