"""What a real gRPC client sees of each worker from the network of the orchestrator's container.

Only the network is the container's. Its files are not read by the client, so no library of the container runs
here; names are looked up beforehand, as the container would.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from runbooklab.domains.grpc.probes.client import run_client
from runbooklab.domains.grpc.probes.names import name_inside
from runbooklab.domains.grpc.probes.table import CONTAINERS, WORKERS
from runbooklab.domains.grpc.probes.walks import allowed, orchestrator_here
from runbooklab.domains.grpc.records import Clients
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context


def clients_inside(ctx: Context) -> Clients:
    """A call of a method that cannot exist, for each worker with an address. Raises :class:`NotObserved`."""
    container = orchestrator_here(ctx)
    found = ctx.need(WORKERS)
    known = ctx.wait(CONTAINERS).value
    calls = []
    for end in found.endpoints:
        addresses = allowed(found, name_inside(ctx, container, end, known)).addresses
        if addresses:
            calls.append({"address": end.address, "dial": target(addresses[0], end.port)})
    if not calls:
        raise NotObserved(Missing("not-applicable", "no worker has an address there"))
    seconds = ctx.timeout_s(0.93)
    # The address is given, so nothing is looked up; proxies are judged by what the orchestrator has set.
    return Clients(
        run_client(ctx, found.settings, calls, "native", seconds, environment={}, pid=container.pid)
    )


def target(address: str, port: int) -> str:
    """What gRPC dials without a look-up (gRPC naming, "ipv4" and "ipv6").

    >>> target("172.18.0.3", 50051), target("fd00::3", 50051)
    ('ipv4:172.18.0.3:50051', 'ipv6:[fd00::3]:50051')
    """
    if ipaddress.ip_address(address.partition("%")[0]).version == 6:
        return f"ipv6:[{address}]:{port}"
    return f"ipv4:{address}:{port}"
