"""The acts in an incident's audit file: one JSON object a line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from runbooklab.errors import UserError
from runbooklab.files import bounded_json, read_of_user
from runbooklab.incident.folder import AUDIT_FILE, Place
from runbooklab.model.conclusions import AuditEntry
from runbooklab.model.from_json import from_builtins
from runbooklab.redaction import Vault, change_texts, clean
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


def file_in(path: Path) -> bytes | None:
    """What a file in an incident's folder holds; None if there is none. Links are not followed.

    Raises :class:`UserError`.
    """
    if path.is_symlink():
        raise UserError("is a link", path)
    return read_of_user(path, "") if path.exists() else None


def entries_in(data: bytes, path: Path) -> tuple[list[AuditEntry], list[UserError]]:
    """:func:`acts_in` as they are in a diagnosis."""
    return acts_in(data, path, lambda act: from_builtins(act, AuditEntry))


def kept_acts(place: Place) -> tuple[tuple[AuditEntry, ...], tuple[UserError, ...]]:
    """The acts in an incident's folder without secrets, and what cannot be read.

    The file may have been written by anybody since: what looks like a secret in it is replaced.
    """
    path = place.folder / AUDIT_FILE
    try:
        data = file_in(path)
    except UserError as error:
        return (), (*place.problems, error)
    acts, mistakes = entries_in(data or b"", path)
    vault = Vault()
    safe: tuple[AuditEntry, ...] = change_texts(tuple(acts), lambda text, _: clean(text, vault))
    return safe, (*place.problems, *mistakes)


def _in_words(wrong: int) -> str:
    others = wrong - 1
    more = f", nor {'is' if others == 1 else 'are'} {plural(others, 'more line')}" if others else ""
    return f"is not an act{more}"
