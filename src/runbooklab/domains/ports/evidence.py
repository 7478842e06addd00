"""The evidence as the rules of ports see it."""

from __future__ import annotations

from msgspec import field

from runbooklab.domains.address import evidence as address
from runbooklab.domains.ports.probes import table
from runbooklab.domains.ports.target import Target
from runbooklab.model.evidence import seen


class Evidence(address.Evidence, frozen=True, kw_only=True):
    target: Target = field(default_factory=Target)
    compose_ports = seen(table.COMPOSE_PORTS)
    configured_ports = seen(table.CONFIGURED_PORTS)
    sockets = seen(table.SOCKETS)
    containers = seen(table.CONTAINERS)
    inside = seen(table.INSIDE)
    host = seen(table.HOST)
    connects = seen(table.CONNECTS)
    nat = seen(table.NAT)
