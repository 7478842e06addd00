"""The tree of a small shell script: the one thing that is judged and the one thing that is run.

Words are tuples of parts. Nothing here knows which programs exist or starts one.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from runbooklab.errors import RunbookError


class ShellError(RunbookError):
    """A script that this small language does not hold. ``line`` and ``column`` are 1-based."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {reason}")
        self.reason = reason
        self.line = line
        self.column = column


class Text(Struct, frozen=True, tag="text"):
    """Literal text. Unquoted text may hold ``*``, ``?`` and ``[``, which stand for names of files."""

    value: str
    quoted: bool = False


class Variable(Struct, frozen=True, tag="variable"):
    """``$NAME``, ``${NAME}`` or ``${NAME:-default}``; ``?`` is the last exit status."""

    name: str
    default: tuple[Part, ...] | None = None
    quoted: bool = False


class Output(Struct, frozen=True, tag="output"):
    """``$( )``: what a script prints, without its last newlines."""

    script: Script
    quoted: bool = False


Part: TypeAlias = Text | Variable | Output


class Word(Struct, frozen=True):
    """One word of a command, and where it begins (1-based)."""

    parts: tuple[Part, ...]
    line: int = 1
    column: int = 1


class Assignment(Struct, frozen=True):
    """``NAME=value``."""

    name: str
    value: Word


Redirect = Literal["2>/dev/null", "2>&1", ">/dev/null", "1>&2", "&>/dev/null", "</dev/null"]


class Command(Struct, frozen=True):
    """Assignments, then a program with its arguments; one of both may be empty."""

    words: tuple[Word, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    line: int = 1
    column: int = 1


class Pipeline(Struct, frozen=True):
    """Commands of which each reads what the one before prints."""

    commands: tuple[Command, ...]


class Step(Struct, frozen=True):
    """A pipeline of a statement, and when it runs: always, after a success or after a failure."""

    when: Literal["", "&&", "||"]
    pipeline: Pipeline


class Statement(Struct, frozen=True):
    """Pipelines joined by ``&&`` and ``||``; ``text`` is its source, as written."""

    steps: tuple[Step, ...]
    line: int = 1
    text: str = ""


class Script(Struct, frozen=True):
    """Statements, one after the other; none at all if there is nothing to run."""

    statements: tuple[Statement, ...] = ()
