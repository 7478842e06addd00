"""What a remedy is: a way to fix a cause, planned from evidence; applying it is an explicit act."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.domain.steps import Steps
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.model.evidence import Evidence

_SUDO = re.compile(r"\bsudo (?=[^\s-])")
#: The parts of a plan that are pasted into a shell.
_PASTED = ("commands", "confirm", "undo")
#: The view of the evidence that a plan is made from.
E = TypeVar("E", bound=Evidence, contravariant=True)


class Remedy(Struct, Generic[E], frozen=True):
    """One row: ``steps`` is pure and uses this target's real names and ports.

    Its ``commands`` are for a person to paste. If ``appliable``, ``--apply`` executes exactly those commands
    with the verbs of the domains in use (see ``apply/apply.py``), without a shell.
    """

    id: str
    title: str
    steps: Callable[[E], Steps]
    #: Whether the remedy fits this evidence; if not, the cause's next remedy is tried first.
    fits: Callable[[E], bool] = lambda evidence: True
    #: Whether it is never recommended where it does not fit, not even if the cause has no other remedy.
    must_fit: bool = False
    #: Whether its command is the same whatever the target shows.
    is_sure: bool = False

    def plan(self, evidence: E) -> RemedyPlan:
        """The plan for this target."""
        plan = self.steps(evidence).named(self.id, self.title)
        return _without_sudo(plan) if evidence.is_root_without_sudo else plan


def _without_sudo(plan: RemedyPlan) -> RemedyPlan:
    """The plan for a root user whose machine has no ``sudo``, as in most containers."""
    words = {name: tuple(_SUDO.sub("", line) for line in getattr(plan, name)) for name in _PASTED}
    return replace(plan, **words)


AnyRemedy = Remedy[Any]

#: What the plans of a table are made from: this target's names and places.
S = TypeVar("S")


class RemedyRows(Struct, Generic[E, S], frozen=True):
    """Makes the rows of a table whose plans are all made from the same ``site``.

    ``finish`` has the last word on each plan: it takes out what no command may hold.
    """

    site: Callable[[E], S]
    finish: Callable[[Steps, E], Steps]

    def row(
        self,
        id_: str,
        title: str,
        steps: Callable[[S], Steps],
        *,
        fits: Callable[[S], bool] = lambda site: True,
        is_sure: bool = False,
    ) -> Remedy[E]:
        """One row; see :class:`Remedy`."""
        return Remedy(
            id_,
            title,
            lambda evidence: self.finish(steps(self.site(evidence)), evidence),
            fits=lambda evidence: fits(self.site(evidence)),
            is_sure=is_sure,
        )


def word_to_confirm(plan: RemedyPlan, target: str) -> str:
    """What confirms a plan on the command line: the target's name if it is destructive, else the plan's id.

    ``target`` is its name, "" if it has none.
    """
    return target if plan.destructive and target else plan.id


def words_to_type(plan: RemedyPlan, target: str) -> str:
    """What a person types beside a button: the act and the target's name if it is destructive.

    >>> words_to_type(RemedyPlan("flush-all", "Flush", (), "", "high", destructive=True), "redis-tts")
    'flush redis-tts'
    """
    act = plan.id.partition("-")[0]
    return f"{act} {target}" if plan.destructive and target else plan.id
