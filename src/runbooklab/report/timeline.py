"""What happened when, from the evidence: one lane a source, on a scale that gets finer towards now."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from runbooklab.evidence import Container, Evidence
from runbooklab.model import Diagnosis
from runbooklab.report.moments import parse
from runbooklab.report.plain import count, shortened

#: At most so many moments a lane, the newest.
LANE_LIMIT = 60

LANES = ("Container", "Redis", "Log", "Workers", "This run")

_TICKS = (
    (7 * 86_400, "7 days"), (86_400, "1 day"), (6 * 3_600, "6 h"), (3_600, "1 h"),
    (600, "10 min"), (60, "1 min"), (10, "10 s"),
)  # fmt: skip
_FINEST_S = 5.0


@dataclass(frozen=True)
class Moment:
    at: datetime
    lane: str
    text: str
    status: str = "skipped"  # ok | warning | critical; skipped: it happened, that is all
    left: float = 0.0  # per cent of the width

    @property
    def quoted(self) -> bool:
        """Whether its text is a machine's."""
        return self.lane == "Log"


@dataclass(frozen=True)
class Timeline:
    lanes: tuple[tuple[str, tuple[Moment, ...]], ...]
    moments: tuple[Moment, ...]  # all of them, in order
    ticks: tuple[tuple[float, str], ...]  # per cent of the width, "10 min"
    cut: int  # moments left out


def timeline(diagnosis: Diagnosis, evidence: Evidence | None) -> Timeline | None:
    """The timeline, or None where nothing but this run has a time."""
    end = parse(diagnosis.finished_at)
    if evidence is None or end is None:
        return None
    seen = [*_container(evidence), *_redis(evidence), *_log(evidence), *_workers(evidence)]
    if not seen:
        return None
    seen += _run(diagnosis)
    kept = [moment for lane in LANES for moment in _newest(moment for moment in seen if moment.lane == lane)]
    kept.sort(key=lambda moment: moment.at)
    oldest = max((end - kept[0].at).total_seconds(), 60.0)
    placed = tuple(
        Moment(
            moment.at,
            moment.lane,
            moment.text,
            moment.status,
            _place((end - moment.at).total_seconds(), oldest),
        )
        for moment in kept
    )
    lanes = tuple((lane, tuple(moment for moment in placed if moment.lane == lane)) for lane in LANES)
    return Timeline(
        tuple((lane, moments) for lane, moments in lanes if moments),
        placed,
        tuple(_ticks(oldest)),
        len(seen) - len(kept),
    )


def _newest(moments: Iterable[Moment]) -> list[Moment]:
    return sorted(moments, key=lambda moment: moment.at)[-LANE_LIMIT:]


def _place(age_s: float, oldest_s: float) -> float:
    """Per cent from the left: the logarithm of the age, now at the right end."""
    return round(98.5 - 97 * math.log1p(max(age_s, 0) / _FINEST_S) / math.log1p(oldest_s / _FINEST_S), 1)


def _ticks(oldest_s: float) -> Iterator[tuple[float, str]]:
    last = -100.0
    for age, label in _TICKS:
        place = _place(age, oldest_s)
        if age <= oldest_s and place - last >= 10 and place < 92:
            last = place
            yield place, label


#: Longest text of a moment; a log line stands whole in its section.
TEXT_LIMIT = 240


def _at(text: str, lane: str, what: str, status: str = "skipped") -> Iterator[Moment]:
    moment = parse(text)
    if moment:
        yield Moment(moment, lane, shortened(what, TEXT_LIMIT), status)


_EVENT_STATUS = {"oom": "critical", "die": "warning", "kill": "warning", "destroy": "warning", "start": "ok"}


def _container(evidence: Evidence) -> Iterator[Moment]:
    events = evidence.events.value or ()
    for event in events:
        code = event.attributes.get("exitCode", "")
        status = "warning" if "unhealthy" in event.action else _EVENT_STATUS.get(event.action, "skipped")
        if event.action == "die":
            status = "skipped" if code == "0" else "critical"
        what = f"{event.container}: {event.action}" + (f", exit code {code}" if code else "")
        yield from _at(event.at, "Container", what, status)
    look = evidence.container.value
    if look and look.found:
        told = [at for event in events if (at := parse(event.at))]
        for moment in _milestones(look.found):
            if all(abs(moment.at - at) > timedelta(seconds=1) for at in told):
                yield moment


def _milestones(container: Container) -> Iterator[Moment]:
    name = container.name
    yield from _at(container.created_at, "Container", f"{name}: created")
    yield from _at(container.started_at, "Container", f"{name}: started", "ok")
    if container.state in ("exited", "dead"):
        bad = container.exit_code != 0 or container.oom_killed
        why = ", out of memory" if container.oom_killed else ""
        what = f"{name}: exited, code {container.exit_code}{why}"
        yield from _at(container.finished_at, "Container", what, "critical" if bad else "warning")


def _redis(evidence: Evidence) -> Iterator[Moment]:
    talk, inside, seen = evidence.redis.value, evidence.inside.value, parse(evidence.gathered_at)
    info = (talk.info if talk else {}) or (inside.info if inside else {})
    if seen and info.get("uptime_in_seconds", "").isdigit():
        started = seen - timedelta(seconds=min(int(info["uptime_in_seconds"]), 10**9))
        yield Moment(
            started, "Redis", f"Redis {info.get('redis_version', '')} started".replace("  ", " "), "ok"
        )
    for command in (talk.slow_commands if talk else ())[:LANE_LIMIT]:
        yield from _at(
            command.at, "Redis", f"slow command, {command.duration_us / 1_000:.1f} ms: {command.command}"
        )


def _log(evidence: Evidence) -> Iterator[Moment]:
    status = {"error": "critical", "warning": "warning"}
    tail = evidence.logs.value
    for line in tail.lines if tail else ():
        if (line.severity in status or line.known) and not _BANNER.search(line.text):
            known = "ok" if line.known == "ready" else "skipped"
            yield from _at(line.at, "Log", line.text, status.get(line.severity, known))


#: What Redis 7.0 and older say at their highest level at every start. Source: server.c, main.
_BANNER = re.compile(
    r" # (?:oO0OoO0|Redis version=|Configuration loaded|Server initialized|Warning: no config file)"
)


def _workers(evidence: Evidence) -> Iterator[Moment]:
    seen, registrations = parse(evidence.gathered_at), evidence.registrations.value
    for key in registrations.keys if registrations and seen else ():
        if key.heartbeat_age_s is not None and seen and abs(key.heartbeat_age_s) < 10**9:
            at = seen - timedelta(seconds=key.heartbeat_age_s)
            yield Moment(at, "Workers", f"{key.key}: last heartbeat", "warning" if key.problem else "ok")


def _run(diagnosis: Diagnosis) -> Iterator[Moment]:
    yield from _at(diagnosis.started_at, "This run", "run started")
    for act in diagnosis.audit:
        status = "ok" if act.outcome == "done" else "warning"
        yield from _at(act.at, "This run", f"{act.outcome}: {act.command}", status)
    checks = count(len(diagnosis.findings), "finding")
    yield from _at(diagnosis.finished_at, "This run", f"run finished, {checks}: {diagnosis.verdict}")
