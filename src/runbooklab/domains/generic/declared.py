"""What a runbook declares, read: checks, causes and remedies as records."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from runbooklab.domains.generic.kinds import Kind
from runbooklab.domains.generic.language.expression import Expression
from runbooklab.domains.generic.template import Template
from runbooklab.model.conclusions import Risk
from runbooklab.model.declared import Mistake

Bad = Literal["critical", "warning"]


class Expectation(Struct, frozen=True):
    """``fail``, ``warn`` or ``pass``: what it says, and the sentence for a person if it is true."""

    word: Literal["fail", "warn", "pass"]
    expression: Expression
    says: Template | None = None


class DeclaredCheck(Struct, frozen=True, kw_only=True):
    id: str
    title: Template
    kind: Kind
    subject: Template
    options: dict[str, Template] = field(default_factory=dict)
    container: Template | None = None  # where it looks from; None: this host
    timeout_s: float | None = None
    only_if: Expression | None = None
    #: In the order in which they are tried: fail, warn, pass.
    expectations: tuple[Expectation, ...] = ()
    source: str = ""

    @property
    def texts(self) -> tuple[Template, ...]:
        """All that is sent or named: what needs its parameters."""
        named = () if self.container is None else (self.container,)
        return (self.subject, *self.options.values(), *named)


class DeclaredCause(Struct, frozen=True, kw_only=True):
    id: str
    title: Template
    when: Expression
    unless: Expression | None = None
    proof: Template | None = None
    because: tuple[str, ...] = ()  # ids of checks; empty: those that `when` names
    confidence: float = 0.9
    severity: Bad = "critical"
    explains: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()
    source: str = ""


class DeclaredRemedy(Struct, frozen=True, kw_only=True):
    id: str
    title: Template
    run: tuple[Template, ...]
    only_if: Expression | None = None  # where it fits: else the cause's next remedy is recommended
    changes: Template | None = None
    risk: Risk = "medium"
    undo: tuple[Template, ...] = ()
    verify: tuple[str, ...] = ()
    loses: tuple[Template, ...] = ()
    source: str = ""


class Broken(Struct, frozen=True):
    """A declaration that cannot be used."""

    what: Literal["check", "cause", "remedy"]
    id: str
    mistakes: tuple[Mistake, ...]


AnyDeclared = DeclaredCheck | DeclaredCause | DeclaredRemedy
