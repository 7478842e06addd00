"""Health checks and the order of start."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.container.probes.table import ORCHESTRATOR
from runbooklab.domains.container.readings.containers import container, known_containers, orchestrator
from runbooklab.domains.redis.causes.preconditions import of_container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client_outcome import client_outcome
from runbooklab.domains.redis.readings.logs import quote, said
from runbooklab.domains.redis.thresholds import START_RACE_S
from runbooklab.observe.docker.records import Container
from runbooklab.words import seconds_between

#: What ``redis-cli ping`` prints, with exit status 0, while Redis cannot be used.
NOT_HEALTHY = ("NOAUTH", "MISCONF", "LOADING", "MASTERDOWN", "WRONGPASS", "NOPERM")

PROJECT = "com.docker.compose.project"


def _dependents(e: Evidence, found: Container) -> list[Container]:
    """Containers of the same Compose project, and the orchestrator's, that were created and never started."""
    project = found.labels.get(PROJECT)
    client = orchestrator(e)
    waiting = [
        candidate
        for candidate in known_containers(e)
        if candidate.state == "created"
        and candidate.name != found.name
        and (candidate is client or (project and candidate.labels.get(PROJECT) == project))
    ]
    return list({dependent.name: dependent for dependent in waiting}.values())


@of_container
def dependency_unhealthy(e: Evidence, found: Container) -> Ruling:
    if found.health != "unhealthy":
        return RuledOut(f"The health of container {found.name}: {found.health or 'no health check'}.")
    waiting = _dependents(e, found)
    last = found.health_log[-1] if found.health_log else None
    log = f" Its last check ended with {last.exit_code}: {quote(last.output.strip(), 100)}." if last else ""
    if not waiting and client_outcome(e) != "pong":
        return RuledOut("Redis itself does not answer; its health check only says so.")
    held = f" {', '.join(dependent.name for dependent in waiting)} never started." if waiting else ""
    return Supported(
        f"Container {found.name} is unhealthy.{log}{held}",
        ("redis-container-health",),
        0.9 if waiting else 0.8,
        f"The health check of container {found.name} fails"
        + (
            f", so {', '.join(dependent.name for dependent in waiting)} never started."
            if waiting
            else ", although Redis answers."
        ),
    )


@of_container
def healthcheck_false_healthy(e: Evidence, found: Container) -> Ruling:
    if found.health != "healthy" or not found.health_log:
        return RuledOut(f"The health of container {found.name}: {found.health or 'no health check'}.")
    output = found.health_log[-1].output
    code = next((code for code in NOT_HEALTHY if code in output), "")
    if not code:
        return RuledOut("The health check's last output holds no error.")
    return Supported(
        f"Docker calls container {found.name} healthy while its health check prints {code}: "
        "redis-cli ping exits with 0 on errors too.",
        ("redis-container-health", "prevention-healthcheck"),
        0.95,
        f"The health check of container {found.name} is blind: it prints {code} and passes.",
    )


@needs(ORCHESTRATOR)
def startup_race(e: Evidence) -> Ruling:
    if client_outcome(e) not in (None, "pong"):
        return RuledOut("Redis does not answer; that comes first.")
    client = orchestrator(e)
    if client is None or client.state != "exited" or not client.exit_code:
        return RuledOut("The orchestrator's container has not failed.")
    found = container(e)
    ready = (
        next((line.at for line in e.logs.value.lines if line.text == said(e, "ready")), "")
        if e.logs.value
        else ""
    )
    began = ready or (found.started_at if found else "")
    between = seconds_between(client.finished_at, began)
    if between is None:
        return Untested("Not observed: when Redis was ready.")
    if not 0 <= between < START_RACE_S:
        return RuledOut(f"Container {client.name} ended {-between:.0f} s after Redis was ready.")
    return Supported(
        f"Container {client.name} exited with code {client.exit_code} at {client.finished_at}, "
        f"{between:.0f} s before Redis was ready.",
        ("redis-container", "container-events"),
        0.88,
        f"The orchestrator started before Redis was ready and gave up: container {client.name} has to "
        "be started again.",
    )
