"""Mistakes in the ports of the Compose file, which Compose itself does not name."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.preconditions import needs
from runbooklab.domains.ports.causes.of_ports import judge_of
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.probes.table import COMPOSE_PORTS
from runbooklab.domains.ports.readings.compose import discarded, duplicates, invalid, scaled
from runbooklab.domains.ports.records import ComposePort, ComposeService
from runbooklab.words import listed

_BECAUSE = ("port-compose",)


def entry(service: ComposeService, port: ComposePort) -> str:
    """``web (line 7: 8080:80)``."""
    where = (port.file, f"line {port.line}" if port.line else "")
    at = ", ".join(place for place in where if place)
    return f"{service.name} ({at}: {port.text})" if at else f"{service.name} ({port.text})"


@needs(COMPOSE_PORTS)
def compose_port_duplicate(e: Evidence) -> Ruling:
    found = duplicates(e)
    if not found:
        return RuledOut("No two services of the Compose file publish the same port.")
    first = found[0]
    protocol = "" if first.one[1].protocol == "tcp" else f"/{first.one[1].protocol}"
    said = (
        f"Port {first.port}{protocol} is asked for by two services of the Compose file: "
        f"{entry(*first.one)} and {entry(*first.other)}."
    )
    others = [str(each.port) for each in found[1:] if each.port != first.port]
    more = f" The same of {listed(sorted(set(others)))}." if others else ""
    return Supported(f"{said} Their addresses overlap.{more}", _BECAUSE, 0.97, f"{said}{more}")


@needs(COMPOSE_PORTS)
def compose_scale_port_conflict(e: Evidence) -> Ruling:
    found = scaled(e)
    if not found:
        return RuledOut("No service has more replicas than host ports.")
    service, port = found[0]
    count = port.last - port.first + 1 if port.inside_is_one else 1
    said = (
        f"Service {service.name} has {service.replicas} replicas and "
        f"{'one host port' if count == 1 else f'{count} host ports'} "
        f"for them ({port.text}): replica {count + 1} cannot start."
    )
    return Supported(said, _BECAUSE, 0.96)


@needs(COMPOSE_PORTS)
def compose_port_invalid(e: Evidence) -> Ruling:
    found = invalid(e)
    if not found:
        return RuledOut("Compose accepts every port of the file.")
    service, port = found[0]
    more = f" So are {len(found) - 1} more." if len(found) > 1 else ""
    said = f"The port of service {entry(service, port)} is refused by Compose: {port.problem}."
    return Supported(f"{said}{more}", _BECAUSE, 0.97, said)


_of_containers = judge_of("compose-ports-discarded")


def compose_ports_discarded(e: Evidence) -> Ruling:
    """In the file, or of a container that runs."""
    of_containers = _of_containers(e)
    if isinstance(of_containers, Supported):
        return of_containers
    found = discarded(e)
    if e.compose_ports.value is None or not found:
        return of_containers
    service = found[0]
    ports = listed([port.text for port in service.ports])
    at = f"{service.file}, " if service.file else ""
    return Supported(
        f"Service {service.name} uses the host's network ({at}line {service.line}), so its ports ({ports}) "
        "are discarded: it listens on its own numbers.",
        _BECAUSE,
        0.95,
    )
