"""The table of every fault the lab can bring about."""

from __future__ import annotations

from runbooklab.domains.redis.lab import (
    access,
    address,
    authentication,
    clients,
    compose,
    lifecycle,
    network,
    network_modes,
    orchestrator,
    ports,
    server,
    startup,
    tls,
    together,
    workers,
)
from runbooklab.lab.fault import Fault

FAULTS: dict[str, Fault] = {
    fault.id: fault
    for group in (
        lifecycle,
        startup,
        ports,
        address,
        authentication,
        tls,
        network,
        server,
        workers,
        compose,
        access,
        clients,
        network_modes,
        orchestrator,
        together,
    )
    for fault in group.FAULTS
}
