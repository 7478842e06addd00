"""Nothing listens at the end of the way."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs, why_missing
from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.address.readings.address import place, url, url_port
from runbooklab.domains.container.meant import container_name, publishes
from runbooklab.domains.container.readings.containers import container, is_running
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.probes.table import TCP
from runbooklab.domains.endpoint.readings.destination import addresses, in_docker_only, is_this_host
from runbooklab.domains.endpoint.readings.listeners import port_is_free
from runbooklab.observe.docker.records import Container
from runbooklab.observe.net.records import TcpAttempt


@needs(ADDRESS)
def service_not_listening(e: Evidence) -> Ruling:
    address, found = url(e), container(e)
    if address is None or address.scheme == "unix":
        return RuledOut("The URL names no port.")
    inside = e.bridge_tcp.value
    if found is not None and is_running(found) and _ends_in(e, found) and inside is not None:
        return _in_container(e, found, inside)
    if e.tcp.value is None:
        return Untested(why_missing(e, TCP))
    if not e.tcp.value or any(attempt.outcome != "refused" for attempt in e.tcp.value):
        return RuledOut(f"Connections to {place(e)} are not refused.")
    if not is_this_host(e, addresses(e)):
        return Supported(f"{place(e)} refuses connections: nothing listens there.", ("port-reachable",), 0.7)
    if not port_is_free(e):
        return RuledOut(f"Something listens on port {url_port(e)}, or it was not seen whether anything does.")
    return Supported(
        f"Nothing on this host listens on port {url_port(e)}{_and_the_container(e, found)}.",
        ("port-reachable",),
        0.85,
    )


def _ends_in(e: Evidence, found: Container) -> bool:
    """Whether connections are meant to end in the container."""
    return in_docker_only(e) or publishes(found, url_port(e))


def _in_container(e: Evidence, found: Container, attempts: tuple[TcpAttempt, ...]) -> Ruling:
    port = attempts[0].port if attempts else url_port(e)
    if not attempts or any(attempt.outcome != "refused" for attempt in attempts):
        return RuledOut(f"Port {port} of container {found.name} is not refused at its own address.")
    return Supported(
        f"Container {found.name} runs, {place(e)} leads to its port {port}, and its own address "
        f"{attempts[0].address} refuses connections to that port.",
        ("what-answers", "port-reachable"),
        0.95,
        f"Container {found.name} runs, but nothing in it takes connections on port {port}.",
    )


def _and_the_container(e: Evidence, found: Container | None) -> str:
    name = container_name(e)
    if not name or e.container.value is None:
        return ""
    return f", and there is no container {name}" if found is None else f"; container {name} is {found.state}"
