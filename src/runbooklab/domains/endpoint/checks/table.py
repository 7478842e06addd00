"""The checks of a port, one row each."""

from __future__ import annotations

from runbooklab.domain.check import Check
from runbooklab.domains.address.probes.table import ADDRESS, CONTAINER, NAME
from runbooklab.domains.container import inspections as docker
from runbooklab.domains.container.probes.table import NETWORK
from runbooklab.domains.endpoint import inspections
from runbooklab.domains.endpoint.checks import answers, owner, published, reached
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.probes.table import BRIDGE_TCP, FIRST_BYTES, LISTENERS, TCP

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
