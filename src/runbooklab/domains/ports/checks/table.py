"""The checks of ports, one row each."""

from __future__ import annotations

from runbooklab.domain.check import Check
from runbooklab.domains.ports import inspections
from runbooklab.domains.ports.checks import owners, reached, settings
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.probes.table import (
    COMPOSE_PORTS,
    CONFIGURED_PORTS,
    CONNECTS,
    CONTAINERS,
    HOST,
    INSIDE,
    NAT,
    SOCKETS,
)

CHECKS: tuple[Check[Evidence], ...] = (
    Check(
        "bind-address",
        "The address to listen on",
        settings.bind_address,
        (HOST,),
        command=inspections.ADDRESSES,
    ),
    Check(
        "port-compose",
        "The Compose file's ports",
        settings.port_compose,
        (COMPOSE_PORTS,),
        command=inspections.COMPOSE_FILE,
    ),
    Check(
        "port-owners",
        "Who has the ports",
        owners.port_owners,
        (SOCKETS, CONTAINERS, COMPOSE_PORTS, CONFIGURED_PORTS, INSIDE),
        command=inspections.LISTENERS,
    ),
    Check(
        "port-processes",
        "The processes that have the ports",
        owners.port_processes,
        (SOCKETS, CONTAINERS),
        command=inspections.LISTENERS,
    ),
    Check(
        "port-bindings",
        "The containers' ports",
        settings.port_bindings,
        (CONTAINERS,),
        command=inspections.CONTAINERS,
    ),
    Check(
        "port-answers",
        "Connections to the ports",
        reached.port_answers,
        (CONNECTS, SOCKETS),
        command=inspections.REACH,
    ),
    Check(
        "port-holders",
        "Ports without a listener",
        reached.port_holders,
        (SOCKETS,),
        command=inspections.SOCKETS_OF_PORT,
    ),
    Check(
        "port-sharing",
        "Ports with several owners",
        reached.port_sharing,
        (SOCKETS,),
        command=inspections.LISTENERS,
    ),
    Check(
        "port-redirects",
        "Rules that redirect ports",
        reached.port_redirects,
        (NAT,),
        command=inspections.REDIRECTS,
    ),
    Check(
        "port-kernel",
        "The kernel's settings of ports",
        settings.port_kernel,
        (HOST,),
        command=inspections.KERNEL,
    ),
)
