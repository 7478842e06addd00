"""Which container an endpoint leads to, and which listeners are there: plain functions of what was seen."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from runbooklab.domains.container.readings.containers import asks_for_port, is_running, names_of
from runbooklab.domains.grpc.records import Containers, Inside
from runbooklab.observe.docker.records import Container, PortBinding

#: Docker's own name server in every container on a network that somebody made.
DOCKER_DNS = "127.0.0.11"


def plain(address: str) -> str:
    """An address without its IPv4-in-IPv6 form: a worker bound to IPv4 often shows in that one.

    >>> plain("::ffff:127.0.0.1"), plain("::1"), plain("")
    ('127.0.0.1', '::1', '0.0.0.0')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0] or "0.0.0.0")  # noqa: S104 # means any
    except ValueError:
        return address
    inner = getattr(found, "ipv4_mapped", None)
    return str(inner or found)


def is_loopback(address: str) -> bool:
    return _has(address, "is_loopback")


def is_any(address: str) -> bool:
    return _has(address, "is_unspecified")


def is_link_local(address: str) -> bool:
    return _has(address, "is_link_local")


def family(address: str) -> str:
    return "IPv6" if ":" in plain(address) else "IPv4"


def _has(address: str, what: str) -> bool:
    try:
        return bool(getattr(ipaddress.ip_address(plain(address)), what))
    except ValueError:
        return False


def takes(listener: str, address: str) -> bool:
    """Whether a listener bound to one address takes connections to another; ``::`` may take IPv4 as well.

    >>> takes("0.0.0.0", "127.0.0.1"), takes("127.0.0.1", "10.0.0.7"), takes("::", "10.0.0.7")
    (True, False, True)
    """
    bound, wanted = plain(listener), plain(address)
    if is_any(bound):
        return bound == "::" or family(wanted) == "IPv4"
    return bound == wanted or (is_any(wanted) and is_loopback(bound) and family(bound) == family(wanted))


def named(known: Containers, name: str) -> Container | None:
    """The container that goes by this name: its own, its Compose service's or one on its networks."""
    exact = [each for each in known.found if each.name == name or (len(name) >= 12 and each.id == name[:12])]
    alike = [each for each in known.found if name in names_of(each)]
    ranked = sorted((*exact, *alike), key=lambda each: (each.name != name, not is_running(each)))
    return next(iter(ranked), None)


def with_id(known: Containers, text: str) -> Container | None:
    """The container whose id begins with the text, or is its beginning."""
    return next((each for each in known.found if each.id and text[:12] == each.id), None)


def with_address(known: Containers, address: str) -> Container | None:
    """The running container that has this address on a network."""
    owner = known.owners.get(plain(address), "")
    return next((each for each in known.found if owner and each.name == owner), None)


def publishing(known: Containers, port: int) -> Container | None:
    """The container that has this port of the host, else one that asks for it and does not run."""
    bound = [each for each in known.found if is_running(each) and binding_to(each, port) is not None]
    asking = [
        each
        for each in known.found
        if not is_running(each) and each.network_mode != "host" and asks_for_port(each, port)
    ]
    return next(iter((*bound, *asking)), None)


def listening_inside(known: Containers, insides: Iterable[Inside], port: int) -> Container | None:
    """The one container with a network of its own that listens on this port inside; None for several."""
    names = {each.container for each in insides if any(found.port == port for found in each.listeners)}
    found = [each for each in known.found if each.name in names and each.network_mode not in ("host", "none")]
    return found[0] if len(found) == 1 else None


def binding_to(found: Container, port: int) -> PortBinding | None:
    """The binding of a port of the host, if the container has or asks for it."""
    return next((each for each in tcp_bindings(found) if each.host_port == port), None)


def tcp_bindings(found: Container) -> tuple[PortBinding, ...]:
    """The TCP ports that are published, as they are, or as they are asked for."""
    if found.network_mode == "host":
        return ()
    ports: Iterable[PortBinding] = found.ports if is_running(found) else found.ports_asked
    return tuple(each for each in ports if each.host_port is not None and each.protocol == "tcp")


def subnet_of(known: Containers, address: str) -> str:
    """The Docker network in whose subnet an address is; "" if it is in none."""
    try:
        ip = ipaddress.ip_address(plain(address))
    except ValueError:
        return ""
    for subnet, network in known.subnets.items():
        try:
            if ip in ipaddress.ip_network(subnet, strict=False):
                return network
        except ValueError:
            continue
    return ""
