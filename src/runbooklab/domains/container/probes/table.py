"""Docker's probes, one row each."""

from __future__ import annotations

from runbooklab.domain.probe import AnyProbe, Probe
from runbooklab.observe.docker.probe import DOCKER
from runbooklab.observe.docker.records import ContainerEvent, ContainerLook, LogTail, NetworkLook

_HERE = "runbooklab.domains.container.probes"

CONTAINER = Probe(
    "container",
    ContainerLook,
    run=f"{_HERE}.container:container",
    client="docker",
    looks_at="the container",
)
LOGS = Probe("logs", LogTail, run=f"{_HERE}.logs:logs", client="docker", looks_at="the container's log")
EVENTS = Probe(
    "events",
    tuple[ContainerEvent, ...],
    run=f"{_HERE}.events:events",
    client="docker",
    looks_at="the container's events",
)
NETWORK = Probe(
    "network", NetworkLook, run=f"{_HERE}.network:network", client="docker", looks_at="the Docker networks"
)
ORCHESTRATOR = Probe(
    "orchestrator",
    ContainerLook,
    run=f"{_HERE}.container:orchestrator",
    client="docker",
    looks_at="the orchestrator's container",
)
ORCHESTRATOR_LOGS = Probe(
    "orchestrator-logs",
    LogTail,
    run=f"{_HERE}.logs:orchestrator_logs",
    client="docker",
    looks_at="the orchestrator's log",
)

PROBES: tuple[AnyProbe, ...] = (
    DOCKER,
    CONTAINER,
    LOGS,
    EVENTS,
    NETWORK,
    ORCHESTRATOR,
    ORCHESTRATOR_LOGS,
)
