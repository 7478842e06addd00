"""What happened to Redis and its workers, for the timeline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import info
from runbooklab.model.conclusions import Status
from runbooklab.model.drawing import Moment, moment_at
from runbooklab.words import duration_ms, moment


def moments(e: Evidence) -> Iterator[Moment]:
    """Its start and last save, its log, its slow log, and its workers' heartbeats: a lane each."""
    yield from _server(e)
    yield from _log(e)
    yield from _slow_log(e)
    yield from _workers(e)


def _server(e: Evidence) -> Iterator[Moment]:
    values, seen = info(e), moment(e.gathered_at)
    if seen and values.get("uptime_in_seconds", "").isdigit():
        started = seen - timedelta(seconds=min(int(values["uptime_in_seconds"]), 10**9))
        text = f"Redis {values.get('redis_version', '')} started".replace("  ", " ")
        yield Moment(started, "Redis", text, "ok")
        yield from _saved(values, started)


def _saved(values: Mapping[str, str], started: datetime) -> Iterator[Moment]:
    """When the data was last written to disk. If it never was, INFO gives the start of Redis."""
    saved_at = values.get("rdb_last_save_time", "")
    if not saved_at.isdigit() or not 10**8 < int(saved_at) < 10**11:
        return
    at = datetime.fromtimestamp(int(saved_at), UTC)
    if at - started > timedelta(seconds=2):
        yield Moment(at, "Redis", "data saved to disk (RDB)", "ok")


def _log(e: Evidence) -> Iterator[Moment]:
    severities: dict[str, Status] = {"error": "critical", "warning": "warning"}
    tail = e.logs.value
    for line in tail.lines if tail else ():
        if (line.severity in severities or line.known) and not _BANNER.search(line.text):
            known: Status = "ok" if line.known == "ready" else "skipped"
            status = severities.get(line.severity, known)
            yield from moment_at(line.at, "Log", line.text, status, quoted=True)


#: What Redis 7.0 and older say at their highest level at every start. Source: server.c, main.
_BANNER = re.compile(
    r" # (?:oO0OoO0|Redis version=|Configuration loaded|Server initialized|Warning: no config file)"
)


def _slow_log(e: Evidence) -> Iterator[Moment]:
    talk = e.redis.value
    for command in talk.slow_commands if talk else ():
        took = duration_ms(command.duration_us / 1_000)
        yield from moment_at(command.at, "Slow log", f"{took}: {command.command}", "warning", quoted=True)


def _workers(e: Evidence) -> Iterator[Moment]:
    seen, registrations = moment(e.gathered_at), e.registrations.value
    if seen is None or registrations is None:
        return
    for key in registrations.keys:
        if key.heartbeat_age_s is not None and abs(key.heartbeat_age_s) < 10**9:
            at = seen - timedelta(seconds=key.heartbeat_age_s)
            yield Moment(at, "Workers", f"{key.key}: last heartbeat", "warning" if key.problem else "ok")
