"""Reading JSON that others wrote, in a memory that its size bounds.

A list in three bytes of JSON takes twenty times as much once it is read, so its items are counted first.
"""

from __future__ import annotations

import json
from typing import Any

from runbooklab.errors import RunbookError

#: Lists, objects and items of both, at most: a run with three hundred workers has thirty thousand.
MOST_ITEMS = 200_000
#: Characters of one text: what a cell prints is cut at a million. One rare character in a text makes all of
#: it take four bytes each.
MOST_TEXT = 2_000_000
#: Digits of a whole number: the largest that a record of ours holds has nineteen.
MOST_DIGITS = 19
#: Lists and objects in one another: whoever walks through a document may recurse.
MOST_DEPTH = 100


class NotBounded(RunbookError, ValueError):
    """A document that is not read; ``str()`` says why in a clause."""


def loads(data: bytes | str, *, any_number: bool = False) -> Any:
    """``data`` as :func:`json.loads` gives it.

    Raises :class:`NotBounded` for a document of too many items, one that is nested too deep, and (unless
    ``any_number``) one with a whole number that no record of ours can hold.
    """
    check(data)
    try:
        document = json.loads(data, parse_int=None if any_number else _whole)
    except RecursionError:
        raise NotBounded("it is nested too deep") from None
    _look_through(document)
    return document


def check(data: bytes | str) -> None:
    """Raises :class:`NotBounded` for JSON of more than :data:`MOST_ITEMS`."""
    marks: Any = "[{," if isinstance(data, str) else (b"[", b"{", b",")
    if sum(data.count(mark) for mark in marks) > MOST_ITEMS:
        raise NotBounded(f"it holds more than {MOST_ITEMS:,} items")


def _look_through(document: Any) -> None:
    """Raises :class:`NotBounded` for what is nested too deep, and for a text that is too long."""
    level = [document]
    for _ in range(MOST_DEPTH + 1):
        if any(isinstance(item, str) and len(item) > MOST_TEXT for item in level):
            raise NotBounded(f"it holds a text of more than {MOST_TEXT:,} characters")
        holders = [item for item in level if isinstance(item, list | dict)]
        level = [item for held in holders for item in (held.values() if isinstance(held, dict) else held)]
        if not level:
            return
    raise NotBounded(f"it is nested more than {MOST_DEPTH} deep")


def _whole(digits: str) -> int:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise NotBounded(f"it holds a number of {len(digits)} digits")
    return int(digits)
