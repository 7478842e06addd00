"""A stored run as a notebook's cells see it in replay mode: its evidence, judged by today's rules.

Nothing is looked at and nothing can be changed: no probe is started, and an act is refused.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import msgspec

from runbooklab.archive.replay import changes, judge_again, missing_from
from runbooklab.archive.stored import as_diagnosis, contents, decoded
from runbooklab.authoring.outline import Outline
from runbooklab.model.conclusions import Act, Diagnosis
from runbooklab.model.evidence import Evidence
from runbooklab.notebook.live_run import Investigation, utc_now
from runbooklab.notebook.scratch import Scratch
from runbooklab.redaction.vault import Vault

REFUSED = "this is a replay of stored evidence: nothing is changed"


class Replayed(Investigation):
    """The run whose ``diagnosis.json`` and ``evidence.json`` are in ``folder``.

    Raises :class:`UserError` where they cannot be read.
    """

    may_act = False

    def __init__(self, folder: Path) -> None:  # nothing of a live run is set up
        before, evidence = folder / "diagnosis.json", folder / "evidence.json"
        self.before = as_diagnosis(contents(before), before)
        self._evidence = decoded(contents(evidence), evidence, Evidence)
        self.runbook = self.before.runbook
        self.started_at = self.before.started_at
        self.run_id = self.before.run_id
        self.scratch = Scratch(None)
        self.vault = Vault()
        self.parameters = self.before.parameters
        self.target = self._evidence.target
        self.missing = list(missing_from(self.before))
        self.audit = list(self.before.audit)
        self.cells_run = set()
        self.outline = Outline(
            title=self.before.title,
            sections=(),
            check_sections={finding.id: finding.section for finding in self.before.findings},
            checklist=tuple((row.item, row.command, row.check) for row in self.before.checklist),
        )

    def evidence(self) -> Evidence:
        """What the run saw."""
        assert self._evidence is not None
        return self._evidence

    def look_again(self, probes: tuple[str, ...] | None = None) -> Evidence:
        """The same evidence: a replay looks at nothing."""
        return self.evidence()

    def diagnosis(self) -> Diagnosis:
        """The diagnosis by today's rules, marked as a replay."""
        return self._judged_again

    @cached_property
    def _judged_again(self) -> Diagnosis:
        now = judge_again(self.before, self.evidence())
        provenance = msgspec.structs.replace(now.provenance, replayed_at=utc_now())
        return msgspec.structs.replace(now, provenance=provenance)

    def act(self, remedy_id: str, typed: str, asked_by: str) -> tuple[Act, ...]:
        """Refused."""
        commands = self.plan(remedy_id).commands
        return tuple(Act(utc_now(), remedy_id, command, "refused", REFUSED, asked_by) for command in commands)

    def keep(self, diagnosis: Diagnosis) -> None:
        """Nobody waits for a replay's conclusion."""

    @property
    def notice(self) -> str:
        """What stands above every verdict of a replay."""
        moment = self.started_at.partition(".")[0].rstrip("Z").replace("T", " ")
        told = (
            f"Replay of run {self.run_id} of {moment} UTC: the evidence is what was stored then. "
            "Nothing is looked at, and nothing can be changed from here."
        )
        differ = len(changes(self.before, self.diagnosis()))
        if not differ:
            return told
        then = self.before.provenance.version or "an unknown version"
        return f"{told} Judged otherwise than by {then} then: {differ} (`runbook replay` lists them)."
