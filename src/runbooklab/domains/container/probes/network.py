"""The Docker network the target names, and who owns which container address."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from docker.errors import NotFound

from runbooklab.domains.container.meant import BUILT_IN_NETWORKS, is_default
from runbooklab.domains.container.probes.table import CONTAINER, ORCHESTRATOR
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.docker.records import Container, Network, NetworkLook
from runbooklab.words import be, listed

if TYPE_CHECKING:
    from runbooklab.domains.container.context import Context

#: Networks, and containers on one, that are recorded; characters of a name.
MOST_NAMES = 2000
MOST_SUBNETS = 32
MOST_NAME = 256


def network(ctx: Context) -> NetworkLook:
    """The named network (none named: only the list), every network's name, and each address's container.

    If nobody chose the name and there is no such network, it is the one that the containers are on.
    """
    name = ctx.target.docker_network
    with reading_client(ctx) as client:
        names = tuple(
            sorted(str(network.get("Name", ""))[:MOST_NAME] for network in client.networks()[:MOST_NAMES])
        )
        found = _inspect(client, name) if name in names else None
        because = ""
        if found is None and is_default(ctx.target, "docker_network"):
            used, because = _used(ctx)
            found = _inspect(client, used) if used in names else None
        return NetworkLook(
            name=name,
            found=found,
            meant_because=because if found else "",
            names=names,
            owners=_owners(client),
        )


def _used(ctx: Context) -> tuple[str, str]:
    """The network that the target's containers are on: one that they share before any other."""
    looks = [ctx.wait(key).value for key in (CONTAINER, ORCHESTRATOR)]
    found = [look.found for look in looks if look is not None and look.found is not None]
    shared = (
        [name for name in _own(found[0]) if all(name in _own(container) for container in found)]
        if found
        else []
    )
    name = next(iter([*shared, *(name for container in found for name in _own(container))]), "")
    on_it = [container.name for container in found if name in _own(container)]
    return name, f"{listed(on_it)} {be(on_it)} on it"


def _own(container: Container) -> list[str]:
    return sorted({net.network for net in container.networks} - BUILT_IN_NETWORKS)


def _inspect(client: Any, name: str) -> Network | None:
    try:
        said = client.inspect_network(name)
    except NotFound:
        return None
    subnets = ((said.get("IPAM") or {}).get("Config")) or ()
    members = islice((said.get("Containers") or {}).values(), MOST_NAMES)
    return Network(
        name=name,
        id=str(said.get("Id", ""))[:MOST_NAME],
        driver=str(said.get("Driver", "")),
        internal=bool(said.get("Internal")),
        subnets=tuple(str(subnet.get("Subnet", ""))[:MOST_NAME] for subnet in subnets[:MOST_SUBNETS]),
        containers={
            str(member.get("Name", ""))[:MOST_NAME]: str(member.get("IPv4Address", "")).partition("/")[0][
                :MOST_NAME
            ]
            for member in members
        },
    )


def _owners(client: Any) -> dict[str, str]:
    """Address -> container name, of every running container on every network."""
    owners: dict[str, str] = {}
    for brief in client.containers()[:MOST_NAMES]:
        name = next(iter(brief.get("Names") or [""])).lstrip("/")
        for network in ((brief.get("NetworkSettings") or {}).get("Networks") or {}).values():
            for address in (network.get("IPAddress"), network.get("GlobalIPv6Address")):
                if address:
                    owners[str(address)[:MOST_NAME]] = name[:MOST_NAME]
    return owners
