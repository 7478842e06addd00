"""The acts in an incident's audit file: one JSON object a line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from runbooklab.errors import UserError
from runbooklab.files import bounded_json
from runbooklab.words import plural

#: Most lines of one audit file that are read.
MOST_ACTS = 10_000

Act = TypeVar("Act")


def acts_in(data: bytes, path: Path, read: Callable[[Any], Act]) -> tuple[list[Act], list[UserError]]:
    """The acts in the audit file ``path`` that holds ``data``, and what in it cannot be read.

    ``read`` makes an act of a line's JSON; it raises :class:`msgspec.ValidationError` for what is none.
    """
    lines = data.splitlines()
    acts: list[Act] = []
    wrong: list[int] = []
    mistakes: list[UserError] = []
    if len(lines) > MOST_ACTS:
        mistakes.append(UserError(f"holds more than {MOST_ACTS:,} acts; the newest are shown", path))
    for number, line in enumerate(lines[-MOST_ACTS:], start=max(1, len(lines) - MOST_ACTS + 1)):
        try:
            acts.append(read(bounded_json.loads(line)))
        except (ValueError, RecursionError, msgspec.ValidationError):
            wrong.append(number)
    if wrong:
        mistakes.append(UserError(_in_words(len(wrong)), path, wrong[0]))
    return acts, mistakes


def _in_words(wrong: int) -> str:
    others = wrong - 1
    more = f", nor {'is' if others == 1 else 'are'} {plural(others, 'more line')}" if others else ""
    return f"is not an act{more}"
