"""Docker's checks, one row each: what it is called, who judges it, which probes it rests on."""

from __future__ import annotations

from runbooklab.domain.check import Check
from runbooklab.domains.container import inspections
from runbooklab.domains.container.checks import access, container, history, network
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.probes.table import CONTAINER, EVENTS, LOGS, NETWORK, ORCHESTRATOR
from runbooklab.observe.docker.probe import DOCKER

_OF_CONTAINER = (DOCKER, CONTAINER)

CHECKS: tuple[Check[Evidence], ...] = (
    Check(
        "docker-access",
        "Docker",
        access.docker_access,
        (DOCKER,),
        command=inspections.ENGINE,
    ),
    Check(
        "docker-network",
        "The Docker network",
        network.docker_network,
        (NETWORK, CONTAINER, ORCHESTRATOR),
        command=inspections.NETWORK_OR_ALL,
    ),
    Check(
        "container",
        "The container",
        container.container,
        _OF_CONTAINER,
        command=inspections.CONTAINER,
    ),
    Check(
        "container-health",
        "The container's health",
        container.container_health,
        _OF_CONTAINER,
        command=inspections.inspected(".State.Health"),
    ),
    Check(
        "container-ports",
        "The container's ports",
        container.container_ports,
        _OF_CONTAINER,
        command=inspections.PORTS,
    ),
    Check(
        "container-logs",
        "The container's log",
        history.container_logs,
        (LOGS, CONTAINER),
        command=inspections.CONTAINER_LOG,
    ),
    Check(
        "container-events",
        "Events",
        history.container_events,
        (EVENTS, CONTAINER),
        command=inspections.EVENTS,
    ),
)
