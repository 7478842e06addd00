"""One run of a runbook: gathers evidence, judges it, keeps the audit trail. The cells of a notebook
talk to it through :mod:`runbooklab.session`; it knows nothing of how things are displayed.
"""

from __future__ import annotations

import json
import os
import threading
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from runbooklab.archive.provenance import provenance
from runbooklab.authoring.outline import Outline, outline
from runbooklab.authoring.project import Suite, find_suite
from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.findings import find
from runbooklab.domain.remedy import word_to_confirm
from runbooklab.domains.docker.meant import redis_name
from runbooklab.domains.redis.checks.table import CHECKS
from runbooklab.errors import UserError
from runbooklab.model.conclusions import Act, Diagnosis, Finding, RemedyPlan
from runbooklab.notebook.scratch import RUN_ID_VARIABLE, Handover, Scratch
from runbooklab.notebook.target import names_given, redacted, target_of
from runbooklab.observe.collect import Gathering
from runbooklab.redaction.text import clean
from runbooklab.redaction.vault import Vault

if TYPE_CHECKING:
    import pandas as pd

    from runbooklab.model.evidence import Evidence
    from runbooklab.model.observation import Observation


def utc_now() -> str:
    """Now, ISO 8601 in UTC with milliseconds and a ``Z``."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


#: How long after a probe's end there is a copy of its evidence for the runner, in seconds.
KEEP_EVERY_S = 0.25

#: After an act: looks at most until the verdict is better, and the time between two of them, in seconds.
SETTLE_LOOKS = 4
SETTLE_S = 0.7


class Investigation:
    """A target being looked at.

    ``runbook`` is the runbook's slug; ``parameters`` are its parameters as the notebook has them:
    they may hold secrets in clear or as tokens. All probes start at once, in the background.
    """

    #: Whether a remedy may be carried out at all.
    may_act = True

    @property
    def notice(self) -> str:
        """What must be said above every verdict; "" for a live run."""
        return ""

    def __init__(
        self,
        runbook: str,
        parameters: Mapping[str, Any],
        *,
        suite: Suite | None = None,
        vault: Vault | None = None,
    ) -> None:
        self.runbook = runbook
        self.started_at = utc_now()
        self.run_id = os.environ.get(RUN_ID_VARIABLE) or uuid.uuid4().hex[:12]
        self.scratch = Scratch.from_environment()
        self._handover = Handover.from_environment()
        self.vault = vault or vault_from_environment(self._handover)
        self.vault.reserve((*names_given(parameters), self.run_id, runbook), own=True)
        self.parameters = redacted(parameters, self.vault)
        self.target, problems = target_of(parameters, self.vault)
        self.missing: list[str] = list(problems)
        self.suite = suite or find_suite(Path.cwd())
        self.outline = _outline(self.suite, runbook)
        self.audit: list[Act] = []
        self.cells_run: set[str] = set()  # which cells a person has run: see interactive.cell_key
        self._evidence: Evidence | None = None
        self._diagnosis: Diagnosis | None = None
        self._judged: tuple[int, int, int] = (0, 0, 0)  # what the diagnosis above was judged from
        self._copying = threading.Lock()
        self._copy_is_due = False
        self._gathering = Gathering(self.target, self.suite.root, self.vault, on_done=self._keep)
        self._gathering.start()

    # --- evidence

    def _keep(self, name: str, observation: Observation[Any]) -> None:
        """A probe has ended: before long there is a copy of what there is where the runner finds it."""
        self.scratch.progress(event="probe", probe=name, observed=observation.value is not None)
        if self.scratch.folder is None or self._copy_is_due:
            return
        self._copy_is_due = True
        copy = threading.Timer(KEEP_EVERY_S, self._copy)
        copy.daemon = True
        copy.start()

    def _copy(self, evidence: Evidence | None = None) -> None:
        """Leave ``evidence``, or what there is by now, in the scratch folder."""
        with self._copying:  # one at a time, so that an older copy never replaces a newer one
            self._copy_is_due = False
            if self._handover is not None:
                self._handover.tell(self.vault.export())
            self.scratch.put("evidence.json", evidence or self._gathering.so_far())

    def evidence(self) -> Evidence:
        """Everything observed; waits for what is still under way, never past the probes' deadline."""
        if self._evidence is None:
            self._evidence = self._gathering.evidence()
            self._copy(self._evidence)
        return self._evidence

    def look_again(self, probes: tuple[str, ...] | None = None) -> Evidence:
        """Probe afresh: the named probes, or all of them."""
        self._gathering.again(probes)
        self._evidence = None
        return self.evidence()

    # --- conclusions

    def finding(self, check_id: str, *, again: bool = False) -> Finding:
        """The finding of one check; with ``again`` its probes look afresh first."""
        check = CHECKS.get(check_id)
        if check is None:
            known = ", ".join(sorted(CHECKS))
            return Finding(
                check_id, "", "host", "unknown", f"There is no check {check_id!r}; there are: {known}.", 0.0
            )
        if again:
            self.look_again(check.needs)
        found = find(check, self.evidence(), self.outline.check_sections.get(check_id, ""))
        self.scratch.progress(
            event="finding", id=found.id, section=found.section, status=found.status, summary=found.summary
        )
        return found

    def diagnosis(self) -> Diagnosis:
        """The diagnosis of what has been observed until now; judged once for the same evidence."""
        evidence = self.evidence()
        basis = (id(evidence), len(self.audit), len(self.missing))
        if self._diagnosis is None or self._judged != basis:
            self._diagnosis, self._judged = self._judge(evidence), basis
        return msgspec.structs.replace(self._diagnosis, finished_at=utc_now())

    def _judge(self, evidence: Evidence) -> Diagnosis:
        return conclude(
            evidence,
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
            provenance=provenance(self.suite.root, self.suite.runbook(self.runbook)),
            missing=tuple(self.missing),
        )

    def frame(self, check_id: str) -> pd.DataFrame:
        """The tables of a finding as one DataFrame, a row a table row, the columns as displayed (text)."""
        import pandas as pd

        tables = self.finding(check_id).tables
        return pd.concat(
            [pd.DataFrame(table.rows, columns=list(table.columns)) for table in tables] or [pd.DataFrame()]
        )

    # --- changes

    def plan(self, remedy_id: str) -> RemedyPlan:
        """The remedy's plan for this target. Raises :class:`UserError` for an unknown id."""
        from runbooklab.domains.redis.remedies.table import REMEDIES

        remedy = REMEDIES.get(remedy_id)
        if remedy is None:
            raise UserError(
                f"there is no remedy {remedy_id!r}", hint=f"known remedies: {', '.join(sorted(REMEDIES))}"
            )
        return remedy.plan(self.evidence())

    def word_to_confirm(self, plan: RemedyPlan) -> str:
        """What a person types before the plan is carried out on this target."""
        return word_to_confirm(plan, redis_name(self.evidence()))

    def act(self, remedy_id: str, typed: str, asked_by: str) -> tuple[Act, ...]:
        """Carry a remedy out, because a person asked for it, and look at everything again.

        ``typed`` is what the person typed to confirm it (asked of destructive remedies);
        ``asked_by`` says how it was asked, for the audit trail.
        """
        from runbooklab.apply.apply import apply

        plan, address = self.plan(remedy_id), self.evidence().address.value
        acts = apply(
            plan,
            self.word_to_confirm(plan),
            self.vault,
            typed=typed,
            url=address.text if address is not None else "",
            asked_by=asked_by,
        )
        self.audit.extend(acts)
        self.scratch.put("audit.json", self.audit)
        if any(act.outcome != "refused" for act in acts):
            self._look_until_settled()
        return acts

    def _look_until_settled(self) -> None:
        """Look again after an act: what was just started needs a moment until it answers."""
        for _ in range(SETTLE_LOOKS):
            self.look_again()
            if self.diagnosis().verdict in ("ok", "warning"):
                return
            time.sleep(SETTLE_S)

    def keep(self, diagnosis: Diagnosis) -> None:
        """Leave the concluded diagnosis and the complete evidence where the runner finds them."""
        self._copy(self.evidence())
        self.scratch.put("diagnosis.json", diagnosis)

    def redact(self, text: str) -> str:
        """``text`` with every secret replaced by its token and control characters made visible."""
        return clean(text, self.vault)


def vault_from_environment(handover: Handover | None = None) -> Vault:
    """A vault that knows the secrets that the runner or our papermill engine took out of the parameters."""
    vault = Vault()
    for told in handover.told() if handover is not None else ():
        vault.import_(told)
    return vault


def _outline(suite: Suite, runbook: str) -> Outline:
    """The runbook's sections and checklist; empty where the notebook isn't in this suite."""
    try:
        return outline(json.loads(suite.notebook(runbook).read_text()))
    except (OSError, ValueError, UserError):
        return Outline(title=runbook, sections=(), check_sections={}, checklist=())
