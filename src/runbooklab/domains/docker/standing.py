"""What a verdict on Docker rests on, and the sentence of a healthy one."""

from __future__ import annotations

from runbooklab.domain.verdict import Ground, Standing, always
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.containers import container
from runbooklab.domains.docker.readings.networks import is_on
from runbooklab.words import age, listed

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
    clauses = [f"{engine.engine or 'Docker'} {engine.server_version} answers" if engine else "Docker answers"]
    if found is not None:
        health = f" and is {found.health}" if found.health else ""
        lasts = age(found.started_at, e.gathered_at)
        clauses.append(f"container {found.name} has been running for {lasts}{health}")
    network = e.network.value.found if e.network.value is not None else None
    if network is not None:
        there = "is its network" if found is not None and is_on(found, network.name) else "exists"
        clauses.append(f"{network.name} {there}")
    return f"{listed(clauses)}."


STANDING: Standing[Evidence] = Standing(
    claim="Docker and the container are set up",
    grounds=GROUNDS,
    healthy=healthy_summary,
    validation=("docker-access", "docker-network", "container", "container-health"),
)
