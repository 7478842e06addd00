"""What a verdict on Docker rests on, and the sentence of a healthy one."""

from __future__ import annotations

from runbooklab.domain.verdict import Ground, Standing, always
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.container.readings.networks import is_on
from runbooklab.words import age

GROUNDS: tuple[Ground[Evidence], ...] = (
    Ground("docker-access", "the engine answers"),
    Ground("docker-network", "the named network exists, and the container is on it",
           may_be_skipped=always, skipped_when="if none is named, or nobody chose it"),
    Ground("container", "the named container exists and runs",
           may_be_skipped=always, skipped_when="if none is named"),
    Ground("container-health", "its health check does not fail",
           may_be_skipped=always, skipped_when="if it has none"),
)  # fmt: skip


def healthy_summary(e: Evidence) -> str:
    """What is well, with its numbers: the engine's version, how long the container has been running."""
    engine, found = e.docker.value, container(e)
    network = e.network.value.found if e.network.value is not None else None
    answers = f"{(engine.engine if engine else '') or 'Docker'} {engine.server_version if engine else ''}"
    if found is None:
        exists = f", and network {network.name} exists" if network is not None else ""
        return f"{answers.rstrip()} answers{exists}."
    on = f" on network {network.name}" if network is not None and is_on(found, network.name) else ""
    health = f" and is {found.health}" if found.health else ""
    lasts = age(found.started_at, e.gathered_at)
    return f"{answers.rstrip()} answers, container {found.name} has been running for {lasts}{on}{health}."


STANDING: Standing[Evidence] = Standing(
    claim="Docker and the container are set up",
    grounds=GROUNDS,
    healthy=healthy_summary,
    validation=("docker-access", "docker-network", "container", "container-health"),
)
