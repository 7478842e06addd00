"""A tree as shell text: parsed again it is the same tree, and any POSIX shell reads it as we do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runbooklab.shell.tree import Command, Output, Part, Pipeline, Script, Statement, Text, Variable, Word

_BARE = re.compile(r"[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*")


def quoted(text: str) -> str:
    """``text`` as one word of a shell's command line.

    >>> quoted("pod-1"), quoted("it's"), quoted("")
    ('pod-1', "'it'\\\\''s'", "''")
    """
    return text if _BARE.fullmatch(text) else "'" + text.replace("'", "'\\''") + "'"


def command_line(argv: Sequence[str]) -> str:
    """A command as a person would type it."""
    return " ".join(map(quoted, argv))


def script_text(script: Script) -> str:
    """The script, one statement a line."""
    return "\n".join(map(statement_text, script.statements))


def statement_text(statement: Statement) -> str:
    """One statement on one line."""
    return " ".join(f"{step.when} {_pipeline(step.pipeline)}".strip() for step in statement.steps)


def _pipeline(pipeline: Pipeline) -> str:
    return " | ".join(map(_command, pipeline.commands))


def _command(command: Command) -> str:
    assignments = [f"{each.name}={word_text(each.value)}" for each in command.assignments]
    return " ".join([*assignments, *map(word_text, command.words), *command.redirects])


def word_text(word: Word) -> str:
    """One word as it would be written."""
    return "".join(map(_part, word.parts))


def _part(part: Part) -> str:
    if isinstance(part, Text):
        # '' keeps "a"b apart from an assignment, a keyword or an option that the same letters would be
        return "'" + part.value.replace("'", "'\\''") + "'" if part.quoted else part.value
    inside = _braced(part) if isinstance(part, Variable) else f"$({_nested(part)})"
    return f'"{inside}"' if part.quoted else inside


def _nested(output: Output) -> str:
    return "; ".join(map(statement_text, output.script.statements))


def _braced(variable: Variable) -> str:
    if variable.name == "?":
        return "$?"
    default = "" if variable.default is None else ":-" + "".join(map(_part, variable.default))
    return f"${{{variable.name}{default}}}"
