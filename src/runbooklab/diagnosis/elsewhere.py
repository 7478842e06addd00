"""Where to go on if no cause of this run's rules is supported."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.diagnosis.explain_all import explain_by_all, installed_subjects
from runbooklab.diagnosis.hand_over import rules_of, to_runbook, to_triage
from runbooklab.diagnosis.told import told
from runbooklab.domain.common import ERROR_TEXT
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import HandOver, Verdict
from runbooklab.model.evidence import Evidence


def elsewhere(rules: Rules, evidence: Evidence, verdict: Verdict) -> HandOver | None:
    """The runbook of what the error text is about, else all of them if something is wrong here."""
    return _by_text(rules, evidence) or (None if verdict == "ok" else to_triage(rules, evidence))


def _by_text(rules: Rules, e: Evidence) -> HandOver | None:
    """The runbook of another subject that the pasted error text is about; None if it is about none."""
    pasted = e[ERROR_TEXT].value
    if pasted is None or not pasted.text:
        return None
    explained = explain_by_all(installed_subjects(), [pasted.text])
    first = next(iter(explained.causes), None)
    if first is None or not first.runbook or first.runbook in {domain.runbook for domain in rules.subjects}:
        return None
    named = told(rules_of(first.runbook), pasted)
    return replace(to_runbook(first.runbook, e, named), reason=f"The error text says: {explained.says}.")
