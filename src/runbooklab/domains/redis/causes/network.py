"""Docker networks and packet filters."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs, why_missing
from runbooklab.domains.address.readings.address import place, url, url_port
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.container.causes import network as docker
from runbooklab.domains.container.meant import container_name, is_default
from runbooklab.domains.container.probes.table import NETWORK, ORCHESTRATOR
from runbooklab.domains.container.readings.containers import (
    bindings,
    container,
    container_names,
    is_running,
    names_of,
    orchestrator,
    to_host_port,
)
from runbooklab.domains.container.readings.networks import (
    DEFAULT_BRIDGE,
    host_network,
    joined_networks,
    network_names,
    owner_of,
)
from runbooklab.domains.container.readings.restarts import is_settled
from runbooklab.domains.endpoint.probes.table import BRIDGE_TCP, LISTENERS
from runbooklab.domains.endpoint.readings.listeners import owner_words
from runbooklab.domains.redis.causes.container import for_redis
from runbooklab.domains.redis.causes.preconditions import client_is, of_container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import INSIDE
from runbooklab.domains.redis.readings.client import client_addresses
from runbooklab.domains.redis.readings.client_outcome import client_outcome
from runbooklab.domains.redis.readings.destination import to_container, to_this_host
from runbooklab.domains.redis.readings.listeners import (
    inside_answers,
    listening_for_client,
    redis_listeners,
    works_inside,
)
from runbooklab.observe.docker.records import Container
from runbooklab.observe.net.addresses import host_is_loopback, is_ip, is_loopback


@needs(NETWORK)
def network_missing(e: Evidence) -> Ruling:
    look = e.network.value
    assert look is not None
    known = docker.start_refused(e) or docker.not_missing(e, look)
    if known is not None:
        return for_redis(known)
    if client_outcome(e) == "pong":
        return _named_in_vain(e, "Redis answers without it")
    if not _depends_on_network(e, look.name):
        return _named_in_vain(e, "no container here depends on it")
    return Supported(
        docker.not_among(look),
        ("docker-network",),
        0.94,
        f"The Docker network {look.name}, over which the orchestrator should reach Redis, does not exist.",
    )


def _depends_on_network(e: Evidence, name: str) -> bool:
    """Whether what fails can come from this network's being gone."""
    found, client = container(e), orchestrator(e)
    both = [each for each in (found, client) if each]
    if any(each.network_mode == name for each in both):
        return True
    if is_default(e.target, "docker_network"):
        return False  # nobody chose it
    if any(is_running(each) and not joined_networks(each) and not host_network(each) for each in both):
        return True
    if found is None:
        return in_container(e) and client_outcome(e) == "name"
    shared = joined_networks(found) & joined_networks(client) if client else set()
    return client is not None and is_running(found) and not shared - {DEFAULT_BRIDGE}


def _named_in_vain(e: Evidence, unharmed: str) -> Ruling:
    """A network that somebody named and that is not there; ``unharmed`` says why nothing follows from it."""
    name = e.target.docker_network
    if is_default(e.target, "docker_network"):
        return docker.named_by_nobody(e, unharmed)
    return Supported(
        f"There is no Docker network {name}; {unharmed}.",
        ("docker-network",),
        0.8,
        f"The Docker network {name} does not exist; {unharmed}.",
        severity="warning",
    )


@client_is("name", "timeout", "no-route", "refused")
@of_container
def network_not_shared(e: Evidence, found: Container) -> Ruling:
    if not in_container(e):
        return RuledOut("The client does not run in a container.")
    client = orchestrator(e)
    if client is None:
        return Untested(why_missing(e, ORCHESTRATOR))
    if host_network(client) or host_network(found) or client.network_mode.startswith("container:"):
        return RuledOut("One of the two uses another network than a Docker network of its own.")
    address = url(e)
    if address is None or is_ip(address.host) or host_is_loopback(address.host) or "." in address.host:
        return RuledOut("The URL does not name a container.")
    named = address.host in names_of(found) | {container_name(e)}
    if not named and address.host in container_names(e):
        return RuledOut(f"{address.host} is another container.")
    ours, theirs = joined_networks(client), joined_networks(found)
    if not theirs and is_running(found):
        return RuledOut(f"Container {found.name} is on no network at all.")
    if (ours & theirs) - {DEFAULT_BRIDGE}:
        return RuledOut(f"Both are on {', '.join(sorted(ours & theirs))}.")
    both = ours & theirs
    where_they_are = f"{client.name} is on {_listed(ours)}, {found.name} is on {_listed(theirs)}"
    why = "the default bridge resolves no names" if both else "they share no network"
    return Supported(
        f"{where_they_are}: {why}.",
        ("docker-network", "redis-ping-orchestrator"),
        0.95 if named else 0.75,
        f"The orchestrator cannot see Redis: {where_they_are}, and {why}.",
    )


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


@client_is("name", "refused", "no-route", "timeout")
@of_container
def network_detached(e: Evidence, found: Container) -> Ruling:
    return for_redis(docker.cut_off(found))


@client_is("refused", "timeout", "no-route")
@of_container
def network_internal(e: Evidence, found: Container) -> Ruling:
    if not is_running(found) or (in_container(e) and to_container(e)):
        return RuledOut(f"Container {found.name} is {found.state}, or the client is on its network.")
    if found.network_mode in ("none", "host"):
        return RuledOut(f"Container {found.name} is on the network {found.network_mode}.")
    asked = to_host_port(found.ports_asked, url_port(e))
    given = to_host_port(found.ports, url_port(e))
    look = e.network.value
    network = look.found if look and look.found and look.found.name in network_names(found) else None
    if network is not None and not network.internal and network_names(found) == {network.name}:
        return RuledOut(f"Network {network.name} is not internal.")
    if network is not None and network.internal and not given:
        return Supported(
            f"Network {network.name} is internal: Docker publishes no port of a container that is "
            "only there.",
            ("docker-network", "redis-container-ports"),
            0.95,
            f"Container {found.name} is on the internal network {network.name}, which this host's "
            "ports do not reach.",
        )
    if asked and not given and found.networks and inside_answers(e):
        return Supported(
            f"Container {found.name} asks for host port {url_port(e)} and does not get it on "
            f"{_listed(network_names(found))}.",
            ("docker-network", "redis-container-ports"),
            0.65,
        )
    return RuledOut("The container's ports are published.")


@client_is("timeout", "no-route")
@of_container
def network_isolated(e: Evidence, found: Container) -> Ruling:
    client = orchestrator(e)
    if not in_container(e) or client is None:
        return RuledOut("The client does not run in a container.")
    owner = next((owner_of(e, address) for address in client_addresses(e) if owner_of(e, address)), "")
    if owner != found.name:
        return RuledOut(f"{place(e)} is not the address of container {found.name}.")
    if joined_networks(client) & joined_networks(found):
        return RuledOut(f"Both are on {_listed(joined_networks(client) & joined_networks(found))}.")
    return Supported(
        f"{place(e)} is container {found.name} on {_listed(joined_networks(found))}; {client.name} is on "
        f"{_listed(joined_networks(client))}, and Docker lets nothing pass between the two.",
        ("docker-network", "redis-ping-orchestrator"),
        0.94,
    )


# --- packet filters ---------------------------------------------------------------------------------


def _redis_is_up(e: Evidence, found: Container | None) -> bool:
    return found is not None and found.state == "running" and works_inside(e)


@client_is("timeout", "silent")
def firewall_drop(e: Evidence) -> Ruling:
    found = container(e)
    if found is not None and found.state != "running":
        return RuledOut(f"Container {found.name} is {found.state}.")
    if client_outcome(e) == "silent":
        return _dropped_behind_the_proxy(e, found)
    heard = listening_for_client(e) if to_this_host(e) else ()
    if heard:
        return Supported(
            f"Connections to {place(e)} vanish, although {owner_words(heard[0])} listens there.",
            ("port-reachable", "port-owner"),
            0.95,
            _dropped(e),
        )
    if not _redis_is_up(e, found):
        return Untested("Not observed: whether anything listens at the other end.")
    assert found is not None
    shared = not in_container(e) or _share_a_network(e, found)
    published = to_this_host(e) and to_host_port(bindings(found), url_port(e))
    if (to_container(e) and shared) or published:
        return Supported(
            f"Redis works inside container {found.name}, and connections to {place(e)} vanish on the way.",
            ("port-reachable", "redis-ping-inside"),
            0.92,
            _dropped(e),
        )
    return RuledOut(f"{place(e)} is not known to lead to container {found.name}.")


def _share_a_network(e: Evidence, found: Container) -> bool:
    client = orchestrator(e)
    return client is not None and bool(joined_networks(client) & joined_networks(found))


def _dropped(e: Evidence) -> str:
    return f"Packets to {place(e)} are dropped by a firewall rule: Redis is up, but nothing gets through."


def _dropped_behind_the_proxy(e: Evidence, found: Container | None) -> Ruling:
    """On this host docker-proxy accepts for the container, so that lost packets look like silence."""
    inside, bridge = e.inside.value, e.bridge_tcp.value
    if found is None:
        return RuledOut("The connection is accepted, so packets get through.")
    if inside is None or inside.answers is None:
        return Untested(why_missing(e, INSIDE))
    if not inside.answers:
        return RuledOut("Redis does not answer inside its container either.")
    if bridge is None:
        return Untested(why_missing(e, BRIDGE_TCP))
    if not bridge or any(attempt.outcome != "timeout" for attempt in bridge):
        return RuledOut("A connection to the container's own address does not time out.")
    return Supported(
        f"Redis answers inside container {found.name}, and connections to its own address "
        f"{bridge[0].address}:{bridge[0].port} time out.",
        ("redis-ping-inside", "port-reachable"),
        0.94,
        _dropped(e),
    )


@client_is("refused", "no-route", "closed", "silent")
def firewall_reject(e: Evidence) -> Ruling:
    found = container(e)
    if not is_settled(e):
        return Untested("Not observed: a moment at which the container is at rest.")
    if client_outcome(e) in ("closed", "silent"):
        return _rejected_behind_the_proxy(e, found)
    if to_this_host(e):
        heard = listening_for_client(e)
        if heard:
            return Supported(
                f"{place(e)} refuses connections, although {owner_words(heard[0])} listens there.",
                ("port-reachable", "port-owner"),
                0.94,
                _rejected(e),
            )
        if e.listeners.value is None:
            return Untested(why_missing(e, LISTENERS))
        return RuledOut(f"Nothing on this host listens on port {url_port(e)}.")
    if not to_container(e) or not _redis_is_up(e, found):
        return Untested("Not observed: whether anything listens at the other end.")
    assert found is not None
    open_ports = {listener.port for listener in redis_listeners(e) if not is_loopback(listener.address)}
    if url_port(e) not in open_ports or (in_container(e) and not _share_a_network(e, found)):
        return RuledOut(f"Redis does not listen on port {url_port(e)} of container {found.name} for others.")
    return Supported(
        f"{place(e)} refuses connections, although Redis listens there on every address.",
        ("port-reachable", "redis-process"),
        0.92,
        _rejected(e),
    )


def _rejected_behind_the_proxy(e: Evidence, found: Container | None) -> Ruling:
    """On this host docker-proxy accepts for the container, so that a refusal looks like a hang-up.

    It looks like silence if the kernel has told of too many rejected packets already.
    """
    bridge = e.bridge_tcp.value
    if found is None or to_container(e) or not to_this_host(e):
        return RuledOut("The connection is accepted, so packets get through.")
    if bridge is None or not _redis_is_up(e, found):
        return Untested(why_missing(e, INSIDE if bridge else BRIDGE_TCP))
    open_ports = {listener.port for listener in redis_listeners(e) if not is_loopback(listener.address)}
    refused = [
        attempt
        for attempt in bridge
        if attempt.outcome in ("refused", "no-route") and attempt.port in open_ports
    ]
    if not refused or len(refused) < len(bridge):
        return RuledOut(
            "Connections to the container's own address and port that Redis listens on are not refused."
        )
    return Supported(
        f"Redis listens on every address of container {found.name}, and connections to its own address "
        f"{refused[0].address}:{refused[0].port} are refused.",
        ("port-reachable", "redis-process"),
        0.92,
        _rejected(e),
    )


def _rejected(e: Evidence) -> str:
    return (
        f"Connections to {place(e)} are rejected by a firewall rule: Redis is up, but nothing gets through."
    )
