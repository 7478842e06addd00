"""A connection to PostgreSQL that reads within a transaction of its own, and leaves nothing behind."""

from __future__ import annotations

import getpass
import math
import ssl
import struct
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from msgspec import Struct
from pg8000.core import CoreConnection
from pg8000.exceptions import DatabaseError, InterfaceError

from runbooklab.domains.generic.probes.fetch import tls_context
from runbooklab.domains.generic.probes.sql_address import MODES, Server
from runbooklab.domains.generic.probes.sql_reading import Statement
from runbooklab.errors import RunbookError
from runbooklab.observe.net.bounded_socket import BoundedSocket, TooMuch

#: Most bytes that a server may send, most rows that are fetched, and most that are counted beyond those.
MOST_BYTES = 4 << 20
MOST_ROWS = 200
MOST_COUNTED = 1_000_000
_PIECE = 64 << 10
#: Source: PostgreSQL, "Message Formats", SSLRequest.
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
#: The server gives up this much before we do, so that it can say so.
_PART = 0.8

#: What an answer is read as, by the type's number; all other types stay text. Source: pg_type.dat.
_BOOLEAN, _WHOLE, _FRACTION = 16, (20, 21, 23, 26), (700, 701, 1700)


class Failed(Struct, frozen=True):
    """Why there is no answer: the server's words with their SQLSTATE, or ours."""

    said: str
    code: str = ""
    timed_out: bool = False
    too_much: bool = False


class Rows(Struct, frozen=True):
    """The answer: column names, the first rows, how many there are; None: more than are counted."""

    columns: list[str]
    rows: list[list[Any]]
    count: int | None


def answer(
    sock: Any, server: Server, password: str, statement: Statement, until: float, seconds: float
) -> Rows | Failed:
    """What the server answers on an open connection, before ``until`` (of :func:`time.monotonic`).

    The statement runs in a transaction that is READ ONLY and is rolled back; the server ends it after part
    of the ``seconds`` that are left. Nothing that a server can send raises.
    """
    try:
        bounded = BoundedSocket(_secured(sock, server), until, MOST_BYTES)
        connection = _Connection(bounded, server, password)
    except Exception as error:  # noqa: BLE001 # pg8000 leaves what garbage does to it to struct and dict
        return _failed(error)
    try:
        return _read(connection, statement, max(int(seconds * _PART * 1000), 1))
    except Exception as error:  # noqa: BLE001 # as above
        return _failed(error)
    finally:
        bounded.close()


class _Refused(RunbookError):
    """The server does not speak TLS, and it must."""


def _secured(sock: Any, server: Server) -> Any:
    """The socket, under TLS as the URL's mode says; a unix socket has none."""
    asks, must, verifies, by_name = MODES[server.mode]
    if server.place is None or not asks:
        return sock
    sock.sendall(_SSL_REQUEST)
    said = sock.recv(1)
    if said == b"N" and not must:
        return sock
    if said != b"S":
        raise _Refused("the server does not speak TLS" if said == b"N" else "what answers is no PostgreSQL")
    context = tls_context(server.ca, verifies=verifies)
    if verifies and not by_name:
        context.check_hostname = False
    if server.certificate:
        context.load_cert_chain(server.certificate, server.key or None)
    return context.wrap_socket(sock, server_hostname=server.place.host)


class _Wire:
    """The file that pg8000 reads from and writes to: no announced length makes it reserve memory."""

    def __init__(self, sock: BoundedSocket) -> None:
        self._sock = sock
        self._out = bytearray()

    def makefile(self, mode: str) -> _Wire:
        return self

    def read(self, size: int) -> bytes:
        if not 0 <= size <= MOST_BYTES:
            raise TooMuch("what it announces is too long to be an answer")
        return self._sock.recv(min(size, _PIECE)) if size else b""

    def write(self, data: bytes) -> None:
        self._out += data

    def flush(self) -> None:
        data, self._out = bytes(self._out), bytearray()
        self._sock.sendall(data)

    def close(self) -> None:
        self._sock.close()


class _Connection(CoreConnection):  # type: ignore[misc] # pg8000 ships no types
    """pg8000's connection on our own socket. Numbers and truths are read as such, all else is text."""

    def __init__(self, sock: BoundedSocket, server: Server, password: str) -> None:
        super().__init__(
            server.user or getpass.getuser(),
            database=server.database or None,
            password=password,
            sock=_Wire(sock),
            ssl_context=False,
            application_name="runbooklab",
        )
        readers: dict[int, Callable[[str], Any]] = {_BOOLEAN: lambda text: text == "t"}
        readers |= dict.fromkeys(_WHOLE, int)
        readers |= dict.fromkeys(_FRACTION, _number)
        self.pg_types = defaultdict(lambda: str, readers)


def _number(text: str) -> Any:
    value = float(text)
    if not math.isfinite(value):
        return text
    return int(text) if text.lstrip("-").isdigit() else value


def _read(connection: _Connection, statement: Statement, ms: int) -> Rows:
    limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    settings = "".join(f"; SET LOCAL {name} = {ms}" for name in limits)
    connection.execute_simple(
        f"BEGIN TRANSACTION READ ONLY{settings}; SET LOCAL standard_conforming_strings = on"
    )
    oids = (0,) * len(statement.values)
    if not statement.has_cursor:
        found = connection.execute_unnamed(statement.sql, statement.values, oids)
        return _rows(found, len(found.rows or ()))
    sql = f"DECLARE runbooklab NO SCROLL CURSOR FOR {statement.sql}"
    connection.execute_unnamed(sql, statement.values, oids)
    found = connection.execute_simple(f"FETCH FORWARD {MOST_ROWS} FROM runbooklab")
    count = len(found.rows or ())
    if count < MOST_ROWS:
        rows = _rows(found, count)
    else:
        moved = connection.execute_simple(f"MOVE FORWARD {MOST_COUNTED} IN runbooklab").row_count
        rows = _rows(found, count + moved if moved < MOST_COUNTED else None)
    connection.execute_simple("ROLLBACK")
    return rows


def _rows(found: Any, count: int | None) -> Rows:
    names = [str(column["name"]) for column in found.columns or ()]
    return Rows(names, list(found.rows or ())[:MOST_ROWS], count)


def _failed(error: Exception) -> Failed:
    causes = [error, error.__cause__, error.__context__]
    if isinstance(error, DatabaseError):
        told = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
        code = str(told.get("C", ""))
        said = ". ".join(str(told[key]) for key in ("M", "D") if told.get(key)) or "an error without words"
        return Failed(said, code, timed_out=code in ("57014", "55P03"))
    if any(isinstance(cause, TooMuch) for cause in causes):
        return Failed(f"the answer is longer than {MOST_BYTES >> 20} MiB", too_much=True)
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return Failed("it did not answer in time", timed_out=True)
    if isinstance(error, ssl.SSLError):
        return Failed(f"TLS failed: {getattr(error, 'verify_message', '') or error.reason or error}")
    if isinstance(error, InterfaceError) and str(error) != "network error":
        return Failed(str(error).rstrip("."))
    if isinstance(error, OSError | InterfaceError):
        return Failed("it closed the connection")
    if isinstance(error, _Refused):
        return Failed(str(error))
    return Failed("what it says is not PostgreSQL's protocol")
