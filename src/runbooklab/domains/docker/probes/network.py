"""The Docker network the target names, and who owns which container address."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from docker.errors import NotFound

from runbooklab.domains.docker.meant import BUILT_IN_NETWORKS, is_default
from runbooklab.domains.docker.probes.table import CONTAINER, ORCHESTRATOR
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.docker.records import Container, Network, NetworkLook
from runbooklab.words import be, listed

if TYPE_CHECKING:
    from runbooklab.domains.docker.context import Context

#: Networks, and containers on one, that are looked at; characters of a name.
MOST_NAMES = 2000
MOST_SUBNETS = 32
MOST_NAME = 256


def network(ctx: Context) -> NetworkLook:
    """The named network (none named: only the list), every network's name, and each address's container.

    Where nobody chose the name and there is no such network, it is the one that the containers are on.
    """
    name = ctx.target.docker_network
    with reading_client(ctx) as client:
        names = tuple(sorted(str(one.get("Name", ""))[:MOST_NAME] for one in client.networks()[:MOST_NAMES]))
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
    shared = [name for name in _own(found[0]) if all(name in _own(one) for one in found)] if found else []
    name = next(iter([*shared, *(name for one in found for name in _own(one))]), "")
    on_it = [one.name for one in found if name in _own(one)]
    return name, f"{listed(on_it)} {be(on_it)} on it"


def _own(one: Container) -> list[str]:
    return sorted({net.network for net in one.networks} - BUILT_IN_NETWORKS)


def _inspect(client: Any, name: str) -> Network | None:
    try:
        said = client.inspect_network(name)
    except NotFound:
        return None
    subnets = ((said.get("IPAM") or {}).get("Config")) or ()
    members = islice((said.get("Containers") or {}).values(), MOST_NAMES)
    return Network(
        name=name,
        driver=str(said.get("Driver", "")),
        internal=bool(said.get("Internal")),
        subnets=tuple(str(one.get("Subnet", ""))[:MOST_NAME] for one in subnets[:MOST_SUBNETS]),
        containers={
            str(one.get("Name", ""))[:MOST_NAME]: str(one.get("IPv4Address", "")).partition("/")[0][
                :MOST_NAME
            ]
            for one in members
        },
    )


def _owners(client: Any) -> dict[str, str]:
    """Address -> container name, of every running container on every network."""
    owners: dict[str, str] = {}
    for brief in client.containers()[:MOST_NAMES]:
        name = next(iter(brief.get("Names") or [""])).lstrip("/")
        for one in ((brief.get("NetworkSettings") or {}).get("Networks") or {}).values():
            for address in (one.get("IPAddress"), one.get("GlobalIPv6Address")):
                if address:
                    owners[str(address)[:MOST_NAME]] = name[:MOST_NAME]
    return owners
