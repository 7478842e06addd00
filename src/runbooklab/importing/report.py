"""What an import did with each block, counted and listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from runbooklab.words import count, short

Became = Literal["check", "remedy", "text"]


class Row(Struct, frozen=True):
    """One statement or block of the source."""

    line: int  # of the source, from 1
    became: Became
    shown: str  # the command, or what the block holds
    why: str  # the check's kind, or why it is not live
    sort: str = ""  # the reason in a word or two, by which texts are counted
    name: str = ""  # of the check or remedy
    heading: str = ""


def summary(rows: Iterable[Row]) -> str:
    """One line: how much is live, how much a remedy, how much text and why.

    >>> summary([Row(3, "check", "df -h /", "disk"), Row(5, "text", "rm x", "rm", "changes something")])
    '1 live check, 0 remedies, 1 text (1 changes something)'
    """
    rows = list(rows)
    became = Counter(row.became for row in rows)
    reasons = Counter(row.sort for row in rows if row.became == "text")
    said = ", ".join(
        f"{number} {sort}" for sort, number in sorted(reasons.items(), key=lambda each: (-each[1], each[0]))
    )
    return (
        f"{count(became['check'], 'live check')}, {count(became['remedy'], 'remedy', 'remedies')}, "
        f"{count(became['text'], 'text')}{f' ({said})' if said else ''}"
    )


def listing(name: str, rows: Sequence[Row]) -> Iterator[str]:
    """A line for each row: where, what it became, and why."""
    for row in rows:
        became = f"{row.became} {row.name}".rstrip()
        yield f"{name}:{row.line}: {became}: {short(row.shown, 80)} ({row.why})"
