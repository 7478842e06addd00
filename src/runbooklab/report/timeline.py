"""What happened when: one lane per source, on a scale that gets finer towards now."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.model.conclusions import AuditEntry, Diagnosis, Status, rank, worst
from runbooklab.model.drawing import Moment
from runbooklab.report.plain import shortened
from runbooklab.words import count, in_utc, moment

#: At most so many moments a lane, the newest.
LANE_LIMIT = 60

#: So many moments are listed first; the whole list is folded.
NOTABLE_LIMIT = 8

#: Marks closer than this are one, in per cent of the width.
_APART = 1.0

#: Longest text of a moment; a log line stands whole in its section.
TEXT_LIMIT = 240

#: The lane of what the run itself did, the last one.
OWN_LANE = "This run"

_TICKS = (
    (7 * 86_400, "7 days"), (86_400, "1 day"), (6 * 3_600, "6 h"), (3_600, "1 h"),
    (600, "10 min"), (60, "1 min"), (10, "10 s"),
)  # fmt: skip
_FINEST_S = 5.0


class Placed(Moment, frozen=True):
    """A moment with its place in the picture."""

    left: float = 0.0  # per cent of the width


class Mark(Struct, frozen=True):
    """The mark for moments that are too close together to draw apart."""

    left: float
    status: str  # the worst of theirs
    moments: tuple[Placed, ...]


class Timeline(Struct, frozen=True):
    lanes: tuple[tuple[str, tuple[Placed, ...]], ...]
    moments: tuple[Placed, ...]  # all of them, in order
    ticks: tuple[tuple[float, str], ...]  # per cent of the width, "10 min"
    cut: int  # moments left out
    run_left: float  # where this run begins; it ends at the right end

    @property
    def marks(self) -> tuple[tuple[str, tuple[Mark, ...]], ...]:
        """Lane -> what is drawn in it, the worst last, so that it lies on top."""
        return tuple((lane, _marks(moments)) for lane, moments in self.lanes)

    @property
    def notable(self) -> tuple[Placed, ...]:
        """The moments to list first, in order: the bad ones before the others, the newest before the old."""
        by_weight = sorted(
            range(len(self.moments)),
            key=lambda index: (self.moments[index].status not in ("critical", "warning"), -index),
        )
        return tuple(self.moments[index] for index in sorted(by_weight[:NOTABLE_LIMIT]))


def timeline(diagnosis: Diagnosis, moments: Iterable[Moment]) -> Timeline | None:
    """The timeline of a run and of ``moments``; None if there are none: the run alone is no timeline."""
    end = moment(diagnosis.finished_at)
    seen = [*_usable(moments)]
    if end is None or not seen:
        return None
    seen += _of_run(diagnosis)
    by_lane: dict[str, list[Moment]] = {}
    for each in seen:
        by_lane.setdefault(each.lane, []).append(each)
    lanes = {lane: _gathered(sorted(own, key=_time)) for lane, own in by_lane.items()}
    kept = sorted((each for own in lanes.values() for each in own[-LANE_LIMIT:]), key=_time)
    oldest_s = max((end - kept[0].at).total_seconds(), 60.0)
    placed = tuple(_placed(each, _place((end - each.at).total_seconds(), oldest_s)) for each in kept)
    return Timeline(
        lanes=tuple((lane, tuple(each for each in placed if each.lane == lane)) for lane in lanes),
        moments=placed,
        ticks=tuple(_ticks(oldest_s)),
        cut=sum(map(len, lanes.values())) - len(kept),
        run_left=_place((end - (moment(diagnosis.started_at) or end)).total_seconds(), oldest_s),
    )


def _usable(moments: Iterable[Moment]) -> Iterator[Moment]:
    for each in moments:
        at = in_utc(each.at)
        if at is not None:
            yield replace(each, at=at, text=shortened(each.text, TEXT_LIMIT))


def _time(each: Moment) -> datetime:
    return each.at


def _placed(each: Moment, left: float) -> Placed:
    return Placed(each.at, each.lane, each.text, each.status, each.quoted, left)


def _gathered(moments: Iterable[Moment]) -> list[Moment]:
    """Moments of one lane in order; neighbours that say the same are one, the newest."""
    gathered = []
    for _, alike in groupby(moments, key=_said):
        first, *rest = alike
        last = rest[-1] if rest else first
        times = f" ({len(rest) + 1:,} times since {first.at:%Y-%m-%d %H:%M:%S})" if rest else ""
        gathered.append(replace(last, text=last.text + times))
    return gathered


def _said(each: Moment) -> tuple[str, str]:
    """What a moment says; a machine's lines say the same if only their numbers differ."""
    return each.status, _NUMBERS.sub("0", each.text) if each.quoted else each.text


_NUMBERS = re.compile(r"[0-9]+(?:[.:][0-9]+)*")


def _marks(moments: Iterable[Placed]) -> tuple[Mark, ...]:
    close: list[list[Placed]] = []
    for each in moments:
        if close and each.left - close[-1][0].left < _APART:
            close[-1].append(each)
        else:
            close.append([each])
    marks = (Mark(near[0].left, worst(each.status for each in near), tuple(near)) for near in close)
    return tuple(sorted(marks, key=lambda mark: rank(mark.status), reverse=True))


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


def act_in_words(act: AuditEntry) -> str:
    """What a moment says of an act."""
    return f"{act.outcome}: {act.command}"


def act_status(act: AuditEntry) -> Status:
    """How a moment of an act is drawn."""
    return "ok" if act.outcome == "done" else "warning"


def _of_run(diagnosis: Diagnosis) -> Iterator[Moment]:
    yield from _own(diagnosis.started_at, "run started")
    for act in diagnosis.audit:
        yield from _own(act.at, act_in_words(act), act_status(act))
    checks = count(len(diagnosis.findings), "finding")
    yield from _own(diagnosis.finished_at, f"run finished, {checks}: {diagnosis.verdict}")


def _own(text: str, what: str, status: Status = "skipped") -> Iterator[Moment]:
    at = moment(text)
    if at:
        yield Moment(at, OWN_LANE, shortened(what, TEXT_LIMIT), status)
