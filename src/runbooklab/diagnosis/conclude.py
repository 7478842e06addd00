"""Evidence to a diagnosis: findings, judged causes, ladder, verdict and the one sentence on top."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from runbooklab.diagnosis.also_judged import also_judged, put_first
from runbooklab.diagnosis.causes import judge_causes
from runbooklab.diagnosis.elsewhere import elsewhere
from runbooklab.diagnosis.findings import find_all
from runbooklab.diagnosis.header import Header
from runbooklab.diagnosis.missing import not_observed
from runbooklab.diagnosis.unexplained import unexplained
from runbooklab.diagnosis.verdict import decide, unseen, vital, with_status
from runbooklab.domain.own_acts import with_acts
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import (
    ChecklistItem,
    Diagnosis,
    Finding,
    JudgedCause,
    NextCause,
    Rung,
    Verdict,
)
from runbooklab.model.evidence import Evidence
from runbooklab.words import mid_sentence


def conclude(rules: Rules, evidence: Evidence, header: Header) -> Diagnosis:
    """The diagnosis of ``evidence`` by ``rules``; ``header`` is what else is known of the run."""
    evidence = rules.seen(with_acts(evidence, header.audit))
    others = also_judged(rules, evidence, header.sections)
    findings = (*find_all(rules, evidence, header.sections), *others.findings)
    causes = put_first(others.causes, judge_causes(rules, evidence))
    verdict = decide(rules, evidence, findings, causes, header.missing)
    after = tuple(cause for part in rules.contributions for cause in part.upcoming(evidence, causes))
    return Diagnosis(
        run_id=header.run_id,
        runbook=header.runbook,
        title=header.title,
        incident=header.incident,
        started_at=header.started_at,
        finished_at=header.finished_at,
        parameters=dict(header.parameters),
        verdict=verdict,
        summary=with_next(summarise(rules, evidence, verdict, findings, causes, header.missing), after),
        causes=causes,
        findings=findings,
        ladder=ladder(rules, evidence, findings),
        checklist=tick(in_this_targets_words(rules, evidence, header.checklist), findings),
        not_observed=not_observed(rules, evidence, findings, header.missing),
        audit=header.audit,
        ledger=evidence.ledger,
        provenance=header.provenance,
        next=after,
        hand_over=None if _explained(causes) else elsewhere(rules, evidence, verdict),
    )


def _explained(causes: Sequence[JudgedCause]) -> bool:
    return any(cause.state == "supported" for cause in causes)


def ladder(rules: Rules, evidence: Evidence, findings: Sequence[Finding]) -> tuple[Rung, ...]:
    """The rungs of all domains in use, those of a used domain first."""
    by_id = {finding.id: finding for finding in findings}
    return tuple(rung for part in rules.contributions for rung in part.ladder(evidence, by_id))


def with_next(summary: str, after: Sequence[NextCause]) -> str:
    """The sentence on top, and what will fail next."""
    if not after:
        return summary
    return f"{summary} Next you will meet: {' '.join(cause.summary for cause in after)}"


def in_this_targets_words(
    rules: Rules, e: Evidence, checklist: Iterable[tuple[str, str, str]]
) -> tuple[tuple[str, str, str], ...]:
    """The rows with this target's names, ports and commands in place of the runbook's examples."""
    words: dict[str, str] = {}
    for part in rules.contributions:
        words |= part.own_words(e)
    if not words:
        return tuple(checklist)
    longest_first = sorted(words, key=len, reverse=True)
    example = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w/-])")

    def own(text: str) -> str:
        return example.sub(lambda match: words[match[0]], text)

    return tuple((own(item), own(command), check_id) for item, command, check_id in checklist)


def tick(checklist: Iterable[tuple[str, str, str]], findings: Sequence[Finding]) -> tuple[ChecklistItem, ...]:
    """Each row of (item, command, check id) with the status of its check's finding."""
    status = {finding.id: finding.status for finding in findings}
    return tuple(
        ChecklistItem(item, status.get(check_id, "unknown"), command, check_id)
        for item, command, check_id in checklist
    )


def summarise(
    rules: Rules,
    e: Evidence,
    verdict: Verdict,
    findings: Sequence[Finding],
    causes: Sequence[JudgedCause],
    missing: Sequence[str] = (),
) -> str:
    """What was found, in one or two short sentences."""
    resting = vital(rules, e, findings)
    primary = next((cause for cause in causes if cause.primary), None)
    cause_says = (primary.summary or primary.proof or primary.title) if primary else ""
    if verdict == "critical":
        failing = with_status(resting, "critical")
        if primary is not None and (primary.severity == "critical" or not failing):
            return cause_says
        return _sentences(failing[0].summary, cause_says or unexplained(causes))
    if verdict == "unknown":
        return _sentences(cause_says, _not_known(rules, missing, unseen(rules, e, findings, causes)))
    if verdict == "warning":
        return cause_says or [*with_status(resting, "warning"), *with_status(findings, "critical")][0].summary
    return _sentences(*(standing.healthy(e) for standing in rules.standings))


def _not_known(rules: Rules, missing: Sequence[str], open_claims: Sequence[tuple[str, str]]) -> str:
    """Which claim of the subjects is open, and why."""
    first = rules.standings[0].claim if rules.standings else "the target is healthy"
    claim, reason = (first, missing[0]) if missing else open_claims[0]
    return f"It is not known whether {claim}: {mid_sentence(reason)}"


def _sentences(*parts: str) -> str:
    return " ".join(filter(None, parts))
