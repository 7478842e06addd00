"""Which container was observed, how it is set up, and on which engine."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.readings.containers import container
from runbooklab.model.drawing import Fact
from runbooklab.observe.docker.records import Container
from runbooklab.words import moment, size


def identity(e: Evidence) -> Iterator[Fact]:
    """What was observed of them."""
    look, found = e.container.value, container(e)
    if found is not None:
        yield from _of(found)
    elif look is not None:
        yield Fact("Container", f"{look.name} does not exist")
    if e.docker.value:
        yield Fact("Docker engine", e.docker.value.server_version)


def _of(found: Container) -> Iterator[Fact]:
    is_over = found.state == "exited"
    yield Fact("Container", found.name)
    yield Fact("Container id", found.id[:12])
    yield Fact("Container image", found.image)
    yield Fact("Container state", f"{found.state}, code {found.exit_code}" if is_over else found.state)
    yield Fact("Container created", found.created_at)
    yield Fact("Container started", found.started_at if moment(found.started_at) else "never")
    yield Fact("Container health", found.health or "no health check")
    yield Fact("Restart policy", found.restart_policy)
    yield Fact("Container command", " ".join(found.command))
    yield Fact("Container networks", ", ".join(sorted(each.network for each in found.networks)) or "none")
    yield Fact("Published ports", ", ".join(_published(found)) or "none")
    limit = found.memory_limit_bytes
    yield Fact("Container memory limit", size(limit) if limit else "none")


def _published(found: Container) -> list[str]:
    return sorted(
        f"{port.host_ip}:{port.host_port}->{port.container_port}/{port.protocol}"
        for port in found.ports_asked
        if port.host_port is not None
    )
