"""A container's own view, for an image without any tools: its files and its network namespace.

Nothing runs in the container. Its ``/etc/hosts`` and ``/etc/resolv.conf`` are read through /proc, and
name server and Redis are asked from its network namespace, if this user may enter it.
"""

from __future__ import annotations

import secrets
import socket
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from runbooklab.domains.address.records import NameResolution, RedisAddress
from runbooklab.domains.redis.probes.cli_replies import info_fields
from runbooklab.domains.redis.probes.redis_session import ERRORS, Session, is_no_password_configured
from runbooklab.domains.redis.records.conversation import Stage
from runbooklab.files import read_file
from runbooklab.observe.docker.records import Container, ExecResult
from runbooklab.observe.host.namespace import from_inside, is_here
from runbooklab.observe.net.records import TcpAttempt

if TYPE_CHECKING:
    from runbooklab.domains.redis.context import Context

DNS_PORT = 53
#: Seconds for one question to one name server.
QUESTION_S = 1.0
#: Source: RFC 1035, 4.1.1, RCODE: the name does not exist.
_NO_SUCH_NAME = 3
#: Source: resolv.conf(5), MAXNS, and the search list of old resolvers.
MOST_SERVERS = 3
MOST_DOMAINS = 6
#: Bytes of a hosts file that are read.
MOST_FILE = 1 << 20
_A_RECORD = 1


class Conversation(Struct, frozen=True):
    """What Redis said to a client in the container."""

    code: str = ""  # PONG, or the code of the server's error; "" if no server answered
    ping: ExecResult | None = None  # None: it did not get as far as a question
    info: dict[str, str] = field(default_factory=dict)


def converse(
    ctx: Context, found: Container, address: RedisAddress, host: str, port: int
) -> Conversation | None:
    """Sign in and ping as the client would, at ``host`` and ``port``; None if the namespace is closed."""
    if not is_here(found.pid, found.id):
        return None
    peer = TcpAttempt(host, port, "connected")
    try:
        seen = from_inside(found.pid, lambda: _converse(ctx, address, peer), ctx.remaining_s())
    except TimeoutError:
        return Conversation(ping=ExecResult(("PING",), "timeout"))
    except OSError:
        return None
    ctx.note("redis", f"PING and INFO from the network namespace of container {found.name}")
    return seen


def _converse(ctx: Context, address: RedisAddress, peer: TcpAttempt) -> Conversation:
    session = Session(ctx, address, peer)
    try:
        stages = [*session.open(), session.ping()]
        failed = next((stage for stage in stages if _is_failure(stage)), None)
        if failed is not None:
            return _failed(failed)
        return Conversation("PONG", ExecResult(("PING",), "ok", 0, "PONG", stages[-1].ms), _info(session))
    finally:
        session.close()


def _is_failure(stage: Stage) -> bool:
    return stage.outcome in ("error", "closed", "timeout") and not is_no_password_configured(stage)


def _failed(stage: Stage) -> Conversation:
    if stage.name in ("connect", "tls"):
        return Conversation()
    said = f"{stage.code} {stage.message}".strip()
    outcome: Any = "timeout" if stage.outcome == "timeout" else "ok"
    return Conversation(stage.code, ExecResult(("PING",), outcome, None, said, stage.ms))


def _info(session: Session) -> dict[str, str]:
    try:
        return info_fields(str(session.ask("INFO")))
    except ERRORS:  # this user may not ask
        return {}


# --- names ----------------------------------------------------------------------------------------


def resolve(ctx: Context, found: Container, host: str) -> NameResolution | None:
    """What the container's own files and name servers say of ``host``; None if they are closed to us."""
    if not is_here(found.pid, found.id):
        return None
    etc = Path(f"/proc/{found.pid}/root/etc")
    try:
        ctx.note("file", f"read hosts and resolv.conf of container {found.name}")
        listed = addresses_in(_text(etc / "hosts"), host)
        servers, search = name_servers(_text(etc / "resolv.conf"))
        if listed:
            return NameResolution(host, "resolved", listed)
        names = [host, *(f"{host}.{domain}" for domain in search if "." not in host)]
        timeout_s = min(QUESTION_S, ctx.timeout_s(0.3))
        look = lambda: _ask_servers(ctx, host, names, servers, timeout_s)  # noqa: E731 # a name for the next line
        return from_inside(found.pid, look, ctx.timeout_s(0.5))
    except TimeoutError:
        return NameResolution(host, "temporary-failure", message="the resolver gives no answer in time")
    except OSError:
        return None


def _text(path: Path) -> str:
    """What a container's file holds. A link in it would be followed on this host, so none is."""
    if path.parent.is_symlink() or path.is_symlink():
        raise OSError(f"{path} is a link")
    return read_file(path, MOST_FILE).decode("utf-8", "replace") if path.exists() else ""


def addresses_in(hosts: str, name: str) -> tuple[str, ...]:
    """The addresses that a ``hosts`` file gives a name. Source: hosts(5).

    >>> addresses_in("127.0.0.1 localhost\\n172.17.0.2 redis cache # linked", "cache")
    ('172.17.0.2',)
    """
    rows = (line.split("#")[0].split() for line in hosts.splitlines())
    return tuple(dict.fromkeys(row[0] for row in rows if name.lower() in map(str.lower, row[1:])))


def name_servers(resolv_conf: str) -> tuple[list[str], list[str]]:
    """The name servers and the search domains of a ``resolv.conf``. Source: resolv.conf(5).

    >>> name_servers("search corp.example\\nnameserver 127.0.0.11\\noptions ndots:0")
    (['127.0.0.11'], ['corp.example'])
    """
    rows = [line.split() for line in resolv_conf.splitlines() if line.split()]
    servers = [row[1] for row in rows if row[0] == "nameserver" and len(row) > 1]
    search = [domain for row in rows if row[0] == "search" for domain in row[1:]]
    return servers[:MOST_SERVERS], search[:MOST_DOMAINS]


def _ask_servers(
    ctx: Context, host: str, names: list[str], servers: list[str], seconds: float
) -> NameResolution:
    refusal = "no name server is configured"
    for server in servers:
        answers = []
        for name in names:
            ctx.note("tcp", f"ask the container's name server {server} for {name}")
            try:
                answers.append(_question(server, name, seconds))
            except OSError as error:
                refusal = f"name server {server}: {error.strerror or 'no answer in time'}"
                break
        found = next((addresses for addresses in answers if addresses), None)
        if found:
            return NameResolution(host, "resolved", found)
        if len(answers) == len(names):
            return NameResolution(host, "not-found", message="Name or service not known")
    return NameResolution(host, "temporary-failure", message=refusal)


def _question(server: str, name: str, seconds: float) -> tuple[str, ...]:
    """The IPv4 addresses of a name; raises :class:`OSError` if the server cannot say."""
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    number = secrets.randbelow(1 << 16)
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(seconds)
        sock.connect((server, DNS_PORT))
        sock.send(query(number, name))
        answer = sock.recv(4096)
    return addresses_of(answer)


def query(number: int, name: str) -> bytes:
    """A recursive question for a name's IPv4 addresses. Source: RFC 1035, 4.1."""
    labels = b"".join(bytes([len(part)]) + part for part in name.rstrip(".").encode("idna").split(b"."))
    return struct.pack(">6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", _A_RECORD, 1)


def addresses_of(answer: bytes) -> tuple[str, ...]:
    """The IPv4 addresses in an answer to one question; none if the name does not exist.

    Raises :class:`OSError` if the server failed or what came is no answer.
    """
    try:
        _, flags, _, count, _, _ = struct.unpack_from(">6H", answer)
        if (flags & 0xF) == _NO_SUCH_NAME:
            return ()
        if flags & 0xF:
            raise OSError(0, f"answers with code {flags & 0xF}")
        at, found = _after_name(answer, 12) + 4, []
        for _ in range(count):
            at = _after_name(answer, at)
            kind, _, _, length = struct.unpack_from(">2HIH", answer, at)
            data = answer[at + 10 : at + 10 + length]
            found += [socket.inet_ntoa(data)] if kind == _A_RECORD and length == 4 else []
            at += 10 + length
    except (struct.error, IndexError) as error:
        raise OSError(0, "sends what is no answer") from error
    return tuple(dict.fromkeys(found))


def _after_name(answer: bytes, at: int) -> int:
    """Where the name that begins at ``at`` ends: at a zero byte, or behind a two-byte pointer."""
    while answer[at]:
        if answer[at] & 0xC0:
            return at + 2
        at += 1 + answer[at]
    return at + 1
