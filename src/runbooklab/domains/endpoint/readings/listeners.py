"""Listeners: which have the URL's port, what they take, whether they pass connections on, who they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runbooklab.domains.address.readings.address import url_port
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.observe.host.records import Listener
from runbooklab.observe.net.addresses import is_any, is_ipv6

#: Processes that hold a port for a container, as they call themselves.
_PROXIES = ("docker-proxy", "rootlessport", "slirp4netns", "containers-rootlessport")


def host_listeners(e: Evidence) -> tuple[Listener, ...]:
    """TCP listeners on this host at the URL's port."""
    seen = e.listeners.value
    if seen is None:
        return ()
    port = url_port(e)
    return tuple(each for each in seen.listeners if each.port == port and each.protocol.startswith("tcp"))


def port_is_free(e: Evidence) -> bool:
    """Whether the URL's port of this host was observed, and nothing listens there."""
    return e.listeners.value is not None and not host_listeners(e)


def taking(listeners: Iterable[Listener], addresses: Sequence[str]) -> tuple[Listener, ...]:
    """Those that take connections to one of these addresses."""
    return tuple(each for each in listeners if any(covers(each.address, to) for to in addresses))


def covers(listening: str, address: str) -> bool:
    """Whether a listener bound to ``listening`` takes a connection to ``address``."""
    if is_any(listening):
        return listening in ("", "*", "::") or not is_ipv6(address)
    return listening == address


def is_proxy(listener: Listener) -> bool:
    """Whether the listener passes connections on to a container."""
    return listener.process.startswith(_PROXIES)


def is_resolver(listener: Listener) -> bool:
    """Docker's own name server listens in every container of a user-defined network."""
    return listener.address == "127.0.0.11"


def owner_words(listener: Listener) -> str:
    """Who a listener is, to name in a sentence."""
    if listener.container:
        return f"container {listener.container}"
    if listener.process:
        return f"process {listener.process}" + (f" (pid {listener.pid})" if listener.pid else "")
    return "a process that cannot be seen from here"
