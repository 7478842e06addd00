"""The orchestrator's own container: is it there, does it run, and what did its log say last."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.container.exit_codes import ASKED_TO_STOP
from runbooklab.domains.container.probes.table import ORCHESTRATOR
from runbooklab.domains.container.readings.containers import is_running, orchestrator
from runbooklab.domains.container.readings.restarts import restarts_now
from runbooklab.domains.redis.causes.compose import dependency_unhealthy, startup_race
from runbooklab.domains.redis.causes.preconditions import Judge
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client_log import telling_line
from runbooklab.domains.redis.readings.logs import quote
from runbooklab.observe.docker.records import Container
from runbooklab.words import ago

BECAUSE = ("redis-ping-orchestrator",)


def of_orchestrator(judge: Callable[[Evidence, Container], Ruling]) -> Judge:
    """For judges of the orchestrator's container: hands it over, if one is named and there."""

    @wraps(judge)
    def judged(e: Evidence) -> Ruling:
        if not e.target.orchestrator_container:
            return RuledOut("No orchestrator container is named.")
        if e.orchestrator.value is None:
            return Untested(why_missing(e, ORCHESTRATOR))
        found = orchestrator(e)
        if found is None:
            return RuledOut(f"There is no container {e.target.orchestrator_container}.")
        return judge(e, found)

    return judged


def orchestrator_missing(e: Evidence) -> Ruling:
    name, look = e.target.orchestrator_container, e.orchestrator.value
    if not name:
        return RuledOut("No orchestrator container is named.")
    if look is None:
        return Untested(why_missing(e, ORCHESTRATOR))
    if look.found is not None:
        return RuledOut(f"Container {look.found.name} exists.")
    return Supported(
        f"The Docker engine knows no container named {name}, and no Compose service of that name.",
        BECAUSE,
        0.93,
        f"The orchestrator's container {name} does not exist, so nothing of it can be inspected.",
    )


@of_orchestrator
def orchestrator_paused(_: Evidence, found: Container) -> Ruling:
    if found.state != "paused":
        return RuledOut(f"Container {found.name} is {found.state}.")
    return Supported(
        f"Container {found.name} is paused: it does nothing, and notices nothing of Redis.",
        BECAUSE,
        0.97,
        f"The orchestrator is frozen because its container {found.name} is paused.",
    )


@of_orchestrator
def orchestrator_restarting(e: Evidence, found: Container) -> Ruling:
    look = e.orchestrator.value
    assert look is not None
    if not restarts_now(look):
        return RuledOut(f"Container {found.name} is {found.state}, restarted {found.restart_count} times.")
    count = max(found.restart_count, look.restart_count_later or 0)
    return Supported(
        f"Container {found.name} has been restarted {count} times and keeps ending"
        + ("" if is_running(found) else f", exit code {found.exit_code}")  # it is 0 while it runs
        + f".{_log_says(e)}",
        BECAUSE,
        0.95,
        f"The orchestrator keeps crashing: Docker has restarted container {found.name} {count} times."
        f"{_log_says(e)}",
    )


@of_orchestrator
def orchestrator_stopped(e: Evidence, found: Container) -> Ruling:
    look = e.orchestrator.value
    if is_running(found) or found.state == "restarting" or (look and look.state_later == "restarting"):
        return RuledOut(f"Container {found.name} is {found.state}.")
    known = (startup_race(e), dependency_unhealthy(e))
    if any(isinstance(ruling, Supported) for ruling in known):
        return RuledOut(f"Why container {found.name} does not run is known: Redis was not ready for it.")
    untold = next((ruling for ruling in known if isinstance(ruling, Untested)), None)
    if untold is not None:
        return untold
    if found.state == "created":
        error = f": {quote(found.error)}" if found.error else ""
        return Supported(
            f"Container {found.name} was created and does not run{error}.",
            BECAUSE,
            0.95,
            f"The orchestrator was never started: container {found.name} does not run{error}.",
        )
    when = f" {ago(found.finished_at, e.gathered_at)}" if found.finished_at else ""
    memory = " at its memory limit" if found.oom_killed else ""
    asked = found.exit_code in ASKED_TO_STOP and not found.oom_killed
    return Supported(
        f"Container {found.name} is {found.state} with code {found.exit_code}{memory}.{_log_says(e)}",
        BECAUSE,
        0.9,
        f"The orchestrator does not run: container {found.name} ended{when} with code "
        f"{found.exit_code}{memory}.{_log_says(e)}",
        severity="warning" if asked else None,
    )


# --- its log ----------------------------------------------------------------------------------------


def _log_says(e: Evidence) -> str:
    line = telling_line(e)
    return f" Its log says {quote(line)}." if line else ""
