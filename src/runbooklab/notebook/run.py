"""A run of a runbook as the cells of a notebook see it: its evidence, judged by its rules.

:class:`~runbooklab.notebook.live_run.LiveRun` observes a target, :class:`~runbooklab.notebook.replayed_run.
ReplayedRun` reads what was stored. Neither knows how things are displayed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field

from runbooklab.archive.provenance import provenance
from runbooklab.authoring.outline import Outline
from runbooklab.authoring.project import Suite
from runbooklab.diagnosis.findings import find
from runbooklab.diagnosis.header import Header
from runbooklab.domain.own_acts import with_acts
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import AuditEntry, Diagnosis, Finding, RemedyPlan
from runbooklab.redaction import clean
from runbooklab.words import utc_now

if TYPE_CHECKING:
    from runbooklab.apply.apply import Consent, OnStep
    from runbooklab.domain.watcher import Watcher
    from runbooklab.model.evidence import Evidence
    from runbooklab.redaction import Vault

#: The environment in which applying a fix asks for its name, too.
PRODUCTION = "production"


class About(Struct):
    """What is fixed about a run, and its results so far."""

    runbook: str  # its slug
    run_id: str
    started_at: str
    parameters: Mapping[str, Any]  # redacted
    outline: Outline
    #: What the run itself could not do, a sentence each.
    missing: list[str] = field(default_factory=list)
    audit: list[AuditEntry] = field(default_factory=list)

    def header(self, suite: Suite) -> Header:
        """All that its diagnosis says and no rule judges, as of this moment; ``suite`` has its runbook."""
        return Header(
            run_id=self.run_id,
            runbook=self.runbook,
            title=self.outline.title,
            sections=self.outline.check_sections,
            checklist=self.outline.checklist,
            parameters=self.parameters,
            incident=str(self.parameters.get("incident") or "") or None,
            started_at=self.started_at,
            finished_at=utc_now(),
            audit=tuple(self.audit),
            provenance=provenance(suite.root, suite.runbook(self.runbook)),
            missing=tuple(self.missing),
        )


class Earlier(Struct, frozen=True):
    """An earlier look: when it was, and what was concluded from it."""

    at: str
    diagnosis: Diagnosis


class Run(ABC):
    """``about`` describes the run, ``rules`` judge it, ``vault`` has its secrets.

    All evidence is of one look, in which all probes ran together; :meth:`look_again` replaces it.
    """

    #: Whether remedies may be applied at all.
    can_apply = False

    def __init__(self, about: About, rules: Rules, vault: Vault) -> None:
        self.about = about
        self.rules = rules
        self.vault = vault
        self.earlier: Earlier | None = None  # the look before this one
        self._ledger_grew = False  # since the evidence was put together
        self._diagnosis: Diagnosis | None = None
        self._judged: Evidence | None = None  # what that diagnosis was judged from, and how much of the rest
        self._judged_about = (0, 0)

    @property
    def notice(self) -> str:
        """The notice above every verdict; "" if there is none."""
        return ""

    @abstractmethod
    def evidence(self) -> Evidence:
        """Everything observed in the last look."""

    @abstractmethod
    def look_again(self) -> None:
        """Run all probes again."""

    @abstractmethod
    def _judge(self, evidence: Evidence) -> Diagnosis: ...

    @abstractmethod
    def apply(
        self, plan: RemedyPlan, consent: Consent, required: str, on_step: OnStep | None = None
    ) -> tuple[AuditEntry, ...]:
        """Apply a plan of this run, because a person asked for it, and look until things have settled.

        ``required`` is what ``consent`` must have as its word if the plan is destructive; ``on_step`` is
        passed each command as it starts and ends.
        """

    @abstractmethod
    def record(self, entries: tuple[AuditEntry, ...]) -> None:
        """Add entries to the run's audit trail."""

    @abstractmethod
    def keep(self, diagnosis: Diagnosis) -> None:
        """Store the concluded diagnosis for whoever waits for it."""

    def diagnosis(self) -> Diagnosis:
        """The diagnosis of what has been observed so far; the same evidence is judged once."""
        evidence = self.evidence()
        about = (len(self.about.audit), len(self.about.missing))
        if self._diagnosis is None or self._judged is not evidence or self._judged_about != about:
            self._diagnosis = self._judge(evidence)
            self._judged, self._judged_about = evidence, about
        return self._diagnosis

    def finding(self, check_id: str) -> Finding:
        """The finding of one check."""
        check = self.rules.checks.get(check_id)
        if check is None:
            known = ", ".join(sorted(self.rules.checks))
            return Finding(
                check_id, "", "host", "unknown", f"There is no check {check_id!r}; there are: {known}.", 0.0
            )
        evidence = with_acts(self.evidence(), self.about.audit)
        return find(self.rules, check, evidence, self.about.outline.check_sections.get(check_id, ""))

    @property
    def look_timeout_s(self) -> float:
        """How long one look of a watch may take, in seconds: as long as a probe."""
        return self.evidence().target.probe_timeout_s

    def watcher(self) -> Watcher | None:
        """Who watches the target; None if nobody can."""
        return None

    def ledger_has_grown(self) -> None:
        """A watch has ended: what it sent stands in the ledger from now on. Any thread may call it."""
        self._ledger_grew = True

    def plan(self, remedy_id: str) -> RemedyPlan:
        """The remedy's plan for this target. Raises :class:`UserError` for an unknown id."""
        return self._plans_of_others().get(remedy_id) or self.rules.plan(remedy_id, self.evidence())

    def has_remedy(self, remedy_id: str) -> bool:
        """Whether there is a remedy of this id, by these rules or by those of what the subject depends on."""
        return remedy_id in self.rules.remedies or remedy_id in self._plans_of_others()

    def _plans_of_others(self) -> dict[str, RemedyPlan]:
        """The plans of causes that other rules have named."""
        plans = [cause.remedy for cause in self.diagnosis().causes if cause.remedy is not None]
        return {plan.id: plan for plan in plans if plan.id not in self.rules.remedies}

    @property
    def target_name(self) -> str:
        """What is observed, in a few words; "" if nothing names it."""
        return self.redact(self.rules.target_name(self.about.parameters, self.evidence()))

    @property
    def name_to_confirm(self) -> str:
        """The target's name, which a person types to confirm a destructive plan."""
        return self.rules.name_to_confirm(self.evidence())

    @property
    def environment(self) -> str:
        """ "production" if the target is, so that applying a fix asks for that word; else ""."""
        given = self.about.parameters.get("environment")
        several = given if isinstance(given, list) else (given,)
        return PRODUCTION if PRODUCTION in {str(each).strip().lower() for each in several} else ""

    def redact(self, text: str) -> str:
        """``text`` with every secret replaced by its token and control characters made visible."""
        return clean(text, self.vault)


def finished_now(diagnosis: Diagnosis) -> Diagnosis:
    """``diagnosis`` as of this moment."""
    return msgspec.structs.replace(diagnosis, finished_at=utc_now())
