"""The checks of a port, one row each."""

from __future__ import annotations

from runbooklab.domain.check import Check
from runbooklab.domains.docker import inspections as docker
from runbooklab.domains.docker.probes.table import NETWORK
from runbooklab.domains.environment.probes.table import ADDRESS, CONTAINER, NAME
from runbooklab.domains.ports import inspections
from runbooklab.domains.ports.checks import answers, owner, published, reached
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.probes.table import BRIDGE_TCP, FIRST_BYTES, LISTENERS, TCP

CHECKS: tuple[Check[Evidence], ...] = (
    Check(
        "port-owner",
        "Who has the port",
        owner.port_owner,
        (ADDRESS, NAME, LISTENERS, CONTAINER, NETWORK),
        command=inspections.OWNER,
    ),
    Check(
        "port-reachable",
        "The port",
        reached.port_reachable,
        (ADDRESS, TCP, BRIDGE_TCP),
        command=inspections.REACH,
    ),
    Check(
        "port-published",
        "The container's port",
        published.port_published,
        (ADDRESS, CONTAINER),
        command=docker.PORTS,
    ),
    Check(
        "what-answers",
        "What answers",
        answers.what_answers,
        (ADDRESS, FIRST_BYTES),
        command=inspections.FIRST_BYTES,
    ),
)
