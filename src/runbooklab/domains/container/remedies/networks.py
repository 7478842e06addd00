"""Plans for Docker networks."""

from __future__ import annotations

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.compose import compose_service
from runbooklab.domains.container.readings.containers import orchestrator
from runbooklab.domains.container.readings.networks import network_names
from runbooklab.domains.container.remedies.site import Site
from runbooklab.domains.container.shell import command
from runbooklab.observe.docker.records import Container
from runbooklab.words import listed


def create_network(site: Site) -> Steps:
    name = site.network
    joined = [*join(site.found, name, site.alias)] if site.found else []
    if site.client:
        joined += join(orchestrator(site.e), name) or [
            command("docker", "network", "connect", name, site.client)
        ]
    if site.found and site.found.state in ("created", "exited") and "network" in site.found.error:
        joined.append(command("docker", "start", site.name))
    members = [member for member in (site.name if site.found else "", site.client) if member]
    return Steps(
        commands=(command("docker", "network", "create", name), *joined),
        changes=f"Creates the network {name}" + (" and puts the containers on it." if joined else "."),
        confirm=(command("docker", "network", "inspect", name), site.works),
        undo=(
            *(command("docker", "network", "disconnect", name, member) for member in members),
            command("docker", "network", "rm", name),
        ),
        appliable=not any(" disconnect " in line for line in joined),
        act=f"Create the network {name}",
    )


def network_is_missing(site: Site) -> bool:
    """Whether the engine is known not to have the network."""
    look = site.e.network.value
    return look is not None and site.network not in look.names


def connect_network(site: Site) -> Steps:
    name = site.network
    commands, undo = joins(site, name)
    return Steps(
        commands=commands or (command("docker", "network", "connect", name, site.name),),
        changes=f"Puts {site.name} on the network {name}; no container is stopped.{keeps(site, name)}",
        confirm=(command("docker", "network", "inspect", name), site.works),
        undo=undo or (command("docker", "network", "disconnect", name, site.name),),
        appliable=not any(" disconnect " in line for line in commands),
        act=f"Put {site.name} on the network {name}",
    )


def keeps(site: Site, network: str) -> str:
    """What a person has to write into the Compose files so that their next ``up`` keeps the network."""
    services = [compose_service(found) for found in (site.found, orchestrator(site.e))]
    places = [service.place for service in services if service is not None]
    if not places:
        return ""
    return (
        f" Write the network {network} under networks of {listed(places)} too: Compose undoes it otherwise."
    )


def join(found: Container | None, network: str, alias: tuple[str, ...] = ()) -> list[str]:
    """The commands that put a container on a network; none if it can't be put on any.

    One of the kind ``none`` has to leave that first; one with the host's network or with another
    container's has to be made again (Docker Engine: network connect).
    """
    if found is None or not can_join(found):
        return []
    lonely = found.network_mode == "none"
    leave = [command("docker", "network", "disconnect", "none", found.name)] if lonely else []
    return [*leave, command("docker", "network", "connect", *alias, network, found.name)]


def can_join(found: Container) -> bool:
    """Whether the engine lets it be connected to another network."""
    return found.network_mode != "host" and not found.network_mode.startswith("container:")


def joins(site: Site, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The commands that bring the container and its client onto the network, and those that undo it."""
    client, look = orchestrator(site.e), site.e.network.value
    missing = look is not None and name not in look.names
    commands = [command("docker", "network", "create", name)] if missing else []
    undo: list[str] = []
    for found, alias in ((site.found, site.alias), (client, ())):
        joined = join(found, name, alias) if found is not None and name not in network_names(found) else []
        commands += joined
        undo += [command("docker", "network", "disconnect", name, found.name)] if joined and found else []
    return tuple(commands), tuple(undo)
