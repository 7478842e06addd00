"""Something else has the port that the container asks for."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.address.readings.address import url_port
from runbooklab.domains.container.probes.table import NETWORK
from runbooklab.domains.container.readings.restarts import is_settled
from runbooklab.domains.endpoint.causes.preconditions import of_container, of_port
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.probes.table import LISTENERS
from runbooklab.domains.endpoint.readings.conflict import (
    Conflict,
    bind_error,
    taken_by_container,
    taken_by_process,
)
from runbooklab.domains.endpoint.readings.holder import stale_proxy
from runbooklab.domains.endpoint.readings.listeners import port_is_free
from runbooklab.observe.docker.records import Container
from runbooklab.words import short


@of_container
def port_conflict_process(e: Evidence, found: Container) -> Ruling:
    return _ruling(e, found, taken_by_process(e, found, bind_error(found)))


@of_container
def port_conflict_container(e: Evidence, found: Container) -> Ruling:
    return _ruling(e, found, taken_by_container(e, found, bind_error(found)))


def _ruling(e: Evidence, found: Container, conflict: Conflict | RuledOut) -> Ruling:
    if isinstance(conflict, RuledOut):
        return conflict
    port = url_port(e)
    held = (
        f"Port {port} of this host was taken when container {found.name} should have started; it is free now."
        if port_is_free(e)
        else f"Port {port} of this host belongs to {conflict.who}, so container {found.name} cannot start."
    )
    return Supported(
        f'{held} The engine says: "{short(conflict.error).rstrip(".")}".',
        ("port-published", "port-owner"),
        conflict.confidence,
        held,
    )


@of_port
@needs(LISTENERS, NETWORK)
def stale_docker_proxy(e: Evidence) -> Ruling:
    return held_by_left_over_proxy(e)


def held_by_left_over_proxy(e: Evidence) -> Ruling:
    """Whether the port that the URL names is held by a docker-proxy that leads nowhere."""
    if not is_settled(e):
        return Untested("Not observed: a moment at which the container is at rest.")
    stale = stale_proxy(e)
    if stale is None:
        return RuledOut("No docker-proxy on the port leads to an address without a container.")
    return Supported(
        f"Port {url_port(e)} belongs to docker-proxy (pid {stale.pid}), which forwards to "
        f"{stale.forwards_to}, an address that no container has.",
        ("port-owner",),
        0.94,
        f"Port {url_port(e)} is held by a left-over docker-proxy that leads nowhere.",
    )
