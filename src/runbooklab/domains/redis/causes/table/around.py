"""Causes: what surrounds Redis: Compose, the client itself, access to Docker."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.docker.causes import docker_access
from runbooklab.domains.redis.causes import client, compose, orchestrator
from runbooklab.domains.redis.causes.table import address, container, conversation, server, transport
from runbooklab.domains.redis.causes.table.sources import ACCESS, COMPOSE, INSPECT, RUN

#: The orchestrator ends or fails because Redis cannot be used: any of these may be why.
REDIS_FAILS = (
    "startup-race",
    *(
        row.id
        for subject in (address, container, transport, conversation, server)
        for row in subject.ROWS
        if row.severity == "critical"
    ),
)

ROWS: tuple[Cause, ...] = (
    # --- the orchestrator's container
    Cause("orchestrator-missing", "The orchestrator's container does not exist", "docker",
          orchestrator.orchestrator_missing, ("name-orchestrator",), INSPECT, "warning",
          consequence_of=REDIS_FAILS),
    Cause("orchestrator-paused", "The orchestrator's container is paused", "docker",
          orchestrator.orchestrator_paused, ("unpause-orchestrator",), INSPECT,
          look_alikes=("orchestrator-stopped",), consequence_of=REDIS_FAILS),
    Cause("orchestrator-restarting", "The orchestrator starts and ends again and again", "docker",
          orchestrator.orchestrator_restarting, ("run-orchestrator",), RUN,
          look_alikes=("orchestrator-stopped", "startup-race"), consequence_of=REDIS_FAILS),
    Cause("orchestrator-stopped", "The orchestrator does not run", "docker",
          orchestrator.orchestrator_stopped, ("run-orchestrator",), RUN,
          look_alikes=("orchestrator-restarting", "startup-race"), consequence_of=REDIS_FAILS),
    # --- Compose and the client
    Cause("dependency-unhealthy", "Redis' health check fails, so what depends on it never starts",
          "prevention",
          compose.dependency_unhealthy, ("fix-health-check",), COMPOSE,
          look_alikes=("healthcheck-false-healthy",)),
    Cause("startup-race", "The orchestrator started before Redis was ready", "prevention",
          compose.startup_race, ("start-orchestrator",), COMPOSE),
    Cause("healthcheck-false-healthy", "Redis' health check passes although Redis cannot be used",
          "prevention",
          compose.healthcheck_false_healthy, ("fix-health-check",), COMPOSE, "warning"),
    Cause("pool-exhausted", "The client's own connection pool is used up", "prevention",
          client.pool_exhausted, ("raise-client-pool",), "redis-py: connection pools",
          "warning",
          look_alikes=("maxclients-reached",)),
    Cause("blocking-timeout", "The client's timeout is shorter than its blocking command", "prevention",
          client.blocking_timeout, ("raise-client-timeout",), "redis-py: socket_timeout",
          "warning"),
    Cause("client-file-descriptors", "The client has no file descriptors left", "prevention",
          client.client_file_descriptors, ("raise-client-file-limit",), "getrlimit(2): RLIMIT_NOFILE",
          "warning"),
    Cause("client-ports-exhausted", "The client's machine has no local ports left", "prevention",
          client.client_ports_exhausted, ("reuse-client-connections",), "ip(7): ip_local_port_range",
          "warning"),
    # --- access to Docker
    Cause("docker-permission-denied", "Docker does not let this user in", "access",
          docker_access.docker_permission_denied, ("grant-docker-access",), ACCESS, "warning"),
    Cause("docker-unreachable", "Docker is not running or cannot be reached", "access",
          docker_access.docker_unreachable, ("start-docker",), ACCESS, "warning"),
    Cause("docker-unresponsive", "Docker does not answer", "access",
          docker_access.docker_unresponsive, ("restart-docker",), ACCESS, "warning"),
    Cause("docker-api-version", "Docker speaks another API version", "access",
          docker_access.docker_api_version, ("set-docker-api-version",), ACCESS, "warning"),
    Cause("docker-endpoint-unusable", "Docker's endpoint has a form that this tool cannot use", "access",
          docker_access.docker_endpoint_unusable, ("reach-docker-endpoint",), ACCESS, "warning"),
    Cause("docker-context-missing", "The configured Docker context does not exist", "access",
          docker_access.docker_context_missing, ("fix-docker-context",), ACCESS, "warning"),
)  # fmt: skip
