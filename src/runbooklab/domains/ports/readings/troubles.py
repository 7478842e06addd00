"""The troubles of all wanted ports, for the judges and for the table."""

from __future__ import annotations

from functools import lru_cache

from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.rows import Row, rows
from runbooklab.domains.ports.readings.trouble import Trouble, trouble


class _Seen:
    """Evidence by identity: it is frozen, and its rows are read by many judges."""

    def __init__(self, e: Evidence) -> None:
        self.e = e

    def __hash__(self) -> int:
        return id(self.e)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Seen) and other.e is self.e


def rows_of(e: Evidence) -> tuple[Row, ...]:
    """The rows of this evidence."""
    return tuple(row for row, _ in _judged(_Seen(e)))


def troubles(e: Evidence) -> tuple[Trouble, ...]:
    """What is wrong with the ports, a trouble for each port that has one."""
    return tuple(found for _, found in _judged(_Seen(e)) if found is not None)


def judged_rows(e: Evidence) -> tuple[tuple[Row, Trouble | None], ...]:
    """Each row with its trouble."""
    return _judged(_Seen(e))


@lru_cache(maxsize=4)
def _judged(seen: _Seen) -> tuple[tuple[Row, Trouble | None], ...]:
    return tuple((row, trouble(row)) for row in rows(seen.e))
