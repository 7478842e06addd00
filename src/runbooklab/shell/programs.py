"""The table of programs: which commands only read. Read from ``table/*.rows`` and widened by a project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from runbooklab.shell.rows import Row, RowError, parse_row, programs_of
from runbooklab.shell.values import TYPES

#: The checks and ways to look through that a row may name with ``@``.
CHECKS = frozenset(
    (
        *("any-case", "any-options", "as-cat", "builtin", "counted", "environment"),
        *(
            "inside",
            "one-command",
            "passwords",
            "root",
            "script",
            "secrets",
            "stored",
            "through",
            "watch",
            "xargs",
        ),
    )
)
_TYPES = frozenset(TYPES)


class Programs(Struct, frozen=True, dict=True):
    """Rows by program. ``lines``: program -> (line, place), parsed when the program is asked for."""

    lines: Mapping[str, tuple[tuple[str, str], ...]]

    @cached_property
    def _parsed(self) -> dict[str, tuple[Row, ...]]:
        return {}

    def rows(self, program: str) -> tuple[Row, ...]:
        """The rows of a program, in the order of the table; none if it is not in it."""
        if program not in self._parsed:
            lines = self.lines.get(program, ())
            self._parsed[program] = tuple(checked_row(line, place) for line, place in lines)
        return self._parsed[program]

    def names(self) -> tuple[str, ...]:
        """All programs, sorted."""
        return tuple(sorted(self.lines))

    def having(self, lines: Iterable[tuple[str, str]]) -> Programs:
        """This table with further rows, which come first: ``(line, place)``."""
        return Programs(_by_program([*lines], self.lines))


def checked_row(line: str, place: str) -> Row:
    """The row of a line. Raises :class:`~runbooklab.shell.rows.RowError` if it is none."""
    row = parse_row(line, place, _TYPES)
    if unknown := set(row.checks) - CHECKS:
        raise RowError(f"@{sorted(unknown)[0]} is none of {', '.join(sorted(CHECKS))}")
    return row


@cache
def built_in_programs() -> Programs:
    """The table of this package."""
    lines: list[tuple[str, str]] = []
    for file in sorted(files("runbooklab.shell").joinpath("table").iterdir(), key=lambda each: each.name):
        lines += _lines_of(file.read_text(encoding="utf-8"), file.name)
    return Programs(_by_program(lines, {}))


def _lines_of(text: str, name: str) -> list[tuple[str, str]]:
    return [
        (line, f"{Path(name).name}:{number}")
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() and not line.startswith("#")
    ]


def _by_program(
    lines: Iterable[tuple[str, str]], others: Mapping[str, tuple[tuple[str, str], ...]]
) -> dict[str, tuple[tuple[str, str], ...]]:
    table: dict[str, list[tuple[str, str]]] = {}
    for line, place in lines:
        for program in programs_of(line):
            table.setdefault(program, []).append((line, place))
    return {name: (*table.get(name, ()), *others.get(name, ())) for name in {*table, *others}}
