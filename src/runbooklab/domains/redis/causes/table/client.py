"""Causes: Compose, health checks and the client itself."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.container.inspections import docker_inspect, shell
from runbooklab.domains.redis.causes import client, compose
from runbooklab.domains.redis.causes.table.sources import COMPOSE
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.inspections import REDIS_LOG, redis

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="dependency-unhealthy",
        title="Redis' health check fails, so what depends on it never starts",
        layer="prevention",
        judge=compose.dependency_unhealthy,
        distinguishing="The health check fails while Redis answers, or what waits for it never started.",
        inspect=Inspection(docker_inspect(".State.Health"), "what the last health checks printed"),
        remedies=("fix-health-check",),
        source=COMPOSE,
        look_alikes=("healthcheck-false-healthy",),
    ),
    Cause(
        id="startup-race",
        title="The orchestrator started before Redis was ready",
        layer="prevention",
        judge=compose.startup_race,
        distinguishing="The orchestrator's container failed less than a minute before Redis was ready.",
        shown_by="container-events",
        inspect=Inspection(REDIS_LOG, "Ready to accept connections, later than the error"),
        remedies=("start-orchestrator",),
        source=COMPOSE,
    ),
    Cause(
        id="healthcheck-false-healthy",
        title="Redis' health check passes although Redis cannot be used",
        layer="prevention",
        judge=compose.healthcheck_false_healthy,
        distinguishing="The state is healthy, and the check's last output is an error of Redis'.",
        severity="warning",
        inspect=Inspection(docker_inspect(".State.Health"), "what the last health checks printed"),
        remedies=("fix-health-check",),
        source=COMPOSE,
    ),
    Cause(
        id="pool-exhausted",
        title="The client's own connection pool is used up",
        layer="prevention",
        judge=client.pool_exhausted,
        distinguishing="The error text says so, and Redis has rejected no connection.",
        severity="warning",
        shown_by="error-text",
        inspect=Inspection(
            redis("CLIENT", "LIST"), "as many connections from the client as its pool may hold"
        ),
        remedies=("raise-client-pool",),
        source="redis-py: connection pools",
        look_alikes=("maxclients-reached",),
    ),
    Cause(
        id="blocking-timeout",
        title="The client's timeout is shorter than its blocking command",
        layer="prevention",
        judge=client.blocking_timeout,
        distinguishing="The error text names a blocking command that timed out, and Redis is well.",
        severity="warning",
        shown_by="error-text",
        inspect=Inspection(redis("INFO", "clients"), "blocked_clients above 0"),
        remedies=("raise-client-timeout",),
        source="redis-py: socket_timeout",
    ),
    Cause(
        id="client-file-descriptors",
        title="The client has no file descriptors left",
        layer="prevention",
        judge=client.client_file_descriptors,
        distinguishing="The error text holds errno 24 (EMFILE), and Redis is well.",
        severity="warning",
        shown_by="error-text",
        inspect=Inspection(shell("ulimit -n"), "a low number, in the client's shell"),
        remedies=("raise-client-file-limit",),
        source="getrlimit(2): RLIMIT_NOFILE",
    ),
    Cause(
        id="client-ports-exhausted",
        title="The client's machine has no local ports left",
        layer="prevention",
        judge=client.client_ports_exhausted,
        distinguishing="The error text holds errno 99 (EADDRNOTAVAIL), and Redis is well.",
        severity="warning",
        shown_by="error-text",
        inspect=Inspection(shell("ss -s"), "tens of thousands of connections in timewait"),
        remedies=("reuse-client-connections",),
        source="ip(7): ip_local_port_range",
    ),
)
