"""A watch in words and tables, for the cell and for the page alike."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from runbooklab.model.conclusions import Table
from runbooklab.model.watched import Curve, Unit, Watched
from runbooklab.words import count, duration, duration_ms, moment, plural, size

#: Comings and goings that are listed; the notebook holds more.
MOST_LISTED = 20


def sentence(watched: Watched) -> str:
    """What was watched for how long, and what came of it."""
    if watched.state == "not-run":
        return watched.note
    target = f"{watched.target} " if watched.target else ""
    if watched.state == "running":
        so_far = f"{duration(watched.lasted_s)} of " if watched.lasted_s else ""
        return f"Watching {target}for {so_far}{duration(watched.asked_s)}{_and_then(changes(watched))}"
    stopped = ", then stopped" if watched.state == "stopped" else ""
    return f"Watched {target}for {duration(watched.lasted_s)}{stopped}{_and_then(changes(watched))}"


def _and_then(sentences: Sequence[str]) -> str:
    return f": {'; '.join(sentences)}." if sentences else "."


def changes(watched: Watched) -> list[str]:
    """What changed meanwhile, a clause each: comings and goings, then silences."""
    clauses = []
    if watched.thing and any(curve.name.startswith(watched.thing.capitalize()) for curve in watched.curves):
        clauses.append(_traffic(watched))
    silent_s = sum(silence.until_s - silence.from_s for silence in watched.silences)
    if watched.silences:
        why = "; ".join(dict.fromkeys(silence.why for silence in watched.silences[:2]))
        lasting = f" for {duration(silent_s)}" if silent_s >= 0.1 else " once"
        clauses.append(f"no answer{lasting} ({why.rstrip('.')})")
    return clauses


def _traffic(watched: Watched) -> str:
    total = len(watched.comings) + watched.more_comings
    if not total:
        there = len(watched.presences) + watched.more_present
        return f"{plural(there, watched.thing)}, none came or went" if there else f"no {watched.thing}s"
    if watched.more_comings:
        return f"{plural(total, f'{watched.thing} came or went', f'{watched.thing}s came or went')}"
    came = sum(coming.what == "came" for coming in watched.comings)
    parts = [f"{number:,} {word}" for number, word in ((came, "came"), (total - came, "went")) if number]
    return f"{watched.thing}s: {', '.join(parts)}"


def tables(watched: Watched) -> tuple[Table, ...]:
    """What came and went, when there was no answer, and each number from its least to its last."""
    found = []
    if watched.comings:
        rows = tuple((_clock(coming.at), coming.what, coming.name) for coming in watched.comings)
        cut = max(len(rows) - MOST_LISTED, 0) + watched.more_comings
        columns = ("Time (UTC)", "What", watched.thing.capitalize())
        found.append(Table(columns, rows[-MOST_LISTED:], cut=cut))
    if watched.curves:
        found.append(
            Table(
                ("Measure", "Least", "Median", "Most", "Last"),
                tuple(_figures(curve) for curve in watched.curves),
            )
        )
    return tuple(found)


def _figures(curve: Curve) -> tuple[str, ...]:
    seen = [value for value in curve.values if value is not None]
    numbers = (min(seen), median(seen), max(seen), seen[-1])
    return (curve.name, *(in_words(number, curve.unit) for number in numbers))


def in_words(number: float, unit: Unit) -> str:
    """A number as a person reads it.

    >>> in_words(0.42, "ms"), in_words(2_097_152.0, "bytes"), in_words(1500.0, "count")
    ('0.4 ms', '2.0 MiB', '1,500')
    """
    if unit == "ms":
        return duration_ms(number)
    return size(int(number)) if unit == "bytes" else f"{number:,.0f}"


def _clock(at: str) -> str:
    when = moment(at)
    return f"{when:%H:%M:%S}" if when else at


def looks(watched: Watched) -> str:
    """How often it was looked at, and when."""
    began = moment(watched.started_at)
    return f"{count(len(watched.moments), 'look')} from {began:%Y-%m-%d %H:%M:%S} UTC" if began else ""
