"""Subnets: which of the engine's pools are left, and which routes of this host take a network's packets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network

from msgspec import Struct

from runbooklab.domains.docker.records import EngineNetwork, NetworksLook, Pool

Net = IPv4Network | IPv6Network

#: What the engine hands out unless it is configured otherwise: 15 networks and 16 (moby, libnetwork,
#: ipamutils: localScopeDefaultNetworks).
OF_DOCKER: tuple[Pool, ...] = (
    *(Pool(f"172.{number}.0.0/16", 16) for number in range(17, 32)),
    Pool("192.168.0.0/16", 20),
)
#: How the engine names the device of a bridge network.
_BRIDGE = re.compile(r"br-[0-9a-f]{12}")
#: Subnets of a pool that are counted at most.
MOST_SUBNETS = 4096


class Pools(Struct, frozen=True):
    """How many subnets the pools have, and how many of them are free."""

    all: int
    free: int
    by_networks: int
    by_routes: tuple[str, ...]  # routes that take some


class Collision(Struct, frozen=True):
    network: str
    subnet: str
    route: str
    device: str


def parsed(text: str) -> Net | None:
    """The subnet; None if it is none."""
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def overlaps(one: Net, other: Net) -> bool:
    return one.version == other.version and one.overlaps(other)


def within(one: Net, other: Net) -> bool:
    """Whether ``one`` is a part of ``other``, or the same."""
    return one.version == other.version and one.subnet_of(other)  # type: ignore[arg-type] # of one version


def pools_of(configured: tuple[Pool, ...], look: NetworksLook) -> Pools:
    """How many subnets of the pools are free: neither a network's nor a route's of this host."""
    taken = [net for network in look.networks for text in network.subnets if (net := parsed(text))]
    own = bridges(look.networks)
    routed = [
        (route.destination, net)
        for route in look.routes or ()
        if route.device not in own and (net := parsed(route.destination)) and net.prefixlen
    ]
    every = list(_subnets(configured or OF_DOCKER))
    by_networks = sum(any(overlaps(each, net) for net in taken) for each in every)
    open_ = [each for each in every if not any(overlaps(each, net) for net in taken)]
    by_routes = {name for name, net in routed if any(overlaps(each, net) for each in open_)}
    free = sum(not any(overlaps(each, net) for _, net in routed) for each in open_)
    return Pools(len(every), free, by_networks, tuple(sorted(by_routes)))


def _subnets(pools: Iterable[Pool]) -> Iterator[Net]:
    for pool in pools:
        base = parsed(pool.base)
        if base is None or base.version != 4 or not base.prefixlen <= pool.size <= 32:
            continue
        for number, subnet in enumerate(base.subnets(new_prefix=pool.size)):
            if number >= MOST_SUBNETS:
                break
            yield subnet


def bridges(networks: Iterable[EngineNetwork]) -> frozenset[str]:
    """The devices of this host that belong to the engine's networks."""
    return frozenset(network.bridge for network in networks if network.bridge) | {
        "docker0",
        "docker_gwbridge",
    }


def collisions(look: NetworksLook) -> tuple[Collision, ...]:
    """Routes of this host that take packets to a network's subnet, or a part of it, to another device."""
    own = bridges(look.networks)
    return tuple(
        Collision(network.name, subnet, route.destination, route.device)
        for network in look.networks
        if network.driver == "bridge"
        for subnet in network.subnets
        for route in look.routes or ()
        if _is_elsewhere(route.device, own) and _takes(route.destination, subnet)
    )


def _is_elsewhere(device: str, own: frozenset[str]) -> bool:
    """Whether a device is none of the engine's: also of none that it made since its networks were listed."""
    return device not in own and not _BRIDGE.fullmatch(device)


def _takes(route: str, subnet: str) -> bool:
    to, net = parsed(route), parsed(subnet)
    return to is not None and net is not None and within(to, net)


def collisions_of_new(subnet: str, name: str, look: NetworksLook) -> tuple[Collision, ...]:
    """What a network that is still to be made would collide with: other networks, and routes."""
    net = parsed(subnet)
    if net is None:
        return ()
    own = bridges(look.networks)
    others = [
        Collision(name, subnet, f"network {other.name} ({text})", other.bridge or other.name)
        for other in look.networks
        if other.name != name
        for text in other.subnets
        if (taken := parsed(text)) and overlaps(net, taken)
    ]
    routes = [
        Collision(name, subnet, f"route {route.destination}", route.device)
        for route in look.routes or ()
        if _is_elsewhere(route.device, own) and (to := parsed(route.destination)) and within(to, net)
    ]
    return (*others, *routes)
