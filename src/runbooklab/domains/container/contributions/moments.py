"""What happened to the container, for the timeline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.readings.containers import container
from runbooklab.model.conclusions import Status
from runbooklab.model.drawing import Moment, moment_at
from runbooklab.observe.docker.records import Container, ContainerEvent
from runbooklab.words import moment

LANE = "Container"

_EVENT_STATUS: dict[str, Status] = {"oom": "critical", "kill": "warning", "destroy": "warning", "start": "ok"}


def moments(e: Evidence) -> Iterator[Moment]:
    """The engine's events, and what the container itself says of its past that no event says already."""
    events = e.events.value or ()
    for event in events:
        yield from _event(event)
    found = container(e)
    if found is None:
        return
    reported = [at for event in events if (at := moment(event.at))]
    for milestone in _milestones(found):
        if all(abs(milestone.at - at) > timedelta(seconds=1) for at in reported):
            yield milestone
    yield from _health(found)


def _event(event: ContainerEvent) -> Iterator[Moment]:
    code = event.attributes.get("exitCode", "")
    status = "warning" if "unhealthy" in event.action else _EVENT_STATUS.get(event.action, "skipped")
    if event.action == "die":
        status = "skipped" if code == "0" else "critical"
    what = f"{event.container}: {event.action}" + (f", exit code {code}" if code else "")
    yield from moment_at(event.at, LANE, what, status)


def _milestones(found: Container) -> Iterator[Moment]:
    yield from moment_at(found.created_at, LANE, f"{found.name}: created")
    yield from moment_at(found.started_at, LANE, f"{found.name}: started", "ok")
    if found.state in ("exited", "dead"):
        bad = found.exit_code != 0 or found.oom_killed
        why = ", out of memory" if found.oom_killed else ""
        what = f"{found.name}: exited, code {found.exit_code}{why}"
        yield from moment_at(found.finished_at, LANE, what, "critical" if bad else "warning")


def _health(found: Container) -> Iterator[Moment]:
    for run in found.health_log:
        said = f": {run.output.strip()}" if run.output.strip() else ""
        passed = run.exit_code == 0
        what = "health check passed" if passed else f"health check failed, exit code {run.exit_code}{said}"
        yield from moment_at(run.at, LANE, f"{found.name}: {what}", "ok" if passed else "warning")
