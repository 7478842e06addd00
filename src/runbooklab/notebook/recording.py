"""Looks at a target put together to what was seen of it over time. Pure: no clock, no I/O."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from runbooklab.domain.watcher import Look, Watcher
from runbooklab.model.watched import Coming, Curve, Presence, Silence, Watched, WatchState

#: Things that are followed, and comings and goings that are listed: a notebook holds no more.
MOST_THINGS = 100
MOST_COMINGS = 200
#: Characters of a reason for silence that are kept.
MOST_WHY = 200


class Recording:
    """The looks of one watch that began at ``started_at`` and is meant to last ``asked_s`` seconds."""

    def __init__(self, watcher: Watcher, target: str, started_at: datetime, asked_s: float) -> None:
        self._watcher = watcher
        self._target = target
        self._started_at = started_at.astimezone(UTC)
        self._asked_s = asked_s
        self._moments: list[float] = []
        self._looks: list[Look] = []
        self._spans: dict[str, list[list[float]]] = {}
        self._untold = 0  # things beyond MOST_THINGS
        self._present: frozenset[str] | None = None  # when they could last be seen
        self._unbroken = False  # whether they could be seen at the last look
        self._comings: list[Coming] = []
        self._silences: list[Silence] = []
        self._silent = False
        self._note = ""

    def add(self, after_s: float, look: Look) -> None:
        """``look`` was taken ``after_s`` seconds after the beginning, later than all before."""
        after_s = round(after_s, 2)
        self._moments.append(after_s)
        self._looks.append(look)
        self._note = look.note or self._note
        self._hear(after_s, look)
        if look.present is None:
            self._unbroken = False
            return
        self._compare(after_s, look.present)
        self._follow(after_s, look.present)
        self._present, self._unbroken = look.present, True

    def _hear(self, after_s: float, look: Look) -> None:
        """A silence lasts from the look that got no answer until the one that gets one again."""
        if self._silent:
            begun = self._silences[-1]
            self._silences[-1] = Silence(begun.from_s, after_s, begun.why)
        if look.trouble and not self._silent:
            self._silences.append(Silence(after_s, after_s, look.trouble[:MOST_WHY]))
        self._silent = bool(look.trouble)

    def _compare(self, after_s: float, present: frozenset[str]) -> None:
        if self._present is None:
            return
        at = (self._started_at + timedelta(seconds=after_s)).isoformat(timespec="milliseconds")
        at = at.replace("+00:00", "Z")
        self._comings += [Coming(at, after_s, "went", name) for name in sorted(self._present - present)]
        self._comings += [Coming(at, after_s, "came", name) for name in sorted(present - self._present)]

    def _follow(self, after_s: float, present: frozenset[str]) -> None:
        for name in sorted(present):
            if name not in self._spans and len(self._spans) >= MOST_THINGS:
                continue
            spans = self._spans.setdefault(name, [])
            goes_on = self._unbroken and self._present is not None and name in self._present
            if spans and goes_on:
                spans[-1][1] = after_s
            else:
                spans.append([after_s, after_s])
        self._untold = max(self._untold, len(present) - MOST_THINGS)

    def watched(self, state: WatchState, lasted_s: float) -> Watched:
        """What has been seen in ``lasted_s`` seconds."""
        return Watched(
            target=self._target,
            state=state,
            started_at=self._started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            asked_s=self._asked_s,
            lasted_s=round(lasted_s, 1),
            moments=tuple(self._moments),
            curves=tuple(self._curves()),
            thing=self._watcher.thing,
            presences=tuple(
                Presence(name, tuple((start, end) for start, end in spans))
                for name, spans in self._spans.items()
            ),
            more_present=max(self._untold, 0),
            comings=tuple(self._comings[:MOST_COMINGS]),
            more_comings=max(len(self._comings) - MOST_COMINGS, 0),
            silences=self._silences_until(lasted_s),
            note=self._note,
        )

    def _silences_until(self, lasted_s: float) -> tuple[Silence, ...]:
        """The last one lasts until now if nothing has ended it."""
        if not self._silent:
            return tuple(self._silences)
        *before, last = self._silences
        return (*before, Silence(last.from_s, max(round(lasted_s, 2), last.until_s), last.why))

    def _curves(self) -> list[Curve]:
        """The number of things first, if any could be seen; then what is measured."""
        curves = [
            Curve(name, unit, tuple(look.measures.get(name) for look in self._looks))
            for name, unit in self._watcher.units.items()
        ]
        if self._watcher.thing:
            seen = tuple(None if look.present is None else float(len(look.present)) for look in self._looks)
            curves.insert(0, Curve(f"{self._watcher.thing.capitalize()}s", "count", seen))
        return [curve for curve in curves if any(value is not None for value in curve.values)]
