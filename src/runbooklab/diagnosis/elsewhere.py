"""Where to go on if no cause of this run's rules is supported."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.diagnosis.explain_all import explain_by_all, installed_subjects
from runbooklab.diagnosis.hand_over import rules_of, to_runbook, to_triage
from runbooklab.diagnosis.told import told
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import HandOver, Verdict
from runbooklab.model.error_text import ErrorText
from runbooklab.model.evidence import Evidence


def elsewhere(rules: Rules, evidence: Evidence, verdict: Verdict) -> HandOver | None:
    """The runbook of another subject that the error text is about.

    Else all of them, if something is wrong here or nobody knows what the text is about; else None.
    """
    text = evidence.target.error_text.strip()
    explained = explain_by_all(installed_subjects(), [text]) if text else None
    first = next(iter(explained.causes), None) if explained else None
    if explained is None or first is None:
        return to_triage(rules, evidence) if text or verdict != "ok" else None
    if first.runbook in {"", *(domain.runbook for domain in rules.subjects)}:
        return None if verdict == "ok" else to_triage(rules, evidence)
    named = told(rules_of(first.runbook), ErrorText(text))
    reason = f"The error text says: {explained.says}."
    return replace(to_runbook(first.runbook, evidence, named), reason=reason)
