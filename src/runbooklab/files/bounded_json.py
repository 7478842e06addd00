"""Reads JSON that others wrote, with memory bounded by its size.

A list of three bytes takes twenty times as much memory once parsed, so items are counted first.
"""

from __future__ import annotations

import json
from typing import Any

from runbooklab.errors import RunbookError

#: The most lists, objects and items of both: a run with three hundred workers has thirty thousand.
MOST_ITEMS = 200_000
#: The most characters of one text: what a cell prints is cut at a million. One rare character makes each
#: character of a text take four bytes.
MOST_TEXT = 2_000_000
#: The most digits of an integer: the largest in our records has nineteen.
MOST_DIGITS = 19
#: The deepest nesting of lists and objects: code that walks through a document may recurse.
MOST_DEPTH = 100


class NotBounded(RunbookError, ValueError):
    """A document that is refused; ``str()`` says why in a clause."""


def loads(data: bytes | str, *, any_number: bool = False) -> Any:
    """``data`` as :func:`json.loads` gives it.

    Raises :class:`NotBounded` for a document of too many items, one that is nested too deep, and (unless
    ``any_number``) one with an integer too large for our records.
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
    """Raises :class:`NotBounded` for nesting that is too deep, and for a text that is too long."""
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
