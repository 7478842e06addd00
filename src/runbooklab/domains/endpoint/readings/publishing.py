"""Where a container's port is published on this host. Each says a fact, or why there is none of that kind."""

from __future__ import annotations

from collections.abc import Sequence

from runbooklab.domain.cause import RuledOut
from runbooklab.domains.address.records import DEFAULT_PORT
from runbooklab.domains.container.readings.containers import bindings, is_running, tcp_bindings, to_host_port
from runbooklab.domains.endpoint.readings.listeners import covers
from runbooklab.observe.docker.records import Container
from runbooklab.words import listed


def inner_port(found: Container, port: int) -> int:
    """The container's own port that is meant by ``port`` of this host: as published, or as its image says."""
    tcp = [each for each in (*found.ports, *found.ports_asked) if each.protocol == "tcp"]
    led_to = [each.container_port for each in tcp if each.host_port == port]
    own = [each.container_port for each in tcp]
    return led_to[0] if led_to else port if port in own else (own or [DEFAULT_PORT])[0]


def sureness(found: Container, confidence: float) -> float:
    """What is read from a container's wishes while it is not running is less sure."""
    return confidence if is_running(found) else 0.7


def not_published(found: Container, inside: int, port: int) -> RuledOut | None:
    """None if neither the container's port nor ``port`` of this host is published."""
    if any(each.container_port == inside or each.host_port == port for each in bindings(found)):
        return RuledOut(f"Port {inside} of container {found.name} is published.")
    asks = any(each.host_port for each in found.ports_asked)
    if is_running(found) and found.network_mode != "none" and asks:
        return RuledOut(
            f"Container {found.name} does ask for a published port; its network does not give it one."
        )
    return None


def published_elsewhere(found: Container, inside: int, port: int) -> RuledOut | int:
    """The other port of this host on which the container's port is published."""
    there = [each.host_port for each in tcp_bindings(found) if each.container_port == inside]
    if not there or there[0] is None:
        return RuledOut(f"Port {inside} of container {found.name} is not published on any TCP port.")
    if to_host_port(tcp_bindings(found), port):
        return RuledOut(f"Container {found.name} is published on port {port}.")
    return there[0]


def published_other_address(found: Container, port: int, tried: Sequence[str]) -> RuledOut | str:
    """The addresses on which ``port`` is published, if none of those that are tried is among them."""
    here = [each for each in tcp_bindings(found) if each.host_port == port]
    if not here:
        return RuledOut(f"Container {found.name} is not published on port {port}.")
    if any(covers(each.host_ip, address) for each in here for address in tried):
        return RuledOut(f"Port {port} is published on the address the client uses.")
    return ", ".join(sorted({each.host_ip for each in here}))


def published_for_udp(found: Container, inside: int) -> bool:
    """Whether the container's port is published for UDP and not for TCP."""
    udp = [
        each
        for each in bindings(found)
        if each.protocol == "udp" and inside in (each.container_port, each.host_port)
    ]
    return bool(udp) and not any(each.container_port == inside for each in tcp_bindings(found))


def published_words(found: Container) -> str:
    """What the container publishes, to finish a sentence: "it publishes 6380"."""
    ports = sorted({each.host_port for each in tcp_bindings(found) if each.host_port})
    return f"it publishes {listed([str(port) for port in ports])}" if ports else "it publishes none"
