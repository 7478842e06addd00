"""A run that observes a target: all its probes start at once, in the background."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.authoring.outline import Outline, outline
from runbooklab.authoring.project import Suite, find_suite
from runbooklab.authoring.trust import with_trust
from runbooklab.diagnosis.conclude import conclude
from runbooklab.domain.rules import Rules
from runbooklab.domains import DEFAULT
from runbooklab.errors import UserError
from runbooklab.model.conclusions import AuditEntry, Diagnosis, Finding, RemedyPlan
from runbooklab.model.declared import NOTHING, Declarations
from runbooklab.model.parameter import COMMON
from runbooklab.notebook.audit_file import append, audit_file
from runbooklab.notebook.run import About, Earlier, Run, finished_now
from runbooklab.notebook.scratch import NO_RUNNER, Runner
from runbooklab.notebook.target import names_given, plain_values, redacted, target_of
from runbooklab.observe.collect import Collection, within
from runbooklab.redaction import Vault
from runbooklab.report.words import verdict_in_words
from runbooklab.words import utc_now

if TYPE_CHECKING:
    from runbooklab.apply.apply import Consent, OnStep
    from runbooklab.domain.watcher import Watcher
    from runbooklab.model.evidence import Evidence
    from runbooklab.model.observation import Observation

#: How long after a probe's end its evidence is copied for the runner, in seconds.
KEEP_EVERY_S = 0.25

#: After a remedy: how often to look at most until the verdict is better, and the pause in between, in
#: seconds.
SETTLE_ROUNDS = 4
SETTLE_S = 0.7


class LiveRun(Run):
    """A target being observed.

    ``runbook`` is the runbook's slug, ``uses`` names its domains, ``declared`` is what it declares itself;
    ``parameters`` are its parameters as the
    notebook has them: they may hold secrets in clear or as tokens. ``runner`` is the process that waits for
    what the run leaves. ``most_s`` is the longest that any probe may take, in seconds.
    """

    can_apply = True

    def __init__(
        self,
        runbook: str,
        parameters: Mapping[str, Any],
        *,
        uses: Sequence[str] = DEFAULT,
        declared: Declarations = NOTHING,
        suite: Suite | None = None,
        vault: Vault | None = None,
        runner: Runner = NO_RUNNER,
        most_s: float | None = None,
    ) -> None:
        vault = vault or runner.vault()
        parameters = plain_values(parameters)
        self.suite = suite or find_suite(Path.cwd())
        rules = Rules.of(uses, with_trust(self.suite, runbook, declared))
        run_id = runner.run_id or uuid.uuid4().hex[:12]
        vault.reserve((*names_given(parameters, rules), run_id, runbook), own=True)
        vault.reserve_texts(rules.words_of_others)
        self.target, problems = target_of(parameters, rules, vault)
        about = About(
            runbook=runbook,
            run_id=run_id,
            started_at=utc_now(),
            parameters=redacted(parameters, vault, rules.parameters.values()),
            outline=_outline(self.suite, runbook),
            missing=list(problems),
        )
        super().__init__(about, rules, vault)
        self.scratch, self._handover = runner.scratch, runner.handover
        self._audit_file = audit_file()
        self._evidence: Evidence | None = None
        self._copying = threading.Lock()
        self._copy_is_due = False
        self._collection = Collection(
            self.target,
            self.suite.root,
            vault,
            probes=within(rules.probes.values(), most_s),
            domains=rules.names,
            declared=rules.declared,
            on_done=self._keep,
        )
        self._collection.start()

    @property
    def observed(self) -> str:
        """What is observed, as the parameters say it: the same for two runs of one target."""
        common = {row.name for row in COMMON}
        places = sorted(item for item in self.target.values.items() if item[0] not in common)
        return f"{self.about.runbook} {places}"

    # --- evidence

    def _keep(self, name: str, observation: Observation[Any]) -> None:
        """A probe has ended: soon the evidence so far is copied to where the runner finds it."""
        self.scratch.progress(event="probe", probe=name, observed=observation.value is not None)
        if self.scratch.folder is None or self._copy_is_due:
            return
        self._copy_is_due = True
        copy = threading.Timer(KEEP_EVERY_S, self._copy)
        copy.daemon = True
        copy.start()

    def _copy(self, evidence: Evidence | None = None) -> None:
        """Leave ``evidence``, or the evidence so far, in the scratch folder."""
        with self._copying:  # one at a time, so that an older copy never replaces a newer one
            self._copy_is_due = False
            if self._handover is not None:
                self._handover.share(self.vault.export())
            self.scratch.put("evidence.json", evidence or self._collection.so_far())

    def evidence(self) -> Evidence:
        """Everything observed; waits for running probes, never past their deadline."""
        if self._evidence is None or self._ledger_grew:
            self._ledger_grew = False
            self._evidence = self.rules.seen(self._collection.evidence())
            self._copy(self._evidence)
        return self._evidence

    def look_again(self) -> None:
        """Run all probes again, together: no answer mixes what was observed at different times."""
        self.earlier = self.last_look() or self.earlier
        self._collection.start()
        self._evidence = None

    def last_look(self) -> Earlier | None:
        """The last look, if somebody waited for it: one that was interrupted was shown to nobody."""
        return None if self._evidence is None else self._this_look()

    def watcher(self) -> Watcher | None:
        """Who watches the target, by what the probes saw of it."""
        self.evidence()
        return self.rules.watcher(self._collection.context())

    # --- conclusions

    def finding(self, check_id: str) -> Finding:
        """As in any run; the runner is notified, too."""
        found = super().finding(check_id)
        if found.id in self.rules.checks:
            self.scratch.progress(
                event="finding",
                id=found.id,
                section=found.section,
                status=found.status,
                summary=found.summary,
            )
        return found

    def diagnosis(self) -> Diagnosis:
        """The diagnosis of what has been observed so far."""
        return finished_now(super().diagnosis())

    def _judge(self, evidence: Evidence) -> Diagnosis:
        return conclude(self.rules, evidence, self.about.header(self.suite))

    # --- changes

    def apply(
        self, plan: RemedyPlan, consent: Consent, required: str, on_step: OnStep | None = None
    ) -> tuple[AuditEntry, ...]:
        """Apply a plan, to nothing but what this look saw, and look until things have settled."""
        from runbooklab.apply.apply import Required, apply

        evidence = self.evidence()
        watched = {} if on_step is None else {"on_step": on_step}
        entries = apply(
            plan,
            Required(required, self.environment),
            consent,
            self.rules.verbs,
            self.vault,
            url=self.rules.url(evidence),
            pinned=self.rules.pinned(evidence),
            folder=str(self.suite.root),
            because=verdict_in_words(self.diagnosis()),
            **watched,
        )
        self.record(entries)
        if any(entry.outcome != "refused" for entry in entries):
            with suppress(KeyboardInterrupt):  # what was done is told all the same
                self._look_until_settled()
        return entries

    def record(self, entries: tuple[AuditEntry, ...]) -> None:
        """Add entries to the audit trail, also where the runner finds it, and to the incident's file."""
        self.about.audit.extend(entries)
        self.scratch.put("audit.json", self.about.audit)
        if self._audit_file is not None:
            about = {"runbook": self.about.runbook, "run_id": self.about.run_id, "target": self.target_name}
            append(self._audit_file, entries, **about)

    def _this_look(self) -> Earlier:
        return Earlier(self.evidence().gathered_at, self.diagnosis())

    def _look_until_settled(self) -> None:
        """Look again after a remedy: what was just started needs a moment until it answers.

        What it was before is what it was before the remedy.
        """
        before = self._this_look()
        for _ in range(SETTLE_ROUNDS):
            self.look_again()
            self.earlier = before
            if self.diagnosis().verdict in ("ok", "warning"):
                return
            time.sleep(SETTLE_S)

    def keep(self, diagnosis: Diagnosis) -> None:
        """Leave the concluded diagnosis and the complete evidence where the runner finds them."""
        self._copy(self.evidence())
        self.scratch.put("diagnosis.json", diagnosis)


def _outline(suite: Suite, runbook: str) -> Outline:
    """The runbook's sections and checklist; empty if the notebook isn't in this suite."""
    try:
        return outline(json.loads(suite.notebook(runbook).read_text()))
    except (OSError, ValueError, UserError):
        return Outline(title=runbook, sections=(), check_sections={}, checklist=())
