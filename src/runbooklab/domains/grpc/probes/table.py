"""The probes of gRPC workers, one row each."""

from __future__ import annotations

from runbooklab.domain.probe import AnyProbe, Probe
from runbooklab.domains.grpc.records import (
    Clients,
    Containers,
    FirewallRules,
    Inside,
    Owners,
    Walks,
    WorkerLogs,
    Workers,
)

_HERE = "runbooklab.domains.grpc.probes"

WORKERS = Probe("grpc-workers", Workers, run=f"{_HERE}.workers:workers", looks_at="which workers to call")
WALKS = Probe("grpc-walks", Walks, run=f"{_HERE}.walks:from_host", looks_at="the way to the workers")
INSIDE_WALKS = Probe(
    "grpc-walks-orchestrator",
    Walks,
    "orchestrator-container",
    run=f"{_HERE}.walks:from_orchestrator",
    client="docker",
    looks_at="the way to the workers from the orchestrator's container",
)
CONTAINERS = Probe(
    "grpc-containers",
    Containers,
    run=f"{_HERE}.containers:containers",
    client="docker",
    looks_at="the workers' containers",
)
INSIDES = Probe(
    "grpc-inside",
    tuple[Inside, ...],
    run=f"{_HERE}.inside:inside",
    client="docker",
    looks_at="the workers' processes and listeners",
)
OWNERS = Probe(
    "grpc-owners",
    Owners,
    run=f"{_HERE}.owners:owners",
    client="docker",
    looks_at="who listens on the workers' ports",
)
WORKER_LOGS = Probe(
    "grpc-logs", WorkerLogs, run=f"{_HERE}.logs:logs", client="docker", looks_at="the workers' logs"
)

FIREWALL = Probe(
    "grpc-firewall", FirewallRules, run=f"{_HERE}.firewall:firewall", looks_at="the rules of the firewall"
)

CLIENTS = Probe("grpc-client", Clients, run=f"{_HERE}.client:clients", looks_at="what a gRPC client sees")
INSIDE_CLIENTS = Probe(
    "grpc-client-inside",
    Clients,
    run=f"{_HERE}.client_inside:clients_inside",
    client="docker",
    looks_at="what a gRPC client sees in the orchestrator's network",
)

PROBES: tuple[AnyProbe, ...] = (
    WORKERS,
    WALKS,
    INSIDE_WALKS,
    CONTAINERS,
    INSIDES,
    OWNERS,
    WORKER_LOGS,
    FIREWALL,
    CLIENTS,
    INSIDE_CLIENTS,
)
