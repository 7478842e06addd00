"""A domain: one subject as one value, which is all that the core knows of it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from msgspec import Struct, field

from runbooklab.domain.cause import Cause
from runbooklab.domain.check import Check
from runbooklab.domain.contributions import Contributions
from runbooklab.domain.later import Table
from runbooklab.domain.layer import Layer
from runbooklab.domain.probe import AnyProbe
from runbooklab.domain.remedy import Remedy
from runbooklab.domain.sign import NO_SIGNS, SignTable
from runbooklab.domain.tuples import check_tuples
from runbooklab.domain.verb import Verb
from runbooklab.domain.verdict import Standing
from runbooklab.model.evidence import Evidence
from runbooklab.model.parameter import Parameter

E = TypeVar("E", bound=Evidence)


class Domain(Struct, Generic[E], frozen=True):
    """A frozen value: importing it has no side effects, and nothing registers itself.

    A domain that ``uses`` others has their probes, checks, causes and remedies too. Its row replaces a used
    domain's row with the same id (a probe: the same name): the same thing, in more detail.
    ``covers`` names the rows that a row with another id replaces.
    """

    name: str
    #: The subject's name in a report: "Redis".
    title: str
    #: The view of the evidence that this domain's functions take.
    view: type[E]
    parameters: tuple[Parameter[Any], ...] = ()
    probes: tuple[AnyProbe, ...] = ()
    checks: Table[Check[E]] = ()
    causes: Table[Cause[E]] = ()
    remedies: Table[Remedy[E]] = ()
    #: In the order in which they are fixed.
    layers: tuple[Layer, ...] = ()
    #: None: it has no part in the verdict.
    standing: Standing[E] | None = None
    contributions: Contributions[E] = field(default_factory=Contributions)
    #: What error texts say of this subject.
    signs: SignTable = NO_SIGNS
    #: Verbs that may be applied, in addition to those of the used domains.
    verbs: tuple[Verb, ...] = ()
    uses: tuple[str, ...] = ()
    #: Ids of checks and causes of used domains that its own rows cover in more detail under other ids: they
    #: are left out, unless the runbook names their domain as well.
    covers: tuple[str, ...] = ()
    #: Slug of the runbook that goes deepest into its causes: another one hands over to it.
    runbook: str = ""
    #: ``package.module:attribute`` of its faults for drills; "" if it has none.
    lab: str = ""

    def __post_init__(self) -> None:
        check_tuples(self)


AnyDomain = Domain[Any]
