"""What the Compose file's ports do to one another."""

from __future__ import annotations

from itertools import combinations

from msgspec import Struct

from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.addresses import meet
from runbooklab.domains.ports.records import ComposePort, ComposeService


class Duplicate(Struct, frozen=True):
    """One port of this host that two entries ask for."""

    port: int
    one: tuple[ComposeService, ComposePort]
    other: tuple[ComposeService, ComposePort]


def services(e: Evidence) -> tuple[ComposeService, ...]:
    return e.compose_ports.value.services if e.compose_ports.value else ()


def duplicates(e: Evidence) -> tuple[Duplicate, ...]:
    """Pairs of entries with a port, a protocol and an address in common that are started together."""
    entries = [
        (service, port)
        for service in services(e)
        if service.network_mode != "host" and service.replicas > 0
        for port in service.ports
        if port.first and not port.problem
    ]
    return tuple(
        Duplicate(max(one[1].first, other[1].first), one, other)
        for one, other in combinations(entries, 2)
        if _together(one[0], other[0]) and _same_port(one, other)
    )


def _together(one: ComposeService, other: ComposeService) -> bool:
    """Whether two services are started by one command."""
    if one.name == other.name or not (one.profiles or other.profiles):
        return True
    return bool(set(one.profiles) & set(other.profiles))


def _same_port(one: tuple[ComposeService, ComposePort], other: tuple[ComposeService, ComposePort]) -> bool:
    a, b = one[1], other[1]
    if a.protocol != b.protocol or not meet(a.host_ip, b.host_ip):
        return False
    if one[0].name == other[0].name and a.text == b.text:
        return False  # Compose merges entries that are equal
    if max(a.first, b.first) > min(a.last, b.last):
        return False
    return not (_is_pool(a) and _is_pool(b) and _is_room(a, b))


def _is_pool(port: ComposePort) -> bool:
    """Whether it is a range for one port of the container: the engine takes the first that is free.

    It may well take the one that a service with a fixed port needs, if that one starts later.
    """
    return port.last > port.first and port.inside_is_one


def _is_room(one: ComposePort, other: ComposePort) -> bool:
    """Whether two ranges have a port for each."""
    return max(one.last, other.last) > min(one.first, other.first)


def scaled(e: Evidence) -> tuple[tuple[ComposeService, ComposePort], ...]:
    """Services with more replicas than host ports for them."""
    return tuple(
        (service, port)
        for service in services(e)
        if service.replicas > 1 and service.network_mode != "host"
        for port in service.ports
        if port.first and not port.problem and _too_few(service, port)
    )


def _too_few(service: ComposeService, port: ComposePort) -> bool:
    if not port.inside_is_one:
        return True  # the first replica takes the whole range
    return port.last - port.first + 1 < service.replicas


def invalid(e: Evidence) -> tuple[tuple[ComposeService, ComposePort], ...]:
    """Entries that Compose refuses."""
    return tuple((service, port) for service in services(e) for port in service.ports if port.problem)


def discarded(e: Evidence) -> tuple[ComposeService, ...]:
    """Services with published ports on the host's network."""
    return tuple(each for each in services(e) if each.network_mode == "host" and each.ports)
