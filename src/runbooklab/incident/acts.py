"""The acts in an incident's audit file: one JSON object a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runbooklab.errors import UserError
from runbooklab.files import bounded_json

#: Most lines of one audit file that are read.
MOST_ACTS = 10_000


def acts_in(data: bytes, path: Path) -> tuple[dict[int, dict[str, Any]], list[UserError]]:
    """Line to act of the audit file ``path`` that holds ``data``, and what in it cannot be read."""
    lines = data.splitlines()
    acts: dict[int, dict[str, Any]] = {}
    mistakes: list[UserError] = []
    if len(lines) > MOST_ACTS:
        mistakes.append(UserError(f"holds more than {MOST_ACTS:,} acts; the newest are shown", path))
    for number, line in enumerate(lines[-MOST_ACTS:], start=max(1, len(lines) - MOST_ACTS + 1)):
        try:
            act = bounded_json.loads(line)
        except (ValueError, RecursionError):
            act = None
        if isinstance(act, dict):
            acts[number] = act
        else:
            mistakes.append(UserError("is not an act", path, number))
    return acts, mistakes
