"""Times: UTC in and out, with the offset to local time said once."""

from __future__ import annotations

import re

from runbooklab.words import moment


def utc(text: str) -> str:
    """``2026-03-01T12:00:00.123Z`` as ``2026-03-01 12:00:00``; what is no time stays as it is."""
    at = moment(text)
    return f"{at:%Y-%m-%d %H:%M:%S}" if at else text


def spoken(text: str) -> str:
    """A sentence with the machine times in it as people read them: UTC, to the second.

    >>> spoken("It exited at 2026-03-01T12:00:00.123Z.")
    'It exited at 2026-03-01 12:00:00 UTC.'
    """
    return _ISO.sub(lambda found: f"{utc(found[0])} UTC" if moment(found[0]) else found[0], text)


def spoken_cell(text: str) -> str:
    """A table's cell: one that is a machine's time as people read it, any other as it is."""
    return utc(text) if _ISO.fullmatch(text) else text


_ISO = re.compile(
    r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


def milliseconds(start: str, end: str) -> float | None:
    """How long from ``start`` to ``end``; None if one of them is no time."""
    first, last = moment(start), moment(end)
    return (last - first).total_seconds() * 1_000 if first and last else None


def local_offset(text: str) -> str:
    """This machine's offset to UTC at that time: ``UTC+02:00 (CEST)``, "" if local time is UTC."""
    at = moment(text)
    if at is None:
        return ""
    local = at.astimezone()
    if not local.utcoffset():
        return ""
    offset, name = f"{local:%z}", local.tzname() or ""
    return f"UTC{offset[:3]}:{offset[3:5]}" + (f" ({name})" if name.isalpha() else "")
