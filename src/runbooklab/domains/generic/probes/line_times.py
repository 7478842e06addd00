"""The time at the beginning of a log's line, in the shapes that programs write. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

#: Characters of a line in which its time begins.
SEARCHED = 100
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTH = "|".join(_MONTHS)


def _iso(found: re.Match[str], now: datetime) -> datetime:
    zone = found["zone"] or ""
    if zone and zone != "Z" and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:] or '00'}"
    text = f"{found['day'].replace('/', '-')}T{found['clock']}{zone.replace('Z', '+00:00')}"
    return _aware(datetime.fromisoformat(text))


def _named(found: re.Match[str], now: datetime) -> datetime:
    """``01/Dec/2026:11:26:05 +0000``, ``01 Dec 2026 11:26:05``."""
    month = _MONTHS.index(found["month"]) + 1
    clock = datetime.strptime(found["clock"], "%H:%M:%S")  # the date and the zone follow
    at = datetime(
        int(found["year"]), month, int(found["day"]), clock.hour, clock.minute, clock.second
    )  # as above
    zone = found.groupdict().get("zone")
    if not zone:
        return at.astimezone()
    away = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) * (-1 if zone[0] == "-" else 1)
    return (at - away).replace(tzinfo=UTC)


def _syslog(found: re.Match[str], now: datetime) -> datetime:
    """``Dec  1 11:26:05``: of the last twelve months, in this host's zone. Source: RFC 3164, 4.1.2."""
    month = _MONTHS.index(found["month"]) + 1
    clock = datetime.strptime(found["clock"], "%H:%M:%S")  # the date follows
    here = now.astimezone()
    at = here.replace(
        month=1, day=1, hour=clock.hour, minute=clock.minute, second=clock.second, microsecond=0
    ).replace(month=month, day=int(found["day"]))
    return at if at <= here + timedelta(days=1) else at.replace(year=at.year - 1)


def _epoch(found: re.Match[str], now: datetime) -> datetime:
    return datetime.fromtimestamp(float(found["epoch"]), UTC)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.astimezone()


Reader = Callable[[re.Match[str], datetime], datetime]
#: A shape of a time, and how it is read; the first that is found counts.
SHAPES: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (
        re.compile(
            r"(?<!\d)(?P<day>\d{4}[-/]\d\d[-/]\d\d)[T ](?P<clock>\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?"
            r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?(?!\d))?"
        ),
        _iso,
    ),
    (
        re.compile(
            rf"(?P<day>\d\d)/(?P<month>{_MONTH})/(?P<year>\d{{4}}):(?P<clock>\d\d:\d\d:\d\d)"
            r" (?P<zone>[+-]\d{4})"
        ),
        _named,
    ),
    (
        re.compile(rf"(?P<day>\d\d?) (?P<month>{_MONTH}) (?P<year>\d{{4}}) (?P<clock>\d\d:\d\d:\d\d)"),
        _named,
    ),
    (re.compile(rf"^(?P<month>{_MONTH}) +(?P<day>\d\d?) (?P<clock>\d\d:\d\d:\d\d)"), _syslog),
    (re.compile(r"^\[?(?P<epoch>1\d{9}(?:\.\d{1,9})?)\b"), _epoch),
)  # fmt: skip


def time_of(line: str, now: datetime) -> datetime | None:
    """The time of a line; None if it has none that is known here.

    >>> time_of("2026/12/01 11:26:05+00:00 [error] 1#1: no", datetime(2026, 12, 2, tzinfo=UTC)).hour
    11
    """
    head = line[:SEARCHED]
    for shape, read in SHAPES:
        found = shape.search(head)
        if found:
            try:
                return read(found, now)
            except (ValueError, OverflowError, OSError):
                return None  # a day that no month has
    return None


def since(lines: Iterable[str], earliest: datetime, now: datetime) -> tuple[list[str], bool, bool]:
    """The lines from ``earliest`` on; whether any line has a time; whether one before it was seen.

    A line without a time belongs to the one before it.
    """
    kept: list[str] = []
    has_time = saw_earlier = is_in = False
    for line in lines:
        at = time_of(line, now)
        if at is not None:
            has_time, is_in = True, at >= earliest
            saw_earlier = saw_earlier or not is_in
        if is_in:
            kept.append(line)
    return kept, has_time, saw_earlier
