"""All probes, one row each. The order is that of the rungs, for people; they all start at once."""

from __future__ import annotations

from runbooklab.observe.context import Probe

#: The libraries that are imported before a probe's own module.
REDIS, DOCKER = "redis.connection", "docker"

PROBES: tuple[Probe, ...] = (
    Probe("config", "domains.environment.probes.config:config", "the orchestrator's configuration"),
    Probe("address", "domains.environment.probes.address:address", "the Redis URL"),
    Probe("error-text", "diagnosis.error_text:error_text", "an error text"),
    Probe("name", "domains.environment.probes.name:name", "the host name"),
    Probe("tcp", "domains.ports.probes.tcp:tcp", "a connection to the port"),
    Probe("first-bytes", "domains.ports.probes.tcp:first_bytes", "what answers on the port"),
    Probe("tls", "domains.redis.probes.tls:tls", "a TLS handshake"),
    Probe("redis", "domains.redis.probes.redis_talk:redis", "Redis itself", client=REDIS),
    Probe(
        "registrations",
        "domains.redis.probes.registrations:registrations",
        "the worker registrations",
        client=REDIS,
    ),
    Probe("listeners", "domains.ports.probes.listeners:listeners", "who listens on the port"),
    Probe("docker", "domains.docker.probes.docker_access:docker_access", "the Docker engine", client=DOCKER),
    Probe("container", "domains.docker.probes.container:container", "the Redis container", client=DOCKER),
    Probe("logs", "domains.docker.probes.logs:logs", "the log of Redis", client=DOCKER),
    Probe(
        "server-config",
        "domains.redis.probes.server_config:server_config",
        "the server's settings",
        client=DOCKER,
    ),
    Probe("events", "domains.docker.probes.events:events", "the container's events", client=DOCKER),
    Probe("network", "domains.docker.probes.network:network", "the Docker networks", client=DOCKER),
    Probe(
        "process",
        "domains.docker.probes.process:process",
        "the processes in the Redis container",
        client=DOCKER,
        vantage="redis-container",
    ),
    Probe("bridge-tcp", "domains.ports.probes.tcp:bridge_tcp", "a connection to the container's own address"),
    Probe(
        "inside",
        "domains.redis.probes.inside:inside",
        "Redis from inside its container",
        client=DOCKER,
        vantage="redis-container",
    ),
    Probe(
        "orchestrator",
        "domains.docker.probes.container:orchestrator",
        "the orchestrator's container",
        client=DOCKER,
    ),
    Probe(
        "orchestrator-logs",
        "domains.docker.probes.logs:orchestrator_logs",
        "the orchestrator's log",
        client=DOCKER,
    ),
    Probe(
        "orchestrator-view",
        "domains.redis.probes.inside:orchestrator_view",
        "the view from the orchestrator's container",
        client=DOCKER,
        vantage="orchestrator-container",
    ),
)
