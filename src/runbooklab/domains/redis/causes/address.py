"""The configuration, the URL and the name in it."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs, why_missing
from runbooklab.domains.address.causes.name import no_such_name
from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.address.readings.address import place, url
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.probes.table import NETWORK, ORCHESTRATOR
from runbooklab.domains.container.readings.containers import (
    container,
    container_names,
    is_running,
    known_containers,
    names_of,
    orchestrator,
)
from runbooklab.domains.container.readings.networks import (
    host_network,
    in_docker_range,
    network_names,
    owner_of,
    owners_known,
)
from runbooklab.domains.endpoint.probes.table import TCP
from runbooklab.domains.redis.causes.preconditions import Judge, client_is
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import CONTAINER, ORCHESTRATOR_VIEW, REDIS
from runbooklab.domains.redis.readings.client import client_addresses, client_name, client_tcp
from runbooklab.domains.redis.readings.client_outcome import client_outcome
from runbooklab.domains.redis.readings.credentials import refused_credentials
from runbooklab.domains.redis.readings.destination import to_container, to_this_host
from runbooklab.observe.net.addresses import host_is_loopback, is_ip

# --- the URL --------------------------------------------------------------------------------------


@needs(ADDRESS)
def url_password_as_username(e: Evidence) -> Ruling:
    address = url(e)
    if address is None or address.username in (None, "default") or address.has_password:
        return RuledOut("The URL does not hold a user name without a password.")
    if client_outcome(e) is None:
        return Untested(why_missing(e, REDIS))
    if not refused_credentials(e):
        return RuledOut("Redis accepts the user name without a password.")
    return Supported(
        "The URL has a user name and no password, and Redis refuses it: the password is where "
        "the user name "
        "belongs, a colon is missing before it.",
        ("redis-url", "redis-authentication"),
        0.94,
        "The password in the URL is read as a user name, because the colon before it is missing.",
    )


# --- the name -------------------------------------------------------------------------------------


@client_is("name")
@needs(ADDRESS)
def container_name_from_host(e: Evidence) -> Ruling:
    address = url(e)
    client = orchestrator(e)
    if address is None or (in_container(e) and not (client and host_network(client))):
        return RuledOut("The client runs in a container, where container names mean something.")
    host = address.host
    if host not in container_names(e) and host != container_name(e):
        if e.container.value is None:
            return Untested(why_missing(e, CONTAINER))
        return RuledOut(f"{host} is not the name of a container here.")
    return Supported(
        f"{host} is the name of a container; this host cannot resolve it, only containers on the same "
        "network can.",
        ("name-resolution", "config-common-mistakes"),
        0.97 if host in container_names(e) else 0.85,
        f"The URL uses the container name {host}, which means nothing outside Docker's networks.",
    )


@needs(ADDRESS)
def localhost_in_container(e: Evidence) -> Ruling:
    address = url(e)
    if not in_container(e) or address is None or not host_is_loopback(address.host):
        return RuledOut("The client is not a container with localhost in its URL.")
    client = orchestrator(e)
    if client is None:
        return Untested(why_missing(e, ORCHESTRATOR))
    found = container(e)
    shares = any(each.network_mode.startswith("container:") for each in (client, found) if each)
    if host_network(client) or shares:
        return RuledOut(f"Container {client.name} shares another network, localhost is not its own.")
    seen = client_outcome(e)
    if seen not in (None, "refused"):
        return RuledOut(f"Something listens on {place(e)} in container {client.name}.")
    observed = f", and there it is refused on {place(e)}" if seen else ""
    return Supported(
        f"The client runs in container {client.name}, where {address.host} is that container "
        f"itself{observed}.",
        ("redis-url", "redis-ping-orchestrator"),
        0.97 if seen else 0.75,
        f"The orchestrator looks for Redis in its own container, because its URL says {address.host}.",
    )


@client_is("name")
@needs(ADDRESS)
def hostname_unresolvable(e: Evidence) -> Ruling:
    address, name = url(e), client_name(e)
    assert address is not None
    assert name is not None
    if address.host in container_names(e) or address.host == container_name(e):
        return RuledOut(f"{address.host} is the name of a container.")
    found = container(e)
    if in_container(e) and name.outcome == "temporary-failure":
        return RuledOut("The name server did not answer; that says nothing of the name.")
    if in_container(e) and found and not is_running(found) and not any(net.aliases for net in found.networks):
        return Supported(no_such_name(address.host, name.message), ("name-resolution",), 0.55)
    return Supported(
        no_such_name(address.host, name.message),
        ("name-resolution",),
        0.95,
        f"The host name {address.host} in the URL does not exist."
        if name.outcome == "not-found"
        else f"The host name {address.host} in the URL cannot be resolved: {name.message}.",
    )


@client_is("no-route", "timeout", "refused")
@needs(ADDRESS)
def address_stale(e: Evidence) -> Ruling:
    address = url(e)
    if address is None or not is_ip(address.host):
        return RuledOut("The URL does not hold a fixed IP address.")
    if to_this_host(e) or to_container(e):
        return RuledOut(f"{address.host} is this host or the Redis container.")
    if owners_known(e) is None:
        return Untested(why_missing(e, NETWORK))
    owner, found = owner_of(e, address.host), container(e)
    now = sorted(net.ip for net in found.networks if net.ip) if found else []
    moved = f" Container {found.name} has {', '.join(now)} now." if found and now else ""
    if owner and (not moved or owner == e.target.orchestrator_container):
        return RuledOut(f"{address.host} belongs to container {owner}.")
    if owner:
        return Supported(
            f"{address.host} belongs to container {owner}.{moved}",
            ("docker-network", "port-reachable"),
            0.75,
            f"The URL holds the address {address.host}, which is container {owner}'s.{moved}",
        )
    if client_outcome(e) == "refused":
        return RuledOut(f"Something at {address.host} refuses the connection, so the address is in use.")
    return Supported(
        f"{address.host} belongs to no container, and nothing answers there.{moved}",
        ("docker-network", "port-reachable"),
        0.93 if in_docker_range(e, address.host) else 0.6,
        f"The URL holds the address {address.host}, where there is nothing (any more).{moved}",
    )


# --- unix sockets ---------------------------------------------------------------------------------


def _socket_judge(outcome: str, what: str, confidence: float) -> Judge:
    @needs(ADDRESS)
    def judge(e: Evidence) -> Ruling:
        address = url(e)
        if address is None or address.scheme != "unix":
            return RuledOut("The URL does not name a unix socket.")
        attempts = client_tcp(e)
        if not attempts:
            return Untested(why_missing(e, TCP))
        if attempts[0].outcome != outcome:
            return RuledOut(f"{address.socket_path}: {attempts[0].outcome}.")
        return Supported(f"{address.socket_path} {what}.", ("port-reachable",), confidence)

    return judge


unix_socket_missing = _socket_judge("socket-missing", "does not exist", 0.97)
unix_socket_permission = _socket_judge("socket-permission", "may not be opened by this user", 0.97)


# --- names inside Docker ----------------------------------------------------------------------------


@client_is("name")
@needs(ADDRESS, ORCHESTRATOR_VIEW)
def dns_broken(e: Evidence) -> Ruling:
    name, address = client_name(e), url(e)
    if not in_container(e) or name is None or address is None:
        return RuledOut("The client does not run in a container.")
    if name.outcome != "temporary-failure":
        return RuledOut("The name server answered.")
    if host_is_loopback(address.host):
        return RuledOut(
            f"No name server is asked for {address.host}: it is in the container's own hosts file."
        )
    return Supported(
        f"In container {e.target.orchestrator_container} the name server does not answer: "
        f"{name.message or name.outcome}.",
        ("redis-ping-orchestrator", "name-resolution"),
        0.9,
        "The orchestrator's container cannot resolve names: its name server does not answer for "
        f"{address.host}.",
    )


@needs(ADDRESS)
def dns_duplicate_alias(e: Evidence) -> Ruling:
    address = url(e)
    if address is None or is_ip(address.host) or not in_container(e):
        return RuledOut("The client does not look up a name on a Docker network.")
    bearers = sorted(_bearers(e, address.host))
    if len(bearers) < 2:
        resolved = {owner_of(e, tried_address) for tried_address in client_addresses(e)} - {""}
        bearers = sorted(resolved) if len(client_addresses(e)) > 1 else []
    if len(bearers) < 2:
        return RuledOut(f"{address.host} is one container.")
    return Supported(
        f"The name {address.host} belongs to {len(bearers)} containers: {', '.join(bearers)}.",
        ("name-resolution", "docker-network"),
        0.93,
        f"The name {address.host} leads to {' or '.join(bearers)}, at random.",
    )


def _bearers(e: Evidence, name: str) -> set[str]:
    """Running containers that go by ``name`` on a network of the orchestrator's."""
    client = orchestrator(e)
    shared = network_names(client) if client else set()
    return {
        candidate.name
        for candidate in known_containers(e)
        if is_running(candidate) and name in names_of(candidate) and shared & network_names(candidate)
    }
