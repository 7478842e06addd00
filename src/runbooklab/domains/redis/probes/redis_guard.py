"""The only way to talk to Redis: redis-py's own connections, which refuse whatever could change something.

The check is made where the bytes leave: a command is taken apart again after redis-py has packed it,
so neither a pipeline nor anything that redis-py sends by itself gets past it.

Allowed is what is in :data:`TABLE` and nothing else. Left out on purpose, though read-only: ``KEYS``
and ``MONITOR`` (they block or burden the server), ``GET`` and ``HGETALL`` (a value may be of any
size; ``GETRANGE`` and ``HSCAN`` have a bound), ``CONFIG GET`` with a pattern and of every setting
that holds a password (Redis answers in clear), ``COMMAND``, ``MEMORY``, ``LATENCY`` and ``DEBUG``
(nothing here needs them). ``ACL DRYRUN`` and ``ACL LOG`` with a count only read.

One command that writes is in the table, in a shape that cannot change anything: ``SET NAME x XX``
sets a key only if it exists, and ``NAME`` holds 32 random hexadecimal digits, so it does not. It is
there because nothing else shows whether writes go through: a server that holds writes back, or has
become a replica a moment ago, answers everything that reads. One is sent on a connection, at most.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from redis.connection import Connection, SSLConnection, UnixDomainSocketConnection
from redis.exceptions import ResponseError

from runbooklab.errors import RunbookError
from runbooklab.observe.net.bounded_socket import BoundedSocket

#: Settings worth knowing; none of them holds a secret. Names of Redis 4 to 8; an unknown one is passed over.
READABLE_SETTINGS = (
    "appendfsync", "appendonly", "bind", "client-output-buffer-limit", "cluster-enabled", "daemonize",
    "databases", "dbfilename", "dir", "lua-time-limit", "maxclients", "maxmemory", "maxmemory-policy",
    "min-replicas-max-lag", "min-replicas-to-write", "port", "protected-mode", "replica-read-only",
    "replica-serve-stale-data", "save", "slowlog-log-slower-than", "slowlog-max-len",
    "stop-writes-on-bgsave-error", "tcp-backlog", "tcp-keepalive", "timeout", "tls-port", "unixsocket",
)  # fmt: skip

#: Most bytes of one value, most keys of one SCAN step, most entries of a list that are asked for.
MOST_VALUE_BYTES = 16384
MOST_SCAN_COUNT = 1000
MOST_ENTRIES = 128
#: Most bytes of one reply that are read: CLIENT LIST of a thousand clients has a twentieth of that.
MOST_REPLY_BYTES = 4 << 20

Words = tuple[str, ...]


class RefusedCommandError(RunbookError):
    """A command outside the table: a mistake in a probe, never something the server said."""

    def __init__(self, words: Words) -> None:
        super().__init__(f"refused, nothing was sent: {shown(words)}")


def _none(arguments: Words) -> bool:
    return not arguments


def _one(arguments: Words) -> bool:
    return len(arguments) == 1


def _nobodys_key(arguments: Words) -> bool:
    """A key that nobody has: whether the user may read such keys is asked, and no value is fetched."""
    return len(arguments) == 1 and "runbooklab" in arguments[0]


#: The name of a key that nobody can have made: 128 random bits after our own mark.
_RANDOM_NAME = re.compile(r"[^\x00-\x1f]{0,600}runbooklab-[0-9a-f]{32}[^\x00-\x1f]{0,200}")


def _set_of_nothing(arguments: Words) -> bool:
    """``NAME x XX``: with XX a key that does not exist is not made. Source: Redis manual, SET."""
    return (
        len(arguments) == 3
        and arguments[1:] == ("x", "XX")
        and _RANDOM_NAME.fullmatch(arguments[0]) is not None
    )


def _at_most_one(arguments: Words) -> bool:
    return len(arguments) <= 1


def _number(text: str, most: int) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", text) is not None and int(text) <= most


def _entries(arguments: Words) -> bool:
    return len(arguments) == 1 and _number(arguments[0], MOST_ENTRIES)


def _settings(arguments: Words) -> bool:
    return bool(arguments) and all(argument in READABLE_SETTINGS for argument in arguments)


def _sections(arguments: Words) -> bool:
    return all(re.fullmatch(r"[a-z]{1,20}", argument) for argument in arguments)


def _hello(arguments: Words) -> bool:
    version, rest = arguments[:1], arguments[1:]
    return version in {("2",), ("3",)} and (not rest or (len(rest) == 3 and rest[0].upper() == "AUTH"))


def _bounded_scan(arguments: Words) -> bool:
    """``cursor [MATCH pattern] COUNT n``, with a bounded count."""
    names = tuple(argument.upper() for argument in arguments[1::2])
    if names not in {("COUNT",), ("MATCH", "COUNT")} or len(arguments) != 1 + 2 * len(names):
        return False
    return re.fullmatch(r"[0-9]{1,20}", arguments[0]) is not None and _number(arguments[-1], MOST_SCAN_COUNT)


def _bounded_hash_scan(arguments: Words) -> bool:
    return _bounded_scan(arguments[1:])


def _bounded_range(arguments: Words) -> bool:
    return len(arguments) == 3 and arguments[1] == "0" and _number(arguments[2], MOST_VALUE_BYTES - 1)


#: ``COMMAND [SUBCOMMAND]`` and the arguments it may have.
TABLE: dict[Words, Callable[[Words], bool]] = {
    ("AUTH",): lambda arguments: len(arguments) in {1, 2},
    ("HELLO",): _hello,
    ("SELECT",): lambda arguments: _one(arguments) and _number(arguments[0], 10**9),
    ("PING",): _at_most_one,
    ("ECHO",): _one,
    ("ROLE",): _none,
    ("INFO",): _sections,
    ("TIME",): _none,
    ("DBSIZE",): _none,
    ("CONFIG", "GET"): _settings,
    ("SLOWLOG", "GET"): _entries,
    ("SLOWLOG", "LEN"): _none,
    ("CLIENT", "LIST"): _none,
    ("ACL", "WHOAMI"): _none,
    ("ACL", "LOG"): _entries,
    ("ACL", "DRYRUN"): lambda arguments: len(arguments) >= 2,
    ("CLUSTER", "INFO"): _none,
    ("SCAN",): _bounded_scan,
    ("TYPE",): _one,
    ("PTTL",): _one,
    ("STRLEN",): _one,
    ("GET",): _nobodys_key,
    ("SET",): _set_of_nothing,
    ("GETRANGE",): _bounded_range,
    ("HLEN",): _one,
    ("HSCAN",): _bounded_hash_scan,
}

_WITH_SUBCOMMAND = frozenset(words[0] for words in TABLE if len(words) == 2)
_WITH_CREDENTIALS = frozenset({"AUTH", "HELLO"})


def is_allowed(words: Words) -> bool:
    """Whether the command may be sent.

    >>> is_allowed(("CONFIG", "GET", "maxmemory")), is_allowed(("CONFIG", "GET", "requirepass"))
    (True, False)
    """
    if not words:
        return False
    size = 2 if words[0].upper() in _WITH_SUBCOMMAND else 1
    name = tuple(word.upper() for word in words[:size])
    check = TABLE.get(name)
    return check is not None and check(words[size:])


def shown(words: Words) -> str:
    """The command as the ledger shows it: without credentials, and not too long."""
    if words and words[0].upper() in _WITH_CREDENTIALS:
        return (
            f"{words[0].upper()} (credentials)"
            if len(words) > 2 or words[0].upper() == "AUTH"
            else " ".join(words)
        )
    text = " ".join(words)
    return text if len(text) <= 200 else text[:200] + " ..."


def unpack(data: bytes) -> tuple[Words, ...]:
    """The commands in what is about to be sent (RESP arrays of bulk strings).

    Raises :class:`RefusedCommandError` for anything else, an inline command for one.
    """
    commands, at = [], 0
    while at < len(data):
        count, at = _header(data, at, b"*")
        words = []
        for _ in range(count):
            length, at = _header(data, at, b"$")
            words.append(data[at : at + length].decode("utf-8", "surrogateescape"))
            if data[at + length : at + length + 2] != b"\r\n":
                raise RefusedCommandError(("a malformed command",))
            at += length + 2
        commands.append(tuple(words))
    return tuple(commands)


def _header(data: bytes, at: int, kind: bytes) -> tuple[int, int]:
    end = data.find(b"\r\n", at)
    number = data[at + 1 : end]
    if data[at : at + 1] != kind or end < 0 or not number.isdigit():
        raise RefusedCommandError(("a malformed command",))
    return int(number), end + 2


class ServerError(RunbookError, ResponseError):
    """An error that the server sent: its ``code`` (``NOAUTH``) and the class that redis-py gives it.

    redis-py counts NOAUTH and LOADING among the errors of the connection and drops it; the server
    doesn't, and INFO still answers. So every error reply becomes one of these, in every version.
    """

    def __init__(self, message: str, code: str, client_class: str) -> None:
        super().__init__(message)
        self.code = code
        self.client_class = client_class


_CODE = re.compile(r"([A-Z][A-Z0-9_]*)(?: |$)")


def server_error(line: str, client_class: str) -> ServerError:
    """The error in a reply's line, its code taken off the message.

    >>> server_error("DENIED Redis is running in protected mode", "ResponseError").code
    'DENIED'
    """
    found = _CODE.match(line)
    return ServerError(line[found.end() :] if found else line, found[1] if found else "ERR", client_class)


class Guard:
    """Mixed into redis-py's connections: checks what is sent and reports it to ``on_sent(words, ms)``."""

    on_sent: Callable[[Words, float], None] = staticmethod(lambda words, ms: None)
    #: Whether a command may be sent; declared checks have a longer table of what only reads.
    allows: Callable[[Words], bool] = staticmethod(is_allowed)
    #: time.monotonic() at which the connection was made (its TLS handshake not included).
    opened_at: float | None = None
    #: time.monotonic() after which no reply is waited for.
    until = float("inf")
    #: Whether the one command that writes has been sent on this connection.
    has_written = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._under_way: list[tuple[Words, float]] = []

    def set_parser(self, parser_class: Any) -> None:
        """Choose the parser of replies: an error becomes a :class:`ServerError`, and reading has a bound."""
        super().set_parser(parser_class)  # type: ignore[misc] # of the mixed-in class
        parser = self._parser  # type: ignore[attr-defined] # of the mixed-in class
        parser.parse_error = lambda line: server_error(line, type(parser_class.parse_error(line)).__name__)
        begin = parser.on_connect

        def on_connect(connection: Any) -> None:
            connection._sock = BoundedSocket(connection._sock, self.until)
            begin(connection)

        parser.on_connect = on_connect

    def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        """Send packed commands, every one of them in the table; raises :class:`RefusedCommandError`."""
        pieces = [command] if isinstance(command, bytes | str) else list(command)
        commands = unpack(b"".join(_as_bytes(piece) for piece in pieces))
        for words in commands:
            is_write = words[0].upper() == "SET" if words else False
            if not self.allows(words) or (is_write and self.has_written):
                raise RefusedCommandError(words)
            self.has_written = self.has_written or is_write
        self._give_time()
        started = time.monotonic()
        self._under_way += [(words, started) for words in commands]
        super().send_packed_command(pieces, check_health=check_health)  # type: ignore[misc] # of the mixed-in class

    def read_response(self, *args: Any, **options: Any) -> Any:
        """The next reply; what it answers goes into the ledger, with the time it took."""
        self._give_time()
        if isinstance(sock := getattr(self, "_sock", None), BoundedSocket):
            sock.expect(MOST_REPLY_BYTES)
        try:
            return super().read_response(*args, **options)  # type: ignore[misc] # of the mixed-in class
        finally:
            if self._under_way:
                words, started = self._under_way.pop(0)
                self.on_sent(words, (time.monotonic() - started) * 1000)

    def go_on_until(self, until: float) -> None:
        """Wait for replies until then, on an open connection too."""
        self.until = until
        if isinstance(sock := getattr(self, "_sock", None), BoundedSocket):
            sock.until = until

    def _give_time(self) -> None:
        sock = getattr(self, "_sock", None)
        if sock is not None and self.until != float("inf"):
            sock.settimeout(max(self.until - time.monotonic(), 0.01))


def _as_bytes(piece: Any) -> bytes:
    return piece.encode() if isinstance(piece, str) else bytes(piece)


class GuardedConnection(Guard, Connection):
    """A plain TCP connection to one address: the one the TCP probe has reached."""

    def __init__(self, *args: Any, peer: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self._peer = peer

    def _connect(self) -> Any:
        host = self._peer or self.host
        sock = socket.create_connection((host, self.port), self.socket_connect_timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(self.socket_timeout)
        self.opened_at = time.monotonic()
        return sock


class GuardedTlsConnection(SSLConnection, GuardedConnection):
    """The same under TLS: the certificate is checked against the name in the URL, as the client does."""


class GuardedUnixConnection(Guard, UnixDomainSocketConnection):
    """A connection to a unix socket."""

    def _connect(self) -> Any:
        sock = super()._connect()  # type: ignore[no-untyped-call] # redis-py leaves it untyped
        self.opened_at = time.monotonic()
        return sock


AnyGuarded = GuardedConnection | GuardedUnixConnection


def ask(connection: AnyGuarded, *words: str | int) -> Any:
    """One command's reply; raises what redis-py raises."""
    connection.send_command(*words)  # type: ignore[no-untyped-call] # redis-py leaves it untyped
    return connection.read_response()


def ask_many(connection: AnyGuarded, commands: Iterable[Sequence[str | int | bytes]]) -> list[Any]:
    """The replies to several commands sent in one go; a server's error takes the place of its reply."""
    asked = list(commands)
    if not asked:
        return []
    packed = connection.pack_commands(asked)  # type: ignore[no-untyped-call] # as above
    connection.send_packed_command(packed)
    replies: list[Any] = []
    for _ in asked:
        try:
            replies.append(connection.read_response())
        except ResponseError as error:
            replies.append(error)
    return replies
