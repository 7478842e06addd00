"""The container's port is not published, or not where the URL leads."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domains.address.readings.address import url_port
from runbooklab.domains.container.readings.containers import bindings, is_running, tcp_bindings, to_host_port
from runbooklab.domains.endpoint.causes.preconditions import of_publishing
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.readings.destination import addresses
from runbooklab.domains.endpoint.readings.publishing import (
    inner_port,
    not_published,
    published_elsewhere,
    published_for_udp,
    published_other_address,
    sureness,
)
from runbooklab.observe.docker.records import Container
from runbooklab.words import listed

_BECAUSE = ("port-published",)


@of_publishing
def port_not_published(e: Evidence, found: Container) -> Ruling:
    port = url_port(e)
    inside = inner_port(found, port)
    ruled_out = not_published(found, inside, port)
    if ruled_out is not None:
        return ruled_out
    said = (
        f"Container {found.name} runs, and its port {inside} is not published to this host."
        if is_running(found)
        else f"Container {found.name} does not ask for its port {inside} to be published to this host."
    )
    return Supported(said, _BECAUSE, sureness(found, 0.96))


@of_publishing
def port_published_elsewhere(e: Evidence, found: Container) -> Ruling:
    port = url_port(e)
    inside = inner_port(found, port)
    on = published_elsewhere(found, inside, port)
    if isinstance(on, RuledOut):
        return on
    return Supported(
        f"Container {found.name} publishes its port {inside} on port {on} of this host; the URL says {port}.",
        _BECAUSE,
        sureness(found, 0.96),
    )


@of_publishing
def port_published_other_address(e: Evidence, found: Container) -> Ruling:
    port, tried = url_port(e), addresses(e)
    at = published_other_address(found, port, tried)
    if isinstance(at, RuledOut):
        return at
    if not tried:
        return Untested("It is not known to which address the URL leads.")
    return Supported(
        f"Container {found.name} publishes port {port} on {at} only; the URL leads to {listed(tried)}.",
        _BECAUSE,
        sureness(found, 0.95),
    )


@of_publishing
def port_published_udp(e: Evidence, found: Container) -> Ruling:
    port = url_port(e)
    udp = [each for each in bindings(found) if each.protocol == "udp"]
    meant = [each.container_port for each in udp if port in (each.host_port, each.container_port)]
    inside = (meant or [inner_port(found, port)])[0]
    if to_host_port(tcp_bindings(found), port) or not published_for_udp(found, inside):
        return RuledOut(f"Port {inside} of container {found.name} is not published for UDP alone.")
    return Supported(
        f"Container {found.name} publishes {inside}/udp and not {inside}/tcp.",
        _BECAUSE,
        sureness(found, 0.97),
        f"Port {inside} of container {found.name} is published for UDP; the URL's protocol runs over TCP.",
    )
