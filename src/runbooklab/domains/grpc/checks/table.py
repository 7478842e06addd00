"""The checks of gRPC workers, one row each."""

from __future__ import annotations

from runbooklab.domain.check import Check
from runbooklab.domain.common import ERROR_TEXT
from runbooklab.domains.container.probes.table import ORCHESTRATOR
from runbooklab.domains.grpc import inspections
from runbooklab.domains.grpc.checks import calls, target, way
from runbooklab.domains.grpc.checks.rows import of_each
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.probes.table import (
    CLIENTS,
    CONTAINERS,
    INSIDE_CLIENTS,
    INSIDE_WALKS,
    INSIDES,
    OWNERS,
    WALKS,
    WORKER_LOGS,
    WORKERS,
)
from runbooklab.observe.docker.probe import DOCKER

_WAY = (WORKERS, WALKS, INSIDE_WALKS)

CHECKS: tuple[Check[Evidence], ...] = (
    Check("grpc-workers", "Which workers are called", target.known, needs=(WORKERS,)),
    Check("docker-access", "Docker can be asked about the containers", target.docker, needs=(DOCKER,)),
    Check(
        "worker-orchestrator",
        "The orchestrator's container runs",
        target.orchestrator,
        needs=(ORCHESTRATOR,),
        command=inspections.client,
    ),
    Check(
        "worker-container",
        "The worker's container runs",
        target.container,
        needs=(CONTAINERS, INSIDES),
        command=inspections.state,
    ),
    Check(
        "worker-name",
        "The worker's name resolves",
        of_each("The worker's name", way.name),
        needs=_WAY,
        command=inspections.resolve,
    ),
    Check(
        "worker-proxy",
        "No proxy is in the way",
        of_each("A proxy in the way", way.proxy),
        needs=_WAY,
        command=inspections.proxies,
    ),
    Check(
        "worker-listener",
        "The worker listens",
        target.listener,
        needs=(OWNERS, INSIDES),
        command=inspections.listeners,
    ),
    Check(
        "worker-port",
        "The worker's port takes connections",
        of_each("A connection to the worker", way.port),
        needs=_WAY,
        command=inspections.connect,
    ),
    Check(
        "worker-answer",
        "HTTP/2 answers there",
        of_each("What answers at the worker's port", way.answer),
        needs=_WAY,
        command=inspections.first_bytes,
    ),
    Check(
        "worker-tls",
        "TLS is agreed and trusted",
        of_each("TLS with the worker", way.tls),
        needs=_WAY,
        command=inspections.certificate,
    ),
    Check("worker-http2", "HTTP/2 is spoken", of_each("HTTP/2 with the worker", calls.http2), needs=_WAY),
    Check(
        "worker-authentication",
        "The caller is accepted",
        of_each("Whether the caller is accepted", calls.authentication),
        needs=_WAY,
        command=inspections.health,
    ),
    Check(
        "worker-service",
        "The service is offered",
        of_each("The worker's services", calls.service),
        needs=_WAY,
        command=inspections.services,
    ),
    Check(
        "worker-identity",
        "The right worker answers",
        of_each("Who answers", calls.identity),
        needs=(*_WAY, OWNERS),
        command=inspections.listeners,
    ),
    Check(
        "worker-health",
        "The worker serves",
        of_each("The worker's health", calls.health),
        needs=_WAY,
        command=inspections.health,
    ),
    Check(
        "worker-capacity",
        "Calls are answered soon",
        of_each("The worker's capacity", calls.capacity),
        needs=(*_WAY, INSIDES),
        command=inspections.cpu,
    ),
    Check(
        "worker-client",
        "A gRPC client reaches the worker",
        of_each("What a gRPC client sees", calls.client),
        needs=(WORKERS, CLIENTS, INSIDE_CLIENTS),
        command=inspections.resolve,
    ),
    Check("worker-log", "The worker's log", target.log, needs=(WORKER_LOGS,), command=inspections.log),
    Check("worker-limits", "Deadline, messages, keepalive", target.limits, needs=(WORKERS, ERROR_TEXT)),
)
