"""Docker networks: who is on which, and whose an address is."""

from __future__ import annotations

from ipaddress import ip_network

from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.readings.containers import docker_answers, known_containers
from runbooklab.observe.docker.records import Container, NetworkLook
from runbooklab.observe.net.addresses import parsed

#: Docker hands out bridge addresses from here unless it is configured otherwise.
DOCKER_RANGE = ip_network("172.16.0.0/12")


#: Docker's default network: it carries packets, and resolves no names.
DEFAULT_BRIDGE = "bridge"
#: The network on which a container has its loopback address and nothing else.
NO_NETWORK = "none"


def network_names(found: Container) -> set[str]:
    return {net.network for net in found.networks}


def joined_networks(found: Container) -> set[str]:
    """Those on which a container can be reached at all."""
    return network_names(found) - {"", NO_NETWORK}


def host_network(found: Container) -> bool:
    return found.network_mode == "host"


def gateways(e: Evidence) -> set[str]:
    """Addresses under which this host is known to its containers."""
    return {net.gateway for known in known_containers(e) for net in known.networks if net.gateway}


def owner_of(e: Evidence, address: str) -> str:
    """Name of the container that has this address; "" if none is known to."""
    look = e.network.value
    owners = look.owners if look else {}
    known = {net.ip: found.name for found in known_containers(e) for net in found.networks if net.ip}
    return owners.get(address) or known.get(address, "")


def owners_known(e: Evidence) -> NetworkLook | None:
    """The observation of the networks, without which nobody can say that an address has no owner."""
    return e.network.value


def in_docker_range(e: Evidence, address: str) -> bool:
    """Whether the address belongs to a Docker network here, or to the range Docker draws from."""
    ip = parsed(address)
    if ip is None:
        return False
    look = e.network.value
    subnets = look.found.subnets if look and look.found else ()
    return any(ip in ip_network(subnet, strict=False) for subnet in subnets if "/" in subnet) or (
        docker_answers(e) and ip.version == 4 and ip in DOCKER_RANGE
    )


def is_on(found: Container, network: str) -> bool:
    """Whether a container is on a network; with the host's it needs none."""
    return network in network_names(found) or host_network(found)
