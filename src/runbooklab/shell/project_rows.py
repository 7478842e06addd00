"""``configs/commands.yaml``: what a project adds to the table of programs. A runbook never adds to it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from runbooklab.errors import UserError
from runbooklab.files import text_of_user
from runbooklab.shell.programs import Programs, checked_row
from runbooklab.shell.rows import RowError
from runbooklab.shell.values import TYPES

#: The one key of the file.
KEY = "reads"
_MOST_BYTES = 256 << 10
_EXAMPLE = f"write `{KEY}:` and under it `- our-tool status [-v|--verbose] [TEXT...]`"


def widened(programs: Programs, path: Path) -> Programs:
    """``programs`` with the rows of a project's file; the same if there is no such file.

    Raises :class:`UserError` with the file, the line and the nearest right word.
    """
    return programs.having(_rows(path)) if path.exists() else programs


def _rows(path: Path) -> list[tuple[str, str]]:
    rows = []
    for text, line in _texts(path):
        try:
            checked_row(text, f"{path.name}:{line}")
        except RowError as error:
            raise UserError(f"{text!r}: {error}", path, line, _nearest_type(text)) from None
        rows.append((text, f"{path.name}:{line}"))
    return rows


def _texts(path: Path) -> list[tuple[str, int]]:
    """Each row with its line. What is not a list of rows under the one key is refused."""
    import yaml

    try:
        root = yaml.compose(
            text_of_user(path, "name a readable YAML file", _MOST_BYTES), Loader=yaml.BaseLoader
        )
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise UserError(f"is not valid YAML: {error.problem or error.context}", path, line) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise UserError(f"is not valid YAML: {error}", path) from None
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode):
        raise UserError("is not a mapping", path, root.start_mark.line + 1, _EXAMPLE)
    found: list[tuple[str, int]] = []
    for key, value in root.value:
        line = key.start_mark.line + 1
        if key.value != KEY or found:
            raise UserError(
                f"the one key of this file is {KEY!r}, once; this is {key.value!r}", path, line, _EXAMPLE
            )
        entries = value.value if isinstance(value, yaml.SequenceNode) else None
        if entries is None and value.value:
            raise UserError(f"{KEY!r} is not a list", path, line, _EXAMPLE)
        for entry in entries or ():
            if not isinstance(entry, yaml.ScalarNode) or not entry.value.strip():
                raise UserError("a row is one line of text", path, entry.start_mark.line + 1, _EXAMPLE)
            found.append((entry.value, entry.start_mark.line + 1))
    return found


def _nearest_type(text: str) -> str:
    """The type of value that was meant by a misspelt one."""
    words = [word.strip("[]?.") for word in text.split()]
    return next(iter(_near(words)), "see `runbook allow --help`")


def _near(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        if word.isupper() and word not in TYPES and (near := difflib.get_close_matches(word, TYPES, 1)):
            yield f"did you mean {near[0]}?"
