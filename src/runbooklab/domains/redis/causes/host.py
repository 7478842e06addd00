"""A Redis that is a process of this host, or of another machine, and no container's."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.address.readings.address import place, url, url_port
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.endpoint.probes.table import LISTENERS
from runbooklab.domains.endpoint.readings.listeners import host_listeners, owner_words
from runbooklab.domains.redis.causes.preconditions import client_is
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.destination import elsewhere, to_this_host
from runbooklab.domains.redis.readings.listeners import listening_for_client
from runbooklab.observe.host.records import Listener


@client_is("refused")
def redis_not_running(e: Evidence) -> Ruling:
    """Source: connect(2), ECONNREFUSED: no one is listening on the remote address."""
    name = container_name(e)
    if name and not elsewhere(e):
        return RuledOut(f"Redis is expected in container {name}.")
    if elsewhere(e):
        return Supported(
            f"{place(e)} is another machine; it answers at once, and nothing takes the connection.",
            ("port-reachable",),
            0.7,
            f"Redis is not running at {place(e)}, or a firewall there rejects its clients.",
        )
    address = url(e)
    if address is not None and address.scheme == "unix":
        return Supported(
            f"{place(e)} is there and refuses connections: no process listens on it.",
            ("port-reachable",),
            0.93,
            f"Redis is not running: nothing listens on {place(e)}; an earlier one may have left it.",
        )
    if e.listeners.value is None:
        return Untested(why_missing(e, LISTENERS))
    if not to_this_host(e) or listening_for_client(e):
        return RuledOut(f"Something listens on port {url_port(e)}, or the URL leads elsewhere.")
    others = host_listeners(e)
    if others:
        return RuledOut(f"{owner_words(others[0])} listens on port {url_port(e)}, on another address.")
    return Supported(
        f"Nothing on this host listens on port {url_port(e)}, and no container is named.",
        ("port-reachable", "port-owner"),
        0.93,
        f"Redis is not running: nothing listens on port {url_port(e)} of this host.",
    )


def frozen_on_host(e: Evidence, server: Listener) -> Ruling:
    """A signal stopped the process. Source: proc(5), state T."""
    if server.state != "T":
        return RuledOut(f"{owner_words(server)} is in state {server.state or 'unknown'}.")
    return Supported(
        f"The Redis of this host, {owner_words(server)}, is stopped: state T.",
        ("port-owner", "redis-ping"),
        0.97,
        f"Redis was frozen by a signal: {owner_words(server)} is stopped.",
    )


def paused_on_host(e: Evidence, server: Listener) -> Ruling:
    """The process sleeps and takes connections, and answers nobody: CLIENT PAUSE."""
    if server.state != "S":
        return RuledOut(f"{owner_words(server)} is in state {server.state or 'unknown'}.")
    if server.backlog:
        return RuledOut(f"Redis takes no connections: {server.backlog} wait to be accepted.")
    return Supported(
        f"The Redis of this host, {owner_words(server)}, sleeps, takes every connection and answers nothing.",
        ("port-owner", "redis-ping"),
        0.85,
        "Redis holds back all answers: its clients have been paused (CLIENT PAUSE).",
    )
