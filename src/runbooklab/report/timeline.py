"""What happened when, from the evidence: one lane a source, on a scale that gets finer towards now."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.evidence import Evidence
from runbooklab.observe.docker.records import Container
from runbooklab.report.moments import parse
from runbooklab.report.plain import count, shortened
from runbooklab.report.words import STATUSES, duration, worst

#: At most so many moments a lane, the newest.
LANE_LIMIT = 60

#: So many moments are listed first; the whole list is folded.
NOTABLE_LIMIT = 8

#: Marks closer than this are one, in per cent of the width.
_APART = 1.0

LANES = ("Container", "Redis", "Log", "Slow log", "Workers", "This run")

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
        return self.lane in ("Log", "Slow log")


@dataclass(frozen=True)
class Mark:
    """What is drawn of moments that lie too close together to be told apart."""

    left: float
    status: str  # the worst of theirs
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class Timeline:
    lanes: tuple[tuple[str, tuple[Moment, ...]], ...]
    moments: tuple[Moment, ...]  # all of them, in order
    ticks: tuple[tuple[float, str], ...]  # per cent of the width, "10 min"
    cut: int  # moments left out
    run_left: float  # where this run begins; it ends at the right end

    @property
    def marks(self) -> tuple[tuple[str, tuple[Mark, ...]], ...]:
        """Lane -> what is drawn in it, the worst last, so that it lies on top."""
        return tuple((lane, _marks(moments)) for lane, moments in self.lanes)

    @property
    def notable(self) -> tuple[Moment, ...]:
        """The moments to list first, in order: the bad ones before the others, the newest before the old."""
        told = sorted(
            range(len(self.moments)),
            key=lambda index: (self.moments[index].status not in ("critical", "warning"), -index),
        )
        return tuple(self.moments[index] for index in sorted(told[:NOTABLE_LIMIT]))


def timeline(diagnosis: Diagnosis, evidence: Evidence | None) -> Timeline | None:
    """The timeline, or None where nothing but this run has a time."""
    end = parse(diagnosis.finished_at)
    if evidence is None or end is None:
        return None
    seen = [moment for tell in _SOURCES for moment in tell(evidence)]
    if not seen:
        return None
    seen += _run(diagnosis)
    by_lane = {lane: sorted((m for m in seen if m.lane == lane), key=lambda m: m.at) for lane in LANES}
    told = {lane: _gathered(moments) for lane, moments in by_lane.items()}
    kept = sorted((m for moments in told.values() for m in moments[-LANE_LIMIT:]), key=lambda m: m.at)
    oldest = max((end - kept[0].at).total_seconds(), 60.0)
    placed = tuple(replace(m, left=_place((end - m.at).total_seconds(), oldest)) for m in kept)
    lanes = ((lane, tuple(m for m in placed if m.lane == lane)) for lane in LANES)
    return Timeline(
        lanes=tuple((lane, moments) for lane, moments in lanes if moments),
        moments=placed,
        ticks=tuple(_ticks(oldest)),
        cut=sum(map(len, told.values())) - len(kept),
        run_left=_place((end - (parse(diagnosis.started_at) or end)).total_seconds(), oldest),
    )


def _gathered(moments: Iterable[Moment]) -> list[Moment]:
    """Moments of one lane in order; neighbours that say the same are one, the newest."""
    gathered = []
    for _, alike in groupby(moments, key=_said):
        first, *rest = alike
        last = rest[-1] if rest else first
        times = f" ({len(rest) + 1:,} times since {first.at:%Y-%m-%d %H:%M:%S})" if rest else ""
        gathered.append(replace(last, text=last.text + times))
    return gathered


def _said(moment: Moment) -> tuple[str, str]:
    """What a moment says; a machine's lines say the same where only their numbers differ."""
    return moment.status, _NUMBERS.sub("0", moment.text) if moment.quoted else moment.text


_NUMBERS = re.compile(r"[0-9]+(?:[.:][0-9]+)*")


def _marks(moments: Iterable[Moment]) -> tuple[Mark, ...]:
    close: list[list[Moment]] = []
    for moment in moments:
        if close and moment.left - close[-1][0].left < _APART:
            close[-1].append(moment)
        else:
            close.append([moment])
    marks = (Mark(m[0].left, worst(one.status for one in m), tuple(m)) for m in close)
    return tuple(sorted(marks, key=lambda mark: STATUSES.index(mark.status), reverse=True))


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
        yield from _health(look.found)


def _health(container: Container) -> Iterator[Moment]:
    for run in container.health_log:
        said = f": {run.output.strip()}" if run.output.strip() else ""
        passed = run.exit_code == 0
        what = "health check passed" if passed else f"health check failed, exit code {run.exit_code}{said}"
        yield from _at(run.at, "Container", f"{container.name}: {what}", "ok" if passed else "warning")


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
        yield from _saved(info, started)


def _saved(info: Mapping[str, str], started: datetime) -> Iterator[Moment]:
    """When the data was last written to disk. Where nothing was, INFO names the start of Redis."""
    told = info.get("rdb_last_save_time", "")
    if not told.isdigit() or not 10**8 < int(told) < 10**11:
        return
    at = datetime.fromtimestamp(int(told), UTC)
    if at - started > timedelta(seconds=2):
        yield Moment(at, "Redis", "data saved to disk (RDB)", "ok")


def _slow_log(evidence: Evidence) -> Iterator[Moment]:
    talk = evidence.redis.value
    for command in talk.slow_commands if talk else ():
        took = duration(command.duration_us / 1_000)
        yield from _at(command.at, "Slow log", f"{took}: {command.command}", "warning")


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


_SOURCES: tuple[Callable[[Evidence], Iterator[Moment]], ...] = (
    _container, _redis, _log, _slow_log, _workers,
)  # fmt: skip
