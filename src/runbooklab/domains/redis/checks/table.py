"""All checks, one row each: what it is called, who judges it, which probes it rests on.

:mod:`runbooklab.diagnosis.verdict` says which of them the verdict rests on.
"""

from __future__ import annotations

from runbooklab.domain.check import Check
from runbooklab.domains.redis.checks import (
    configuration,
    container,
    conversation,
    history,
    network,
    prevention,
    server,
    transport,
    use,
    workers,
)

_DOCKER = ("docker", "container")
_WAY = ("address", "tcp", "first-bytes", "redis")

_ROWS = (
    # configuration
    Check(
        "orchestrator-config",
        "The orchestrator's configuration",
        configuration.orchestrator_config,
        ("config",),
    ),
    Check("redis-url", "The Redis URL", configuration.redis_url, ("config", "address")),
    Check(
        "config-common-mistakes",
        "The usual mistakes in the URL",
        configuration.config_common_mistakes,
        ("address", "name", "first-bytes", "redis", "container"),
    ),
    Check(
        "name-resolution",
        "The host name",
        configuration.name_resolution,
        ("address", "name", "redis", "orchestrator-view"),
    ),
    Check("error-text", "The error text given", configuration.error_text, ("error-text",)),
    # transport
    Check("port-reachable", "The port", transport.port_reachable, ("address", "tcp")),
    Check(
        "port-owner", "Who has the port", transport.port_owner, ("address", "listeners", "container", "redis")
    ),
    Check("wire-protocol", "What answers", transport.wire_protocol, ("address", "first-bytes")),
    Check("tls", "TLS", transport.tls, ("address", "tls", "first-bytes")),
    # conversation
    Check(
        "redis-authentication",
        "Credentials",
        conversation.redis_authentication,
        ("address", "redis"),
    ),
    Check("redis-database", "The database", conversation.redis_database, ("address", "redis")),
    Check("redis-ping", "PING from this host", conversation.redis_ping, _WAY),
    Check(
        "redis-ping-inside",
        "PING inside the Redis container",
        conversation.redis_ping_inside,
        ("inside",),
        "redis-container",
    ),
    Check(
        "redis-ping-orchestrator",
        "PING from the orchestrator's container",
        conversation.redis_ping_orchestrator,
        ("address", "orchestrator", "orchestrator-view"),
        "orchestrator-container",
    ),
    Check(
        "redis-identity",
        "Whether it is the right Redis",
        conversation.redis_identity,
        ("redis", "inside", "listeners", "container"),
    ),
    Check("python-client", "The connection from Python", conversation.python_client, ("address", "redis")),
    # its use
    Check("redis-read", "Reading registrations", use.redis_read, ("address", "redis")),
    Check("redis-write", "Writing", use.redis_write, ("address", "redis")),
    Check("redis-latency", "Latency", use.redis_latency, ("redis", "orchestrator-view")),
    # the server
    Check("redis-role", "Role", server.redis_role, ("redis", "inside")),
    Check("redis-memory", "Memory", server.redis_memory, ("redis", "inside")),
    Check("redis-clients", "Clients", server.redis_clients, ("redis", "inside")),
    Check("redis-persistence", "Persistence", server.redis_persistence, ("redis", "inside")),
    Check("redis-stats", "Statistics", server.redis_stats, ("redis", "inside")),
    Check("redis-slowlog", "Slow commands", server.redis_slowlog, ("redis",)),
    # Docker
    Check("docker-access", "Docker", container.docker_access, ("docker", *_WAY)),
    Check("redis-container", "The Redis container", container.redis_container, (*_DOCKER, *_WAY)),
    Check("redis-container-health", "The container's health", container.redis_container_health, _DOCKER),
    Check(
        "redis-container-ports",
        "The container's ports",
        container.redis_container_ports,
        (*_DOCKER, "address"),
    ),
    Check("redis-logs", "The log", history.redis_logs, ("logs", "container")),
    Check("container-events", "Events", history.container_events, ("events", "container")),
    Check(
        "docker-network",
        "The Docker network",
        network.docker_network,
        ("network", "container", "orchestrator"),
    ),
    Check("redis-process", "The Redis process", container.redis_process, ("process",), "redis-container"),
    # workers
    Check(
        "worker-registrations",
        "Worker registrations",
        workers.worker_registrations,
        ("redis", "registrations"),
    ),
    Check("worker-details", "Each worker's entry", workers.worker_details, ("redis", "registrations")),
    Check(
        "worker-registration-watch",
        "Whether registrations change",
        workers.worker_registration_watch,
        ("redis", "registrations"),
    ),
    # prevention: never part of the verdict
    Check(
        "prevention-preflight",
        "Pre-flight",
        prevention.preflight,
        ("config", "name", *_WAY, *_DOCKER),
    ),
    Check("prevention-healthcheck", "Health check", prevention.healthcheck, _DOCKER),
    Check("prevention-monitoring", "Monitoring", prevention.monitoring, _DOCKER),
    Check("prevention-pooling", "Connection pool", prevention.pooling, ("config", "redis")),
    Check("prevention-persistence", "Persistent storage", prevention.persistence, ("redis", "container")),
)

CHECKS: dict[str, Check] = {row.id: row for row in _ROWS}
