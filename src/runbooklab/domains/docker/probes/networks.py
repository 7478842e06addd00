"""The engine's networks and volumes, this host's routes, and the rules that publish ports."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.domains.docker.probes.table import ENDPOINT
from runbooklab.domains.docker.records import EngineNetwork, NetworksLook, Route
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.run_with_timeout import future
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from docker import APIClient

    from runbooklab.domains.docker.context import Context

MOST_NETWORKS = 500
MOST_VOLUMES = 2000
MOST_ROUTES = 2000
MOST_RULES = 2000
#: ``-A DOCKER ! -i br-1 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80``
_RULE = re.compile(r"--dport (\d+)\b.* --to-destination (\S+)")
#: The kernel's table of what is this host's own address: no route to anywhere.
_LOCAL_TABLE = 255
_ALSO = ("/usr/sbin", "/sbin", "/usr/local/sbin")


def networks_look(ctx: Context) -> NetworksLook:
    """Every network with its subnets; volumes; and of this host, if the engine is here, routes and rules."""
    with reading_client(ctx) as client:
        said = client.networks()
        volumes = future(lambda: _volumes(client))
        local = str(client.base_url).startswith("http+docker")
        here = local and _same_namespace(ctx)
        routes = _routes(ctx) if here else None
        rules, why = _rules(ctx) if here else (None, "the engine is not in this host's network")
        networks = tuple(_network(ctx, each) for each in said[:MOST_NETWORKS])
        return NetworksLook(networks, routes, volumes(ctx.timeout_s(0.8)), rules, why)


def _volumes(client: APIClient) -> tuple[str, ...]:
    found = (client.volumes() or {}).get("Volumes") or ()
    return tuple(sorted(str(each.get("Name"))[:256] for each in islice(found, MOST_VOLUMES)))


def _same_namespace(ctx: Context) -> bool:
    """Whether the engine is in the network namespace of this process; taken for so if that is hidden."""
    seen = ctx.wait(ENDPOINT).value
    pid = seen.engine_pid if seen else 0
    try:
        return not pid or Path(f"/proc/{pid}/ns/net").readlink() == Path("/proc/self/ns/net").readlink()
    except OSError:
        return True


def _network(ctx: Context, said: dict[str, Any]) -> EngineNetwork:
    subnets = ((said.get("IPAM") or {}).get("Config")) or ()
    name, id_ = clean(str(said.get("Name") or "")[:256], ctx.vault), str(said.get("Id") or "")
    options, labels = said.get("Options") or {}, said.get("Labels") or {}
    driver = str(said.get("Driver") or "")
    own = "" if driver != "bridge" else f"br-{id_[:12]}"
    return EngineNetwork(
        name=name,
        id=id_,
        driver=driver,
        subnets=tuple(str(each.get("Subnet") or "")[:64] for each in subnets[:20] if each.get("Subnet")),
        bridge=str(options.get("com.docker.network.bridge.name") or own)[:64],
        members=len(said.get("Containers") or {}),
        project=clean(str(labels.get("com.docker.compose.project") or ""), ctx.vault),
    )


def _routes(ctx: Context) -> tuple[Route, ...] | None:
    """The routes of all tables but the local one, IPv4 and IPv6. Source: rtnetlink(7)."""
    from pyroute2 import IPRoute  # type: ignore[import-untyped] # it has no types
    from pyroute2.netlink.exceptions import NetlinkError  # type: ignore[import-untyped] # as above

    ctx.note("file", "read the routes of this host")
    found: list[Route] = []
    try:
        with IPRoute() as kernel:
            names = {link["index"]: link.get_attr("IFLA_IFNAME") for link in kernel.get_links()}
            for family, bits in ((2, 32), (10, 128)):
                for route in islice(kernel.get_routes(family=family), MOST_ROUTES):
                    to, table = route.get_attr("RTA_DST"), route.get_attr("RTA_TABLE") or route["table"]
                    device = names.get(route.get_attr("RTA_OIF"), "")
                    if to and device and table != _LOCAL_TABLE and not to.startswith(("fe80", "ff")):
                        found.append(Route(f"{to}/{route['dst_len'] or bits}", str(device)))
    except (OSError, NetlinkError):
        return None
    return tuple(found)


def _rules(ctx: Context) -> tuple[tuple[str, ...] | None, str]:
    """The DNAT rules of the chain DOCKER, as iptables-save prints them; None, and why, if it can't."""
    path = os.pathsep.join((os.environ.get("PATH", ""), *_ALSO))
    program = shutil.which("iptables-save", path=path)
    if os.geteuid() != 0:
        return None, "only root sees the rules"
    if program is None:
        return None, "there is no iptables-save here"
    ctx.note("process", "iptables-save -t nat")
    try:
        ran = subprocess.run(  # noqa: S603 # a program of this host that prints, found on the system's path
            [program, "-t", "nat"], capture_output=True, text=True, timeout=ctx.timeout_s(0.6), check=False
        )
    except (OSError, subprocess.SubprocessError) as error:
        return None, type(error).__name__
    if ran.returncode:
        return None, clean(" ".join(ran.stderr.split())[:120], ctx.vault)
    lines = [line for line in ran.stdout.splitlines() if line.startswith("-A DOCKER ")][:MOST_RULES]
    rules = [found for line in lines if (found := _RULE.search(line))]
    return tuple(f"{rule[1]} -> {rule[2]}" for rule in rules), ""
