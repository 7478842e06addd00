"""Networks: pools, subnets, what is missing, and names inside containers."""

from __future__ import annotations

import re

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.container.causes.network import cut_off
from runbooklab.domains.container.meant import is_default
from runbooklab.domains.docker.container_records import ContainerView
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.probes.table import NETWORKS
from runbooklab.domains.docker.readings.focus import found, of_each_found
from runbooklab.domains.docker.readings.lines import in_error_text, last_line_with
from runbooklab.domains.docker.readings.subnets import Collision, collisions, collisions_of_new, pools_of
from runbooklab.observe.docker.records import Container
from runbooklab.words import listed

_SHOWN = ("docker-networks",)
_POOLS = re.compile(
    r"non-overlapping IPv4 address pool|all predefined address pools have been fully subnetted", re.IGNORECASE
)
_OVERLAP = re.compile(r"Pool overlaps with other one on this address space", re.IGNORECASE)
_NOT_FOUND = re.compile(r"network (\S+) not found", re.IGNORECASE)
_NO_NAMES = re.compile(
    r"Temporary failure in name resolution|Could not resolve host|getaddrinfo (?:EAI_AGAIN"
    r"|ENOTFOUND)|server misbehaving|"
    r"Name or service not known|\[Errno -[23]\]",
    re.IGNORECASE,
)
_BROKEN = ("refuses", "silent", "unreachable", "declines")


@needs(NETWORKS)
def pools_exhausted(e: Evidence) -> Ruling:
    look, engine = e.networks.value, e.engine.value
    assert look is not None
    if engine is None:
        return Untested("Not observed: the engine's address pools.")
    pools = pools_of(engine.pools, look)
    told = in_error_text(e, _POOLS)
    if pools.free or not pools.all:
        if told:
            return Supported(
                f"The error text says: {told}; {pools.free} of {pools.all} subnets are free now.", _SHOWN, 0.7
            )
        return RuledOut(f"{pools.free} of the {pools.all} subnets of the engine's pools are free.")
    routes = (
        f", and the routes {listed(list(pools.by_routes))} of this host take the rest"
        if pools.by_routes
        else ""
    )
    return Supported(
        f"All {pools.all} subnets of the engine's address pools are taken: {pools.by_networks} "
        "by its networks"
        f"{routes}. It cannot make another network.",
        _SHOWN,
        0.96,
        f"Docker has no subnet left for a new network: all {pools.all} are taken.",
    )


@needs(NETWORKS)
def subnet_collision(e: Evidence) -> Ruling:
    look = e.networks.value
    assert look is not None
    compose = e.compose.value
    met = collisions_in_question(e)
    if not met and compose is not None and compose.given:
        there = {network.name for network in look.networks}
        met = tuple(
            one
            for network in compose.networks
            if not network.external and network.name not in there
            for subnet in network.subnets
            for one in collisions_of_new(subnet, network.name, look)
        )
    if not met:
        if told := in_error_text(e, _OVERLAP):
            return Supported(f"The error text says: {told}.", _SHOWN, 0.7)
        return RuledOut(
            "No route of this host takes a network's packets."
            if look.routes is not None
            else "No network overlaps with another."
        )
    first = met[0]
    by = first.route if first.route.startswith(("network ", "route ")) else f"the route {first.route}"
    return Supported(
        f"Packets to {first.subnet}, the subnet of the network {first.network}, collide with "
        f"{by} by the device "
        f"{first.device}.",
        _SHOWN,
        0.93,
        f"The subnet {first.subnet} of the network {first.network} collides with {by} ({first.device}).",
    )


def collisions_in_question(e: Evidence) -> tuple[Collision, ...]:
    """Those of the networks that a container in question, the Compose file or a person uses; none: of all."""
    look, compose = e.networks.value, e.compose.value
    if look is None:
        return ()
    names = {net.network for _, known in found(e) for net in known.networks}
    if compose is not None and compose.given:
        names |= {network.name for network in compose.networks}
    if e.target.docker_network and not is_default(e.target, "docker_network"):
        names.add(e.target.docker_network)
    met = collisions(look)
    return tuple(each for each in met if each.network in names) if names else met


@needs(NETWORKS)
def network_missing(e: Evidence) -> Ruling:
    """A network that a container, the Compose file or a person names, and that the engine does not have."""
    look = e.networks.value
    assert look is not None
    names, ids = {each.name for each in look.networks}, {each.id for each in look.networks}
    for _, known in found(e):
        if said := _NOT_FOUND.search(known.error):
            return Supported(
                f"Docker cannot start container {known.name}: {known.error}.",
                ("docker-networks", "docker-containers"),
                0.96,
                f"Container {known.name} cannot start: its network {said[1]} does not exist.",
            )
    for view, known in found(e):
        gone = [name for name, id_ in view.extras.network_ids.items() if id_ and id_ not in ids]
        if gone and known.state not in ("running", "paused"):
            return Supported(
                f"Container {known.name} ({known.state}) belongs to the network {gone[0]}, "
                "which was removed since.",
                ("docker-networks", "docker-containers"),
                0.93,
                f"Container {known.name} cannot start: its network {gone[0]} was removed.",
            )
    compose = e.compose.value
    for network in compose.networks if compose is not None else ():
        if network.external and network.name not in names and network.name not in ids:
            return Supported(
                f"{compose.path if compose else ''} declares the network {network.name} as external, for "
                f"{listed(list(network.used_by))}, and the engine has none of this name.",
                _SHOWN,
                0.95,
                f"The external network {network.name} does not exist.",
            )
    told = in_error_text(e, _NOT_FOUND)
    named = _NOT_FOUND.search(told)
    if named is not None and named[1] not in names and not any(id_.startswith(named[1]) for id_ in ids):
        return Supported(
            f"The error text says: {told}; and the engine has no network {named[1]}.",
            _SHOWN,
            0.85,
            f"The Docker network {named[1]} does not exist.",
        )
    wanted = e.target.docker_network
    if wanted and not is_default(e.target, "docker_network") and wanted not in names:
        return Supported(
            f"There is no Docker network {wanted}; the networks are {listed(sorted(names))}.",
            _SHOWN,
            0.95,
            f"The Docker network {wanted} does not exist.",
        )
    return RuledOut("Every network that is named exists.")


def network_detached(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    ruling = cut_off(known)
    if isinstance(ruling, Supported):
        return Supported(
            ruling.proof, ("docker-networks", "docker-containers"), ruling.confidence, ruling.summary
        )
    wanted, on = e.target.docker_network, {net.network for net in known.networks}
    chosen = wanted and not is_default(e.target, "docker_network") and view.why == "named"
    there = e.networks.value is not None and any(each.name == wanted for each in e.networks.value.networks)
    if not chosen or not there or known.state != "running" or wanted in on or known.network_mode == "host":
        return ruling
    return Supported(
        f"Container {known.name} is on {listed(sorted(on))}, and not on {wanted}.",
        _SHOWN,
        0.9,
        f"Container {known.name} is not on the Docker network {wanted}.",
    )


def dns_broken(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    if known.state != "running":
        return RuledOut(f"Container {known.name} is {known.state}.")
    extras = view.extras
    line = last_line_with(e, view, _NO_NAMES)
    said = f' Its log says "{line[:120]}".' if line else ""
    answers = extras.dns_answers
    if extras.dns and answers and all(each in _BROKEN for each in answers.values()):
        how = listed([f"{server} {_WORDS[answer]}" for server, answer in answers.items()])
        declines = "declines" in answers.values() and not line
        return Supported(
            f"Container {known.name} was given the DNS server {listed(list(extras.dns))}: {how}.{said}",
            ("docker-container-names",),
            0.8 if declines else 0.93,
            f"Names cannot be resolved in container {known.name}: its DNS server {how}.",
        )
    if line and not any(answer == "answers" for answer in answers.values()):
        return Supported(
            f'The log of container {known.name} says "{line[:160]}".',
            ("docker-container-names", "docker-container-logs"),
            0.65,
            f"Container {known.name} could not resolve a name.",
            severity="warning",
        )
    return RuledOut(f"Nothing shows that names fail in container {known.name}.")


_WORDS = {
    "refuses": "refuses connections",
    "silent": "does not answer",
    "unreachable": "cannot be reached",
    "declines": "declines to answer",
    "answers": "answers",
}

judge_dns = of_each_found(dns_broken)
judge_detached = of_each_found(network_detached)
