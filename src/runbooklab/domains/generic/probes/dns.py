"""What a name server answers for a name: the bare question, without this host's files and caches."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from runbooklab.domains.address.probes.name import resolve
from runbooklab.domains.generic.probes.bounds import seen, within
from runbooklab.domains.generic.probes.hosts import Place, host_in, place_in, refused_values
from runbooklab.domains.generic.records import Asked, Plan, Seen
from runbooklab.observe.net.addresses import is_ip

if TYPE_CHECKING:
    from dns.message import Message

    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

PORT = 53
#: Most servers that are asked, one after the other, and most names of a search list that are tried.
MOST_SERVERS = 3
MOST_NAMES = 4
#: An answer after which the next server is asked: this one could or would not say.
_NEXT = frozenset({"SERVFAIL", "REFUSED", "NOTIMP", "FORMERR"})


class _Answer(Struct, frozen=True):
    """A server's answer, or why there was none."""

    message: Message | None = None
    said: str = ""
    timed_out: bool = False
    server: str = ""


def refused(asked: Asked) -> str:
    """Why this is never sent."""
    if why := refused_values(asked.subject):
        return why
    name, server = asked.subject.plain, asked.option("server")
    if not host_in(name) and not is_ip(name):
        return "The name is none: write one such as db.example.org, without a scheme or a port."
    if is_ip(name) and _type(asked) != "PTR":
        return "Of an address a name server is asked with `type: PTR`."
    if server and not is_ip(server) and not host_in(server) and place_in(server) is None:
        return "`server` takes the address of a name server, such as 10.0.0.2 or 10.0.0.2:5353."
    return ""


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be sent."""
    given = asked.option("server")
    server = _server(given).written if given else "this host's name servers"
    return (Plan("dns", f"{asked.subject.plain} {_type(asked)} of {server}"),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    name, words = asked.subject.plain, ["dig"]
    if asked.option("server"):
        server = _server(asked.option("server"))
        words += [f"@{server.host}", *(["-p", str(server.port)] if server.port != PORT else [])]
    return asked.shell.command(*words, *(["-x", name] if is_ip(name) else [name, _type(asked)]))


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Ask, by UDP and for a long answer by TCP; the next server if one cannot say."""
    ctx, began = within(ctx, asked), time.monotonic()
    servers, names = _where(ctx, asked)
    answer = _Answer(said="this host has no name server", timed_out=False)
    for name in names[:MOST_NAMES]:
        answer = _first(ctx, servers, name, _type(asked))
        if answer.message is None or _rcode(answer.message) != "NXDOMAIN":
            break
    ms = round((time.monotonic() - began) * 1000, 1)
    if answer.message is None:
        values = {"timed_out": answer.timed_out, "error": answer.said}
        note = f"No answer for {asked.subject.plain}: {answer.said}."
        return seen(ctx, values, shown=note, note=note)
    found = _values(answer.message, _type(asked))
    values = {
        "addresses": found,
        "count": len(found),
        "rcode": _rcode(answer.message),
        "ms": ms,
        "timed_out": False,
        "error": "",
    }
    shown = "\n".join([f"{values['rcode']} from {answer.server}, {len(found)} answers", *found])
    return seen(ctx, values, shown=shown)


def _first(ctx: Context[Target], servers: list[Place], name: Any, kind: str) -> _Answer:
    """The first server's answer that says something; each gets an equal part of the time that is left."""
    answer = _Answer(said="this host has no name server")
    for at, server in enumerate(servers):
        answer = _asked(ctx, server, name, kind, ctx.remaining_s() / (len(servers) - at))
        if answer.message is not None and _rcode(answer.message) not in _NEXT:
            break
    return answer


def _asked(ctx: Context[Target], server: Place, name: Any, kind: str, seconds: float) -> _Answer:
    import dns.exception
    import dns.message
    import dns.query

    question = dns.message.make_query(name, kind, use_edns=0, payload=1232)
    began = time.monotonic()
    try:
        with _connected(server) as sock:
            message, _ = dns.query.udp_with_fallback(
                question,
                server.host,
                timeout=seconds,
                port=server.port,
                ignore_unexpected=True,
                udp_sock=sock,
            )
    except (dns.exception.Timeout, TimeoutError):
        return _Answer(said=f"{server.written} did not answer in time", timed_out=True)
    except ConnectionRefusedError:
        return _Answer(said=f"nothing listens at {server.written}")
    except (dns.exception.DNSException, OSError, EOFError, ValueError) as error:
        why = getattr(error, "strerror", "") or "what it sends is no answer"
        return _Answer(said=f"{server.written}: {why}")
    finally:
        ms = (time.monotonic() - began) * 1000
        ctx.note("dns", f"{str(name).rstrip('.')} {kind} of {server.written}", ms)
    return _Answer(message, server=server.written)


def _connected(server: Place) -> socket.socket:
    """A socket that hears it if nothing listens there. Raises :class:`OSError`."""
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.connect((server.host, server.port))
    except OSError:
        sock.close()
        raise
    return sock


def _where(ctx: Context[Target], asked: Asked) -> tuple[list[Place], list[Any]]:
    """The servers to ask, and the names to ask for: with this host's search list if its servers are asked."""
    import dns.exception
    import dns.name
    import dns.resolver
    import dns.reversename

    text = asked.subject.plain
    name = dns.reversename.from_address(text) if is_ip(text) else dns.name.from_text(text, None)
    given = asked.option("server")
    if given:
        server = _server(given)
        found = resolve(server.host, ctx.remaining_s())
        places = [Place(address, server.port) for address in found.addresses[:1]]
        return places, [name.concatenate(dns.name.root) if not name.is_absolute() else name]
    try:
        host = dns.resolver.Resolver()
    except (dns.exception.DNSException, OSError):
        return [], [name]
    places = [Place(str(address), PORT) for address in host.nameservers[:MOST_SERVERS]]
    if name.is_absolute():
        return places, [name]
    whole = name.concatenate(dns.name.root)
    searched = [name.concatenate(suffix) for suffix in host.search]
    dotted = len(name) > (host.ndots or 1)
    return places, [whole, *searched] if dotted else [*searched, whole]


def _values(message: Message, kind: str) -> list[str]:
    """The answers of the type that was asked for, at the end of a chain of aliases."""
    import dns.rdatatype

    wanted = dns.rdatatype.from_text(kind)
    return sorted(
        str(record).rstrip(".") for rows in message.answer if rows.rdtype == wanted for record in rows
    )


def _rcode(message: Message) -> str:
    import dns.rcode

    return dns.rcode.to_text(message.rcode())


def _type(asked: Asked) -> str:
    return asked.option("type", "A").upper()


def _server(text: str) -> Place:
    return place_in(text) or Place(host_in(text) or text, PORT)
