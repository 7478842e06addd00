"""A stored run as a notebook's cells see it in replay mode: its evidence, judged by today's rules.

Nothing is observed and nothing can be changed: no probe is started, and a remedy is refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from runbooklab.archive.replay import changes, judge_again, missing_from
from runbooklab.archive.stored import as_diagnosis, as_evidence, contents
from runbooklab.authoring.outline import Outline
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import AuditEntry, Diagnosis, RemedyPlan
from runbooklab.model.evidence import Evidence
from runbooklab.notebook.run import About, Run
from runbooklab.redaction import Vault
from runbooklab.words import count, utc_now

if TYPE_CHECKING:
    from runbooklab.apply.apply import Consent, OnStep

REFUSED = "this is a replay of stored evidence: nothing is changed"


class ReplayedRun(Run):
    """The run whose ``diagnosis.json`` and ``evidence.json`` are in ``folder``.

    Raises :class:`UserError` if they cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        before, evidence = folder / "diagnosis.json", folder / "evidence.json"
        self.before = as_diagnosis(contents(before), before)
        self._evidence = as_evidence(contents(evidence), evidence)
        about = About(
            runbook=self.before.runbook,
            run_id=self.before.run_id,
            started_at=self.before.started_at,
            parameters=self.before.parameters,
            outline=_outline(self.before),
            missing=list(missing_from(self.before)),
            audit=list(self.before.audit),
        )
        super().__init__(about, Rules.of_evidence(self._evidence), Vault())

    def evidence(self) -> Evidence:
        """What the run saw."""
        return self._evidence

    def look_again(self) -> None:
        """Does nothing: a replay observes nothing."""

    def _judge(self, evidence: Evidence) -> Diagnosis:
        """By today's rules, marked as a replay."""
        now = judge_again(self.before, evidence)
        provenance = msgspec.structs.replace(now.provenance, replayed_at=utc_now())
        return msgspec.structs.replace(now, provenance=provenance)

    def apply(
        self, plan: RemedyPlan, consent: Consent, required: str, on_step: OnStep | None = None
    ) -> tuple[AuditEntry, ...]:
        """Refused."""
        return tuple(
            AuditEntry(utc_now(), plan.id, command, "refused", REFUSED, consent.asked_by)
            for command in plan.commands
        )

    def record(self, entries: tuple[AuditEntry, ...]) -> None:
        """Does nothing: the stored run's audit trail is what it was."""

    def keep(self, diagnosis: Diagnosis) -> None:
        """Does nothing: nobody waits for a replay's conclusion."""

    @property
    def notice(self) -> str:
        """The notice above every verdict of a replay."""
        moment = self.about.started_at.partition(".")[0].rstrip("Z").replace("T", " ")
        notice = (
            f"Replay of run {self.about.run_id} of {moment} UTC: it judges the evidence stored then. "
            "Nothing is observed now, and nothing can be changed from here."
        )
        differ = len(changes(self.before, self.diagnosis()))
        if not differ:
            return notice
        then = self.before.provenance.version or "an unknown version"
        number = count(differ, "difference")
        return f"{notice} {number} from the judgement of {then} (`runbook replay` lists them)."


def _outline(before: Diagnosis) -> Outline:
    """The runbook's sections, as far as the stored diagnosis names them."""
    return Outline(
        title=before.title,
        sections=(),
        check_sections={finding.id: finding.section for finding in before.findings},
        checklist=tuple((row.item, row.command, row.check) for row in before.checklist),
    )
