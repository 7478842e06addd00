"""The Docker network the target names, and who owns which container address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docker.errors import NotFound

from runbooklab.evidence import Network, NetworkLook
from runbooklab.probes.docker_client import reading_client

if TYPE_CHECKING:
    from runbooklab.probes.context import Context


def network(ctx: Context) -> NetworkLook:
    """The named network (none named: only the list), every network's name, and each address's container."""
    name = ctx.target.docker_network
    with reading_client(ctx) as client:
        names = tuple(sorted(str(one.get("Name", "")) for one in client.networks()))
        found = _inspect(client, name) if name in names else None
        return NetworkLook(name=name, found=found, names=names, owners=_owners(client))


def _inspect(client: Any, name: str) -> Network | None:
    try:
        said = client.inspect_network(name)
    except NotFound:
        return None
    subnets = ((said.get("IPAM") or {}).get("Config")) or ()
    members = (said.get("Containers") or {}).values()
    return Network(
        name=name,
        driver=str(said.get("Driver", "")),
        internal=bool(said.get("Internal")),
        subnets=tuple(str(one.get("Subnet", "")) for one in subnets),
        containers={
            str(one.get("Name", "")): str(one.get("IPv4Address", "")).partition("/")[0] for one in members
        },
    )


def _owners(client: Any) -> dict[str, str]:
    """Address -> container name, of every running container on every network."""
    owners: dict[str, str] = {}
    for brief in client.containers():
        name = next(iter(brief.get("Names") or [""])).lstrip("/")
        for one in ((brief.get("NetworkSettings") or {}).get("Networks") or {}).values():
            for address in (one.get("IPAddress"), one.get("GlobalIPv6Address")):
                if address:
                    owners[str(address)] = name
    return owners
