"""One command on an open connection to Redis, through the guard that lets only commands pass that read."""

from __future__ import annotations

import socket
import time
from typing import Any

from msgspec import Struct
from redis import exceptions

from runbooklab.domains.generic.probes.fetch import tls_context
from runbooklab.domains.generic.probes.redis_address import Server
from runbooklab.domains.generic.probes.redis_commands import may_be_sent
from runbooklab.domains.redis.probes.redis_guard import (
    GuardedConnection,
    RefusedCommandError,
    ServerError,
    Words,
    ask,
    shown,
)
from runbooklab.domains.redis.probes.redis_session import ERRORS, NO_CLIENT_INFO
from runbooklab.model.parameter import Target
from runbooklab.observe.context import Context
from runbooklab.observe.net.tls_errors import tls_outcome


class Failed(Struct, frozen=True):
    """Why there is no reply: the server's words, or ours."""

    said: str
    timed_out: bool = False


class _Connection(GuardedConnection):
    """A guarded connection on a socket that is open already, with the table of declared checks."""

    allows = staticmethod(may_be_sent)

    def __init__(self, sock: Any, **options: Any) -> None:
        super().__init__(**options)
        self._open_one = sock

    def _connect(self) -> Any:
        self._open_one.settimeout(self.socket_timeout)
        self.opened_at = time.monotonic()
        return self._open_one


def reply_of(ctx: Context[Target], sock: socket.socket, server: Server, words: Words) -> Any:
    """The reply, or :class:`Failed`: nothing that a server can send raises. ``words``: secrets in clear."""
    try:
        secured = _secured(ctx, sock, server)
    except (OSError, ValueError) as error:
        sock.close()
        return Failed(f"TLS failed: {getattr(error, 'verify_message', '') or tls_outcome(error)}")
    connection = _connection(ctx, secured, server)
    try:
        connection.connect()  # type: ignore[no-untyped-call] # redis-py leaves it untyped
        if server.password:
            user = [server.user] if server.user else []
            ask(connection, "AUTH", *user, ctx.vault.reveal(server.password))
        if server.database:
            ask(connection, "SELECT", server.database)
        return ask(connection, *words)
    except RefusedCommandError as error:
        return Failed(str(error))
    except ServerError as error:
        return Failed(f"{error.code} {error}".strip())
    except ERRORS as error:
        return _failed(error)
    finally:
        connection.disconnect()  # type: ignore[no-untyped-call] # as above


def _secured(ctx: Context[Target], sock: socket.socket, server: Server) -> Any:
    if not server.tls or server.place is None:
        return sock
    sock.settimeout(ctx.remaining_s())
    context = tls_context(server.ca, verifies=server.verifies)
    return context.wrap_socket(sock, server_hostname=server.place.host)


def _connection(ctx: Context[Target], sock: Any, server: Server) -> _Connection:
    connection = _Connection(
        sock,
        host=server.place.host if server.place else "",
        port=server.place.port if server.place else 0,
        socket_timeout=ctx.remaining_s(),
        socket_connect_timeout=ctx.remaining_s(),
        decode_responses=True,
        encoding_errors="surrogateescape",
        protocol=2,
        **NO_CLIENT_INFO,
    )
    connection.until = ctx.deadline
    connection.on_sent = lambda words, ms: ctx.note("redis", shown(words), ms)
    return connection


def _failed(error: Exception) -> Failed:
    if isinstance(error, exceptions.TimeoutError | TimeoutError):
        return Failed("it did not answer in time", timed_out=True)
    if "too long" in str(error):
        return Failed("the reply is longer than what is read")
    if isinstance(error, exceptions.ConnectionError | OSError):
        return Failed("it closed the connection")
    return Failed("what it says is not Redis' protocol")
