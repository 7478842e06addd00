"""The lab of ports: the tables of all that it can bring about, and what goes with them."""

from __future__ import annotations

from runbooklab.domain.later import later
from runbooklab.domains.ports.lab import compose, holders, services
from runbooklab.domains.ports.lab.commands import MANUAL_SIGNS, iptables, kill
from runbooklab.domains.ports.lab.healthy import HEALTHY
from runbooklab.domains.ports.lab.testbed import PortsTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.lab import Lab

FAULTS: tuple[Fault[PortsTestbed], ...] = (*holders.FAULTS, *services.FAULTS, *compose.FAULTS)

LAB = Lab(
    title="Ports",
    runbook="port-conflicts",
    domains=("ports",),
    faults=FAULTS,
    healthy=HEALTHY,
    testbed=PortsTestbed,
    manual_signs=MANUAL_SIGNS,
    commands={"kill": kill, "iptables": iptables},
    image=later("runbooklab.domains.redis.lab.image:provide"),  # any image with a program that listens
)
