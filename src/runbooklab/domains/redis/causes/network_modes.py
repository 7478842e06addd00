"""Containers without a network of their own: on the host's, on none, or on a gone container's."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domains.address.readings.address import url, url_port
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.address.records import DEFAULT_PORT
from runbooklab.domains.container.readings.containers import container, is_running, names_of, orchestrator
from runbooklab.domains.container.readings.networks import NO_NETWORK, host_network, network_names
from runbooklab.domains.redis.causes.preconditions import client_is, of_container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client import client_addresses
from runbooklab.domains.redis.readings.destination import to_this_host
from runbooklab.domains.redis.readings.listeners import redis_ports
from runbooklab.observe.docker.records import Container
from runbooklab.observe.net.addresses import host_is_loopback

NETWORK = ("docker-network", "redis-container")


@client_is("name", "refused", "timeout", "no-route")
@of_container
def redis_on_host_network(e: Evidence, found: Container) -> Ruling:
    """Docker gives a container on the host's network no name that others resolve, and maps no port of it."""
    if not host_network(found) or not is_running(found):
        return RuledOut(f"Container {found.name} is on {', '.join(sorted(network_names(found))) or 'none'}.")
    client, address = orchestrator(e), url(e)
    ports = redis_ports(e) or [DEFAULT_PORT]
    listens = ", ".join(map(str, ports))
    if in_container(e):
        if client is None or host_network(client) or address is None:
            return RuledOut("The client is on the host's network itself.")
        if address.host not in names_of(found) and not host_is_loopback(address.host):
            return RuledOut(f"{address.host} does not name container {found.name}.")
        return Supported(
            f"Container {found.name} is on the host's network (network_mode host), where Docker gives it no "
            f"name and no address of its own; {client.name} is not.",
            NETWORK,
            0.95,
            f"Container {found.name} is on the host's network: other containers reach it by the host's "
            f"address (port {listens}), and not by its name.",
        )
    ignored = [binding for binding in found.ports_asked if binding.host_port == url_port(e)]
    if not ignored or not to_this_host(e) or url_port(e) in ports:
        return RuledOut("No port mapping of the container is in question.")
    return Supported(
        f"Container {found.name} is on the host's network, where Docker ignores its port mapping "
        f"{ignored[0].host_port}:{ignored[0].container_port}; Redis listens on {listens} of the host.",
        NETWORK,
        0.96,
        f"The port mapping of container {found.name} is ignored, because it is on the host's network: Redis "
        f"is at port {listens} of this host.",
    )


@client_is("name", "refused", "timeout", "no-route")
@of_container
def network_none(e: Evidence, found: Container) -> Ruling:
    alone = [each for each in (found, orchestrator(e)) if each is not None and _is_alone(each)]
    if not alone:
        return RuledOut("No container in question is on the network none.")
    first = alone[0]
    if first is not found and client_addresses(e) and not in_container(e):
        return RuledOut("The client runs on this host.")
    whose = "Redis" if first is found else "the orchestrator"
    return Supported(
        f"Container {first.name} is on the network none: it has its loopback address and nothing else.",
        NETWORK,
        0.97,
        f"Container {first.name} ({whose}) was started without a network (none): nothing gets in or out.",
    )


def _is_alone(found: Container) -> bool:
    return network_names(found) == {NO_NETWORK} or (found.network_mode == "none" and not network_names(found))


def network_of_gone_container(e: Evidence) -> Ruling:
    """``--network container:x``: with x gone or stopped, the container has no network, or does not start."""
    borrowed = [
        each
        for each in (container(e), orchestrator(e))
        if each is not None and each.network_mode.startswith("container:")
    ]
    if not borrowed:
        return RuledOut("No container in question uses another container's network.")
    for borrower in borrowed:
        error = borrower.error.lower()
        if not is_running(borrower) and (
            "cannot join network of a non running container" in error
            or ("no such container" in error)
            or "joining network namespace of container" in error
        ):
            return Supported(
                f"Container {borrower.name} uses the network of another container, which is gone or does not "
                f"run: {borrower.error}.",
                NETWORK,
                0.97,
                f"Container {borrower.name} cannot start: it uses the network of a container that is not "
                "there.",
            )
    return RuledOut("The container whose network is used is there.")
