"""All checks, one row each: what it is called, who judges it, which probes it rests on.

:mod:`runbooklab.diagnosis.verdict` says which of them the verdict rests on.
"""

from __future__ import annotations

from runbooklab.domain.check import Check
from runbooklab.domain.common import ERROR_TEXT
from runbooklab.domains.address import inspections as environment
from runbooklab.domains.address.probes.table import ADDRESS, CONFIG, NAME
from runbooklab.domains.container import inspections as docker
from runbooklab.domains.container.probes.table import EVENTS, NETWORK, ORCHESTRATOR
from runbooklab.domains.endpoint import inspections as ports
from runbooklab.domains.endpoint.probes.table import FIRST_BYTES, LISTENERS, TCP
from runbooklab.domains.redis import inspections_of_checks as inspections
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
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import (
    CONTAINER,
    INSIDE,
    LOGS,
    ORCHESTRATOR_VIEW,
    PROCESS,
    REDIS,
    REGISTRATIONS,
    TLS,
)
from runbooklab.observe.docker.probe import DOCKER

_DOCKER = (DOCKER, CONTAINER)
_WAY = (ADDRESS, TCP, FIRST_BYTES, REDIS)

CHECKS: tuple[Check[Evidence], ...] = (
    # configuration
    Check(
        "config-common-mistakes",
        "The usual mistakes in the URL",
        configuration.config_common_mistakes,
        (ADDRESS, NAME, FIRST_BYTES, REDIS, CONTAINER),
        command=environment.MISTAKES,
    ),
    Check(
        "name-resolution",
        "The host name",
        configuration.name_resolution,
        (ADDRESS, NAME, REDIS, ORCHESTRATOR_VIEW),
        command=inspections.NAME,
    ),
    Check("error-text", "The error text given", configuration.error_text, (ERROR_TEXT,)),
    # transport
    Check(
        "port-reachable",
        "The port",
        transport.port_reachable,
        (ADDRESS, TCP),
        command=ports.REACH,
    ),
    Check(
        "port-owner",
        "Who has the port",
        transport.port_owner,
        (ADDRESS, LISTENERS, CONTAINER, REDIS),
        command=ports.OWNER,
    ),
    Check(
        "wire-protocol",
        "What answers",
        transport.wire_protocol,
        (ADDRESS, FIRST_BYTES),
        command=ports.FIRST_BYTES,
    ),
    Check(
        "tls",
        "TLS",
        transport.tls,
        (ADDRESS, TLS, FIRST_BYTES),
        command=ports.TLS,
    ),
    # conversation
    Check(
        "redis-authentication",
        "Credentials",
        conversation.redis_authentication,
        (ADDRESS, REDIS),
        command=inspections.WHO_AM_I,
    ),
    Check(
        "redis-database",
        "The database",
        conversation.redis_database,
        (ADDRESS, REDIS),
        command=inspections.DATABASE,
    ),
    Check(
        "redis-ping",
        "PING from this host",
        conversation.redis_ping,
        _WAY,
        command=inspections.PING,
    ),
    Check(
        "redis-ping-inside",
        "PING inside the Redis container",
        conversation.redis_ping_inside,
        (INSIDE,),
        "redis-container",
        command=inspections.PING_INSIDE,
    ),
    Check(
        "redis-ping-orchestrator",
        "PING from the orchestrator's container",
        conversation.redis_ping_orchestrator,
        (ADDRESS, ORCHESTRATOR, ORCHESTRATOR_VIEW),
        "orchestrator-container",
        command=inspections.PING_ORCHESTRATOR,
    ),
    Check(
        "redis-identity",
        "Whether it is the right Redis",
        conversation.redis_identity,
        (REDIS, INSIDE, LISTENERS, CONTAINER),
        command=inspections.IDENTITY,
    ),
    Check(
        "python-client",
        "The connection from Python",
        conversation.python_client,
        (ADDRESS, REDIS),
        command=inspections.PYTHON,
    ),
    # its use
    Check(
        "redis-read",
        "Reading registrations",
        use.redis_read,
        (ADDRESS, REDIS),
        command=inspections.READ,
    ),
    Check(
        "redis-write",
        "Writing",
        use.redis_write,
        (ADDRESS, REDIS),
        command=inspections.WRITE,
    ),
    Check(
        "redis-latency",
        "Latency",
        use.redis_latency,
        (REDIS, ORCHESTRATOR_VIEW),
        command=inspections.LATENCY,
    ),
    # the server
    Check(
        "redis-role",
        "Role",
        server.redis_role,
        (REDIS, INSIDE),
        command=inspections.of_server("ROLE"),
    ),
    Check(
        "redis-memory",
        "Memory",
        server.redis_memory,
        (REDIS, INSIDE),
        command=inspections.of_server("INFO", "memory"),
    ),
    Check(
        "redis-clients",
        "Clients",
        server.redis_clients,
        (REDIS, INSIDE),
        command=inspections.of_server("INFO", "clients"),
    ),
    Check(
        "redis-persistence",
        "Persistence",
        server.redis_persistence,
        (REDIS, INSIDE),
        command=inspections.of_server("INFO", "persistence"),
    ),
    Check(
        "redis-stats",
        "Statistics",
        server.redis_stats,
        (REDIS, INSIDE),
        command=inspections.of_server("INFO", "stats"),
    ),
    Check(
        "redis-slowlog",
        "Slow commands",
        server.redis_slowlog,
        (REDIS,),
        command=inspections.of_server("SLOWLOG", "GET", "10"),
    ),
    # Docker
    Check(
        "docker-access",
        "Docker",
        container.docker_access,
        (DOCKER, *_WAY),
        command=docker.ENGINE,
    ),
    Check(
        "redis-container",
        "The Redis container",
        container.redis_container,
        (*_DOCKER, *_WAY),
        command=docker.CONTAINER,
    ),
    Check(
        "redis-container-health",
        "The container's health",
        container.redis_container_health,
        _DOCKER,
        command=docker.inspected(".State.Health"),
    ),
    Check(
        "redis-container-ports",
        "The container's ports",
        container.redis_container_ports,
        (*_DOCKER, ADDRESS),
        command=docker.PORTS,
    ),
    Check(
        "redis-logs",
        "The log",
        history.redis_logs,
        (LOGS, CONTAINER),
        command=docker.CONTAINER_LOG,
    ),
    Check(
        "container-events",
        "Events",
        history.container_events,
        (EVENTS, CONTAINER),
        command=docker.EVENTS,
    ),
    Check(
        "docker-network",
        "The Docker network",
        network.docker_network,
        (NETWORK, CONTAINER, ORCHESTRATOR),
        command=docker.NETWORK_OR_ALL,
    ),
    Check(
        "redis-process",
        "The Redis process",
        container.redis_process,
        (PROCESS,),
        "redis-container",
        command=docker.PROCESSES,
    ),
    # workers
    Check(
        "worker-registrations",
        "Worker registrations",
        workers.worker_registrations,
        (REDIS, REGISTRATIONS),
        command=inspections.REGISTRATIONS,
    ),
    Check(
        "worker-details",
        "Each worker's entry",
        workers.worker_details,
        (REDIS, REGISTRATIONS),
        command=inspections.REGISTRATION,
    ),
    Check(
        "worker-registration-watch",
        "Whether registrations change",
        workers.worker_registration_watch,
        (REDIS, REGISTRATIONS),
        command=inspections.REGISTRATIONS_WATCHED,
    ),
    # prevention: never part of the verdict
    Check(
        "prevention-preflight",
        "Pre-flight",
        prevention.preflight,
        (CONFIG, NAME, *_WAY, *_DOCKER),
        command=inspections.PREFLIGHT,
    ),
    Check(
        "prevention-healthcheck",
        "Health check",
        prevention.healthcheck,
        _DOCKER,
        command=docker.inspected(".Config.Healthcheck"),
    ),
    Check(
        "prevention-monitoring",
        "Monitoring",
        prevention.monitoring,
        _DOCKER,
        command=docker.inspected(".HostConfig.RestartPolicy"),
    ),
    Check(
        "prevention-pooling",
        "Connection pool",
        prevention.pooling,
        (CONFIG, REDIS),
        command=environment.FILE,
    ),
    Check(
        "prevention-persistence",
        "Persistent storage",
        prevention.persistence,
        (REDIS, CONTAINER),
        command=docker.inspected(".Mounts"),
    ),
)
