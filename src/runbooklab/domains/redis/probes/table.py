"""All probes, one row each. The order is that of the rungs, for people; they all start at once."""

from __future__ import annotations

from runbooklab.observe.context import Probe

#: The libraries that are imported before a probe's own module.
REDIS, DOCKER = "redis.connection", "docker"

PROBES: tuple[Probe, ...] = (
    Probe("config", "domains.environment.probes.config:config"),
    Probe("address", "domains.environment.probes.address:address"),
    Probe("error-text", "diagnosis.error_text:error_text"),
    Probe("name", "domains.environment.probes.name:name"),
    Probe("tcp", "domains.ports.probes.tcp:tcp"),
    Probe("first-bytes", "domains.ports.probes.tcp:first_bytes"),
    Probe("tls", "domains.redis.probes.tls:tls"),
    Probe("redis", "domains.redis.probes.redis_talk:redis", client=REDIS),
    Probe("registrations", "domains.redis.probes.registrations:registrations", client=REDIS),
    Probe("listeners", "domains.ports.probes.listeners:listeners"),
    Probe("docker", "domains.docker.probes.docker_access:docker_access", client=DOCKER),
    Probe("container", "domains.docker.probes.container:container", client=DOCKER),
    Probe("logs", "domains.docker.probes.logs:logs", client=DOCKER),
    Probe("server-config", "domains.redis.probes.server_config:server_config", client=DOCKER),
    Probe("events", "domains.docker.probes.events:events", client=DOCKER),
    Probe("network", "domains.docker.probes.network:network", client=DOCKER),
    Probe("process", "domains.docker.probes.process:process", client=DOCKER, vantage="redis-container"),
    Probe("bridge-tcp", "domains.ports.probes.tcp:bridge_tcp"),
    Probe("inside", "domains.redis.probes.inside:inside", client=DOCKER, vantage="redis-container"),
    Probe("orchestrator", "domains.docker.probes.container:orchestrator", client=DOCKER),
    Probe("orchestrator-logs", "domains.docker.probes.logs:orchestrator_logs", client=DOCKER),
    Probe(
        "orchestrator-view",
        "domains.redis.probes.inside:orchestrator_view",
        client=DOCKER,
        vantage="orchestrator-container",
    ),
)
