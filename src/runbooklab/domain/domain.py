"""A domain: one subject, as one value. It is all that the core knows of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from runbooklab.domain.cause import Cause
from runbooklab.domain.check import Check
from runbooklab.domain.contributions import Contributions
from runbooklab.domain.layer import Layer
from runbooklab.domain.probe import AnyProbe
from runbooklab.domain.remedy import Remedy
from runbooklab.domain.sign import NO_SIGNS, SignTable
from runbooklab.domain.verb import Verb
from runbooklab.domain.verdict import Standing
from runbooklab.model.evidence import Evidence
from runbooklab.model.parameter import Parameter

E = TypeVar("E", bound=Evidence)


@dataclass(frozen=True)
class Domain(Generic[E]):
    """Nothing happens when it is imported, and nothing registers itself.

    A domain that ``uses`` others has their probes, checks, causes and remedies too. A row with an id (or, of
    a probe, a name) that a used domain has takes its place: the same thing, seen more closely.
    ``covers`` names those whose place a row with another id takes.
    """

    name: str
    #: As a report names the subject: "Redis".
    title: str
    #: The view of the evidence that this domain's functions take.
    view: type[E]
    parameters: tuple[Parameter[Any], ...] = ()
    probes: tuple[AnyProbe, ...] = ()
    checks: tuple[Check[E], ...] = ()
    causes: tuple[Cause[E], ...] = ()
    remedies: tuple[Remedy[E], ...] = ()
    #: In the order in which they are fixed.
    layers: tuple[Layer, ...] = ()
    #: None: it takes no part in a verdict of its own.
    standing: Standing[E] | None = None
    contributions: Contributions[E] = field(default_factory=Contributions)
    #: What error texts say of this subject.
    signs: SignTable = NO_SIGNS
    #: What may be carried out, beside what the used domains add.
    verbs: tuple[Verb, ...] = ()
    uses: tuple[str, ...] = ()
    #: Ids of checks and causes of used domains that rows of its own see more closely under other ids: they
    #: are left out, unless the runbook names their domain as well.
    covers: tuple[str, ...] = ()
    #: ``package.module:attribute`` of its faults for drills; "" if it has none.
    lab: str = ""


AnyDomain = Domain[Any]
