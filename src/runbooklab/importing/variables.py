"""Variables that one statement sets and a later one uses: the later check carries the assignment along."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from runbooklab.shell.parser import parse
from runbooklab.shell.tree import Script, ShellError

_EXPORT = re.compile(r"(?:export|readonly|declare(?: -[a-zA-Z]+)*|local)[ \t]+(?=[A-Za-z_]\w*=)")
_SETS = re.compile(r"(?:^|[;&|\s])(?:export[ \t]+)?([A-Za-z_]\w*)=")
_READ = re.compile(r"\bread[ \t]+(?:-\w+[ \t]+)*([A-Za-z_]\w*)|\bfor[ \t]+([A-Za-z_]\w*)[ \t]+in\b")


class Assigned(Struct, frozen=True):
    """An assignment that later checks may carry."""

    names: tuple[str, ...]
    text: str  # as it is carried: without `export`, its placeholders replaced
    line: int  # of the source
    needs: tuple[str, ...] = ()  # other variables that it uses
    placed: tuple[tuple[str, str], ...] = ()  # parameters in it, and how they are spelled


def without_export(text: str) -> str:
    """An assignment as the shell of the checks takes it.

    >>> without_export("export NS=default")
    'NS=default'
    """
    return _EXPORT.sub("", text)


def assigned_names(text: str) -> tuple[str, ...]:
    """The variables that a statement sets if it only sets variables; else ().

    >>> assigned_names("export A=1 B=2"), assigned_names("A=1 env")
    (('A', 'B'), ())
    """
    try:
        script = parse(without_export(text))
    except ShellError:
        return ()
    return _names(script)


def _names(script: Script) -> tuple[str, ...]:
    names: list[str] = []
    for statement in script.statements:
        for step in statement.steps:
            for command in step.pipeline.commands:
                if command.words or not command.assignments or len(step.pipeline.commands) > 1:
                    return ()
                names += [row.name for row in command.assignments]
    return tuple(names)


def all_names(texts: Iterable[str]) -> frozenset[str]:
    """Every variable that something in these texts sets, also in a loop or by ``read``."""
    names: set[str] = set()
    for text in texts:
        names.update(_SETS.findall(text))
        names.update(name for pair in _READ.findall(text) for name in pair if name)
    return frozenset(names)


class Variables:
    """What has been set so far, from the top of the source to the statement at hand."""

    def __init__(self) -> None:
        self.set: dict[str, Assigned] = {}

    def add(self, row: Assigned) -> None:
        """A statement set these variables; the latest counts."""
        for name in row.names:
            self.set[name] = row

    def needed(self, names: Iterable[str]) -> tuple[Assigned, ...]:
        """The assignments to carry for these variables, in their order."""
        carried: dict[int, Assigned] = {}
        wanted = list(names)
        for name in wanted:
            row = self.set.get(name)
            if row is not None and row.line not in carried:
                carried[row.line] = row
                wanted += [each for each in row.needs if each not in wanted]
        return tuple(carried[line] for line in sorted(carried))
