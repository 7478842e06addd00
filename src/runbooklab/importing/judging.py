"""What the importer needs of a judge of commands."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol

from msgspec import Struct

from runbooklab.shell.judge import judge
from runbooklab.shell.programs import Programs
from runbooklab.shell.rows import Kind

#: How texts are counted in the report.
SORTS: dict[Kind, str] = {
    "live": "live",
    "empty": "nothing to run",
    "reveals": "reveals a secret",
    "unbounded": "does not end",
    "interactive": "interactive",
    "remote": "runs elsewhere",
    "unknown": "not known to only read",
    "unparsable": "does not parse",
    "mutating": "changes something",
}


class Ruling(NamedTuple):
    kind: Kind
    reason: str = ""
    once: str = ""  # of a script that does not end: the same so that it does


class Judge(Protocol):
    """Says of a script whether it only reads."""

    @property
    def project(self) -> Path:
        """The project in which the runbook would run; its configs/commands.yaml counts."""

    def judge(self, script: str) -> Ruling:
        """The ruling on a script; variables that it does not set have no value yet."""

    def knows(self, word: str) -> bool:
        """Whether ``word`` is a program that the judge knows, whatever it does."""


class TableJudge(Struct, frozen=True):
    """The judge by a table of programs: the same that decides before a check runs."""

    programs: Programs
    project: Path

    def judge(self, script: str) -> Ruling:
        """The table's ruling."""
        found = judge(script, self.programs)
        return Ruling(found.kind, found.reason, found.once)

    def knows(self, word: str) -> bool:
        """Whether the table has a row for it."""
        return bool(self.programs.rows(word))
