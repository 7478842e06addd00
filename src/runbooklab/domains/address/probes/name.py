"""Whether the host in the URL is a name that this host can resolve."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
import time

from runbooklab.domains.address.context import Context
from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.address.records import NameResolution, RedisAddress
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved

#: ``getaddrinfo`` says so if the name server gave no answer; the rest means that there is no such name.
_TEMPORARY = {socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_SYSTEM, socket.EAI_MEMORY}


def name(ctx: Context) -> NameResolution:
    """Where the URL's host leads: an address as written, the addresses of a name, or why there are none."""
    address = usable_address(ctx)
    if address.scheme == "unix":
        return NameResolution("", "not-applicable", message="a unix socket has no host name")
    host = ctx.vault.reveal(address.host)
    started = time.monotonic()
    try:
        found = resolve(host, ctx.timeout_s(0.7))
    except TimeoutError as error:
        raise NotObserved(Missing("deadline", str(error))) from None
    if found.outcome != "literal":
        ctx.note("tcp", f"resolve {address.host}: {found.outcome}", (time.monotonic() - started) * 1000)
    return NameResolution(address.host, found.outcome, found.addresses, ctx.vault.redact(found.message))


def usable_address(ctx: Context) -> RedisAddress:
    """The address if the client would accept its URL; raises :class:`NotObserved` otherwise."""
    address: RedisAddress = ctx.need(ADDRESS)
    if address.problem is not None:
        raise NotObserved(Missing("not-applicable", f"the URL cannot be used: {address.message}"))
    return address


def resolve(host: str, timeout_s: float) -> NameResolution:
    """Resolve ``host`` as the client does; after ``timeout_s`` seconds the resolver counts as silent.

    For ``localhost`` no server is asked (RFC 6761, 6.3): if that takes so long, it is this machine that is
    busy, and :class:`TimeoutError` is raised.

    >>> resolve("127.0.0.1", 1.0).outcome
    'literal'
    """
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    else:
        return NameResolution(host, "literal", (host,))
    return _resolved(host, timeout_s)


def _resolved(host: str, timeout_s: float) -> NameResolution:
    results: queue.SimpleQueue[NameResolution] = queue.SimpleQueue()
    # The C library's resolver has no deadline; a thread of its own can be left behind.
    threading.Thread(target=lambda: results.put(_look_up(host)), name="resolver", daemon=True).start()
    started = time.monotonic()
    try:
        return results.get(timeout=timeout_s)
    except queue.Empty:
        waited = time.monotonic() - started
        message = f"the resolver gave no answer within {waited:.1f} s"
        if is_localhost(host):
            raise TimeoutError(message) from None
        return NameResolution(host, "temporary-failure", message=message)


def is_localhost(host: str) -> bool:
    """Whether every machine knows the name as its own.

    >>> is_localhost("Localhost."), is_localhost("app.localhost"), is_localhost("localhost.example.org")
    (True, True, False)
    """
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


def _look_up(host: str) -> NameResolution:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        outcome = "temporary-failure" if error.errno in _TEMPORARY else "not-found"
        return NameResolution(host, outcome, message=str(error.strerror))  # type: ignore[arg-type] # one of two
    except (UnicodeError, ValueError, OSError) as error:  # an empty or overlong label
        return NameResolution(host, "not-found", message=f"{host!r} is no host name: {error}")
    addresses = tuple(dict.fromkeys(str(item[4][0]) for item in found))
    return NameResolution(host, "resolved", addresses)
