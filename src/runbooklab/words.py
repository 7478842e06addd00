"""Numbers and times in words, for sentences that people read."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def utc_now() -> str:
    """Now, ISO 8601 in UTC with milliseconds and a ``Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plural(count: int, thing: str, things: str = "") -> str:
    """``count`` and its noun: ``plural(1, "worker")`` is "1 worker"; "no workers" for zero."""
    noun = thing if count == 1 else things or f"{thing}s"
    return f"{count:,} {noun}" if count else f"no {noun}"


def count(number: int, singular: str, plural: str = "") -> str:
    """``0 checks``, ``1 check``, ``12 checks``: for labels; :func:`plural` is for sentences."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def duration(seconds: float) -> str:
    """A span of time in its largest fitting unit.

    >>> duration(240.4), duration(0.0123), duration(1.5)
    ('4 minutes', '12 ms', '1.5 seconds')
    """
    if seconds < 1:
        return milliseconds(seconds * 1000)
    if seconds < 10 and seconds != int(seconds):
        return f"{seconds:.1f} seconds"
    for size, unit in _UNITS:
        if seconds >= size:
            return plural(int(seconds / size), unit)
    return "no time"


def milliseconds(ms: float) -> str:
    """A span of time in milliseconds, never as none if there was some.

    >>> milliseconds(0.04), milliseconds(0.42), milliseconds(12.3), milliseconds(1234)
    ('under 0.1 ms', '0.4 ms', '12 ms', '1,234 ms')
    """
    if 0 < ms < 0.05:
        return "under 0.1 ms"
    return f"{ms:.1f} ms" if 0 < ms < 10 else f"{ms:,.0f} ms"


def duration_ms(ms: float) -> str:
    """A span of time in the unit a person would choose, short: for tables and labels.

    >>> duration_ms(0.42), duration_ms(340), duration_ms(1234), duration_ms(192_000)
    ('0.4 ms', '340 ms', '1.2 s', '3 min 12 s')
    """
    if ms < 10:
        return f"{ms:.1f} ms"
    if ms < 1_000:
        return f"{ms:.0f} ms"
    if ms < 60_000:
        return f"{ms / 1_000:.1f} s"
    minutes, seconds = divmod(round(ms / 1_000), 60)
    return f"{minutes} min {seconds} s"


def size(amount: int) -> str:
    """Bytes in binary units.

    >>> size(2_097_152), size(900)
    ('2.0 MiB', '900 B')
    """
    if amount < 1024:
        return f"{amount} B"
    value = float(amount)
    for unit in ("KiB", "MiB", "GiB", "TiB"):
        value /= 1024
        if value < 1024 or unit == "TiB":
            break
    return f"{value:,.1f} {unit}"


def moment(text: str) -> datetime | None:
    """A time in ISO 8601, in UTC; None if the text is not a time, or :func:`in_utc` rejects it."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return in_utc(when if when.tzinfo else when.replace(tzinfo=UTC))


def clock(at: str) -> str:
    """An ISO 8601 moment of today as a person reads it.

    >>> clock("2026-11-30T06:08:22.123Z")
    '06:08:22 UTC'
    """
    parsed = moment(at)
    return f"{parsed:%H:%M:%S} UTC" if parsed else "an unknown time"


def in_utc(when: datetime) -> datetime | None:
    """A time with a zone, in UTC; None if no clock can have given it: Docker writes year 1 for "never"."""
    return when.astimezone(UTC) if 1971 <= when.year <= 9000 else None


def seconds_between(earlier: str, later: str) -> float | None:
    """Seconds from one ISO 8601 time to another; None if either is not a time."""
    start, end = moment(earlier), moment(later)
    return None if start is None or end is None else (end - start).total_seconds()


def ago(at: str, now: str) -> str:
    """How long before ``now`` ``at`` was: "4 minutes ago"; "at an unknown time" if it is not a time.

    A clock that is ahead of ours gives "just now".
    """
    seconds = seconds_between(at, now)
    if seconds is None:
        return "at an unknown time"
    return "just now" if seconds < 1 else f"{duration(seconds)} ago"


def age(at: str, now: str) -> str:
    """How long something has lasted: "2 hours"; "an unknown time" if ``at`` is not a time."""
    seconds = seconds_between(at, now)
    return "an unknown time" if seconds is None else duration(max(seconds, 1))


def listed(things: list[str] | tuple[str, ...], most: int = 5) -> str:
    """``a, b and c``; beyond ``most`` things the rest is counted: ``a, b and 4 more``."""
    shown = list(things[:most])
    if len(things) > most:
        shown.append(f"{len(things) - most:,} more")
    return (
        shown[0] if len(shown) == 1 else " and ".join((", ".join(shown[:-1]), shown[-1])) if shown else "none"
    )


def mid_sentence(sentence: str) -> str:
    """A sentence to follow a colon: its first word in lower case unless it is a name."""
    head, space, rest = sentence.partition(" ")
    return (
        f"{head.lower()}{space}{rest}"
        if head in ("The", "Whether", "What", "Who", "No", "Nothing")
        else sentence
    )


def short(text: str, most: int = 160) -> str:
    """One line of at most ``most`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def be(things: list[str] | tuple[str, ...]) -> str:
    """The verb that goes with :func:`listed`: "is" for one thing, "are" for more."""
    return "is" if len(things) == 1 else "are"


def unique(slug: str, taken: set[str]) -> str:
    """``slug``, or the first of ``slug-2``, ``slug-3`` ... that is not taken; it is taken then."""
    name, number = slug, 1
    while name in taken:
        number += 1
        name = f"{slug}-{number}"
    taken.add(name)
    return name
