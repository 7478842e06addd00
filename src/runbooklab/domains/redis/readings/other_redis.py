"""Redis containers that run here besides the one that is meant."""

from __future__ import annotations

from runbooklab.domains.address.meant import is_redis_like
from runbooklab.domains.container.meant import is_default
from runbooklab.domains.container.readings.containers import bindings, container, is_running, others
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.observe.docker.records import Container
from runbooklab.words import listed


def other_redis(e: Evidence) -> tuple[Container, ...]:
    """The Redis containers that run here, if nobody has said which one is meant."""
    if container(e) is not None or not is_default(e.target, "redis_container"):
        return ()
    return tuple(other for other in others(e) if is_running(other) and is_redis_like(other))


def ports_of(containers: tuple[Container, ...]) -> str:
    """Names of containers, each with the ports of this host that it has."""
    return listed([f"{found.name} ({_published(found)})" for found in containers])


def _published(found: Container) -> str:
    ports = sorted({binding.host_port for binding in bindings(found) if binding.host_port})
    return f"port {listed([str(port) for port in ports])}" if ports else "no port published"
