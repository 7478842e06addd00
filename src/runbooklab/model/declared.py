"""What a runbook declares itself, as it is written: checks, causes and remedies in Markdown."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from msgspec import Struct

from runbooklab.model.observation import Id

#: What may be declared, in the order in which it is used.
KINDS = ("check", "cause", "remedy")

#: An id: lower-case words joined by hyphens.
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

#: The name of the domain that a runbook's declarations become for a run.
DECLARED = "declared"


class Mistake(NamedTuple):
    """What is wrong in a text."""

    line: int  # from 1; of a declaration's YAML 0 is its head
    message: str


def in_cell(mistake: Mistake) -> str:
    """A mistake as a sentence, with the line of its cell or fence, of which the first one is the head."""
    end = "" if mistake.message.endswith((".", "?", "!")) else "."
    return f"line {mistake.line + 1} of its cell: {mistake.message}{end}"


class Declaration(Struct, frozen=True):
    """One fence of a runbook: ``{check} root-disk`` and the YAML in it."""

    what: Literal["check", "cause", "remedy"]
    id: str
    text: str


class DeclaredParameter(Struct, frozen=True):
    """A parameter of the runbook, for ``${name}`` in what it declares."""

    name: Id
    type: Literal["str", "url", "int", "float", "bool"] = "str"
    secret: bool = False


class Declarations(Struct, frozen=True):
    """All that one runbook declares."""

    rows: tuple[Declaration, ...] = ()
    parameters: tuple[DeclaredParameter, ...] = ()
    #: Whether the project trusts it: only then can its remedies be carried out.
    trusted: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows)


#: What a runbook declares that declares nothing.
NOTHING = Declarations()
