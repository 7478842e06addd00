"""All probes, one row each. The order is that of the rungs, for people; they all start at once."""

from __future__ import annotations

from runbooklab.probes.context import Probe

#: The libraries that are imported before a probe's own module.
REDIS, DOCKER = "redis.connection", "docker"

PROBES: tuple[Probe, ...] = (
    Probe("config", "probes.config:config"),
    Probe("address", "probes.address:address"),
    Probe("error-text", "error_text:error_text"),
    Probe("name", "probes.name:name"),
    Probe("tcp", "probes.tcp:tcp"),
    Probe("first-bytes", "probes.tcp:first_bytes"),
    Probe("tls", "probes.tls:tls"),
    Probe("redis", "probes.redis_talk:redis", client=REDIS),
    Probe("registrations", "probes.registrations:registrations", client=REDIS),
    Probe("listeners", "probes.listeners:listeners"),
    Probe("docker", "probes.docker_access:docker_access", client=DOCKER),
    Probe("container", "probes.docker_container:container", client=DOCKER),
    Probe("logs", "probes.docker_logs:logs", client=DOCKER),
    Probe("server-config", "probes.server_config:server_config", client=DOCKER),
    Probe("events", "probes.docker_events:events", client=DOCKER),
    Probe("network", "probes.docker_network:network", client=DOCKER),
    Probe("process", "probes.process:process", client=DOCKER, vantage="redis-container"),
    Probe("bridge-tcp", "probes.tcp:bridge_tcp"),
    Probe("inside", "probes.inside:inside", client=DOCKER, vantage="redis-container"),
    Probe("orchestrator", "probes.docker_container:orchestrator", client=DOCKER),
    Probe("orchestrator-logs", "probes.docker_logs:orchestrator_logs", client=DOCKER),
    Probe(
        "orchestrator-view",
        "probes.inside:orchestrator_view",
        client=DOCKER,
        vantage="orchestrator-container",
    ),
)
