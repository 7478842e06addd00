"""Which ports a container publishes once it is made again, as ``-p`` takes them."""

from __future__ import annotations

from runbooklab.domains.container.readings.containers import known_containers
from runbooklab.domains.container.readings.networks import gateways
from runbooklab.domains.container.remedies.made_with import as_published, host_address
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.observe.docker.records import Container
from runbooklab.observe.net.addresses import is_ip, parsed
from runbooklab.words import listed

LOOPBACK = "127.0.0.1"


def was_everywhere(found: Container, port: int, inside: int) -> bool:
    """Whether ``port`` of all addresses of this host led to the container's port ``inside`` before."""
    return f"{port}:{inside}" in as_published(found)


def address_of_url(e: Evidence) -> str:
    """The address of this host that the URL names, to publish a port on; loopback if it names none.

    A name that leads to several is no reason to open one beyond loopback: that is a person's choice.
    """
    address = e.address.value
    host = address.host if address is not None else ""
    return host if host == "::1" or (is_ip(host) and host in e.host_addresses) else LOOPBACK


def others(e: Evidence, found: Container, port: int, own: str) -> tuple[str, ...]:
    """The container's other published ports: all but ``port``, which ``own`` replaces or another has.

    What :func:`impossible` names is left out too.
    """
    address, new = host_address(own)
    return tuple(
        each
        for each in as_published(found)
        if each.endswith("/udp")
        or host_address(each)[1] != port
        or (address and host_address(each)[0] not in ("", address) and new == port)
        if each not in impossible(e, found)
    )


def impossible(e: Evidence, found: Container) -> tuple[str, ...]:
    """Ports to be published at an address that this host does not have: with one, no container starts."""
    bound = {port.host_ip for port in found.ports}  # the engine has them, whatever we know of this host
    asked = ((each, host_address(each)[0].strip("[]")) for each in as_published(found))
    return tuple(each for each, address in asked if address not in bound and not _is_here(e, address))


def without_impossible(e: Evidence, found: Container) -> str:
    """The sentence that says so, after a space; "" if there are none."""
    gone = impossible(e, found)
    return f" It no longer publishes {listed(gone)}: this host does not have that address." if gone else ""


def _is_here(e: Evidence, address: str) -> bool:
    ip = parsed(address)
    if ip is None or ip.is_loopback or ip.is_unspecified or not e.host_addresses:
        return True
    return address in e.host_addresses or address in gateways(e)


def next_port(e: Evidence, port: int) -> int:
    """The next port of this host after ``port`` that nothing known has."""
    containers = known_containers(e)
    taken = {each.host_port for other in containers for each in (*other.ports, *other.ports_asked)}
    taken |= {each.port for each in e.listeners.value.listeners} if e.listeners.value else set()
    return next(number for number in range(port + 1, 65536) if number not in taken)
