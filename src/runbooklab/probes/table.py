"""All probes, one row each. The order is that of the rungs, for people; they all start at once."""

from __future__ import annotations

from runbooklab.probes.context import Probe

PROBES: tuple[Probe, ...] = (
    Probe("config", "probes.config:config"),
    Probe("address", "probes.address:address"),
    Probe("error-text", "error_text:error_text"),
    Probe("name", "probes.name:name"),
    Probe("tcp", "probes.tcp:tcp"),
    Probe("first-bytes", "probes.tcp:first_bytes"),
    Probe("tls", "probes.tls:tls"),
    Probe("redis", "probes.redis_talk:redis"),
    Probe("registrations", "probes.registrations:registrations"),
    Probe("listeners", "probes.listeners:listeners"),
    Probe("docker", "probes.docker_access:docker_access"),
    Probe("container", "probes.docker_container:container"),
    Probe("logs", "probes.docker_logs:logs"),
    Probe("events", "probes.docker_events:events"),
    Probe("network", "probes.docker_network:network"),
    Probe("process", "probes.process:process", vantage="redis-container"),
    Probe("bridge-tcp", "probes.tcp:bridge_tcp"),
    Probe("inside", "probes.inside:inside", vantage="redis-container"),
    Probe("orchestrator", "probes.docker_container:orchestrator"),
    Probe("orchestrator-view", "probes.inside:orchestrator_view", vantage="orchestrator-container"),
)
