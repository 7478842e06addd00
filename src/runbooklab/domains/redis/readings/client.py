"""The client's own view: the orchestrator on this host, or in the container that the target names."""

from __future__ import annotations

from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.address.records import NameResolution
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.observe.net.addresses import is_ip
from runbooklab.observe.net.records import TcpAttempt


def client_name(e: Evidence) -> NameResolution | None:
    """What the client gets for the URL's host name."""
    if not in_container(e):
        return e.name.value
    view = e.orchestrator_view.value
    return view.name if view else None


def client_tcp(e: Evidence) -> tuple[TcpAttempt, ...] | None:
    """The client's connection attempts, one an address; None if they were not observed."""
    if not in_container(e):
        return e.tcp.value
    view = e.orchestrator_view.value
    return view.tcp or None if view else None


def client_addresses(e: Evidence) -> tuple[str, ...]:
    """The addresses the client tries; empty if they are not known."""
    name, attempts = client_name(e), client_tcp(e)
    tried = tuple(attempt.address for attempt in attempts or () if is_ip(attempt.address))
    return tried or (name.addresses if name else ())
