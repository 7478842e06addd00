"""What happened before now: the container's log as Redis writes it, and the engine's events."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domains.container.checks import history as docker
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.redis.checks.not_reached import absent_in_docker
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.logs import lines_of_last_run
from runbooklab.model.conclusions import Judgement
from runbooklab.model.observation import LogLine


def redis_logs(e: Evidence) -> Judgement:
    tail, name = e.logs.value, container_name(e)
    if tail is None:
        return absent_in_docker(e, e.logs, f"The log of container {name}" if name else "The log of Redis")
    recent = lines_of_last_run(e)
    said = docker.judged_by_log(e, tail, after_ready(recent), "Redis")
    if said.status == "ok" and any(line.known == "ready" for line in recent):
        ready = "The log says that Redis is ready to accept connections, and no error after that."
        return replace(said, summary=ready)
    return said


def after_ready(lines: tuple[LogLine, ...]) -> tuple[LogLine, ...]:
    """The lines after the last one with which Redis said that it is ready; all if it never did."""
    ready = [index for index, line in enumerate(lines) if line.known == "ready"]
    return lines[ready[-1] + 1 :] if ready else lines


def container_events(e: Evidence) -> Judgement:
    if e.events.value is None:
        return absent_in_docker(e, e.events, docker.events_words(container_name(e)))
    return docker.container_events(e)
