"""Evidence to a diagnosis: findings, judged causes, ladder, verdict and the one sentence on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from runbooklab.diagnosis.findings import find_all
from runbooklab.diagnosis.verdict import decide, unseen, vital, with_status
from runbooklab.domain.judgement import why
from runbooklab.domains.redis.checks.table import CHECKS
from runbooklab.domains.redis.ladder import ladder
from runbooklab.domains.redis.probes.table import PROBES
from runbooklab.domains.redis.readings.address import place
from runbooklab.domains.redis.readings.conversation import info
from runbooklab.model.conclusions import (
    Act,
    ChecklistItem,
    Diagnosis,
    Finding,
    JudgedCause,
    NextCause,
    Provenance,
    Verdict,
)
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Missing, Observation
from runbooklab.words import listed, mid_sentence, milliseconds, plural


def conclude(
    evidence: Evidence,
    *,
    run_id: str,
    runbook: str,
    started_at: str,
    finished_at: str,
    title: str = "",
    sections: Mapping[str, str] | None = None,
    checklist: Iterable[tuple[str, str, str]] = (),
    parameters: Mapping[str, Any] | None = None,
    incident: str | None = None,
    audit: tuple[Act, ...] = (),
    provenance: Provenance | None = None,
    missing: tuple[str, ...] = (),
) -> Diagnosis:
    """The diagnosis of ``evidence``.

    ``sections`` maps a check's id to the slug of the section that shows it; ``checklist`` holds rows of
    (item, command, check id); ``parameters`` are redacted; ``missing`` says what the run itself could
    not do, one sentence each: it makes the verdict ``unknown`` unless it is worse already.
    """
    from runbooklab.diagnosis.causes import judge_causes
    from runbooklab.domains.redis.upcoming import upcoming

    findings = find_all(evidence, sections or {})
    causes = judge_causes(evidence)
    verdict = decide(evidence, findings, causes, missing)
    after = upcoming(evidence, causes)
    return Diagnosis(
        run_id=run_id,
        runbook=runbook,
        title=title,
        incident=incident,
        started_at=started_at,
        finished_at=finished_at,
        parameters=dict(parameters or {}),
        verdict=verdict,
        summary=with_next(summarise(evidence, verdict, findings, causes, missing), after),
        causes=causes,
        findings=findings,
        ladder=ladder(evidence),
        checklist=tick(checklist, findings),
        not_observed=not_observed(evidence, findings, missing),
        audit=audit,
        ledger=evidence.ledger,
        provenance=provenance or Provenance(),
        next=after,
    )


def with_next(summary: str, after: Sequence[NextCause]) -> str:
    """The sentence on top, and what will be met after that."""
    if not after:
        return summary
    return f"{summary} Next you will meet: {' '.join(one.summary for one in after)}"


def tick(checklist: Iterable[tuple[str, str, str]], findings: Sequence[Finding]) -> tuple[ChecklistItem, ...]:
    """Each row of (item, command, check id) with the status of its check's finding."""
    status = {finding.id: finding.status for finding in findings}
    return tuple(
        ChecklistItem(item, status.get(check_id, "unknown"), command, check_id)
        for item, command, check_id in checklist
    )


# --- the sentence on top -----------------------------------------------------------------------


def summarise(
    e: Evidence,
    verdict: Verdict,
    findings: Sequence[Finding],
    causes: Sequence[JudgedCause],
    missing: Sequence[str] = (),
) -> str:
    """What is the case, in one or two sentences for a tired person."""
    resting = vital(e, findings)
    supported = [cause for cause in causes if cause.state == "supported"]
    primary = next((cause for cause in supported if cause.primary), None)
    told = (primary.summary or primary.proof or primary.title) if primary else ""
    if verdict == "critical":
        failing = with_status(resting, "critical")
        if primary is not None and (primary.severity == "critical" or not failing):
            return told
        return " ".join(filter(None, (failing[0].summary, told or NO_CAUSE)))
    if verdict == "unknown":
        reasons = [*missing, *unseen(e, findings, causes)]
        return " ".join(
            filter(None, (told, f"It is not known whether Redis can be used: {mid_sentence(reasons[0])}"))
        )
    if verdict == "warning":
        return told or [*with_status(resting, "warning"), *with_status(findings, "critical")][0].summary
    return healthy_summary(e)


NO_CAUSE = "No cause in the catalogue explains it."


def healthy_summary(e: Evidence) -> str:
    """What is well, with its numbers: time of a PING, workers registered, whether it takes writes."""
    talk, seen = e.redis.value, e.registrations.value
    clauses = ["answers PING"]
    if talk is not None and talk.ping_ms:
        clauses = [f"answers in {milliseconds(sorted(talk.ping_ms)[len(talk.ping_ms) // 2])}"]
    elif e.target.orchestrator_container:
        clauses = [f"answers container {e.target.orchestrator_container}"]
    if seen is not None and seen.complete:
        clauses.append(f"has {plural(len(seen.keys), 'worker')} registered")
    if talk is not None and talk.can_write == "yes":
        clauses.append("has room to write" if info(e) else "may be written to")
    return f"Redis at {place(e)} {_joined(clauses)}."


def _joined(clauses: Sequence[str]) -> str:
    """Clauses of one sentence; a verb that repeats the one before it is left out."""
    said: list[str] = []
    for index, clause in enumerate(clauses):
        repeats = index > 0 and clauses[index - 1].split()[0] == clause.split()[0]
        said.append(clause.split(" ", 1)[1] if repeats else clause)
    return listed(said)


# --- what was not observed ---------------------------------------------------------------------

#: What each probe looks at, to name in a sentence.
_LOOKS_AT = {probe.name: probe.looks_at for probe in PROBES}


def not_observed(e: Evidence, findings: Sequence[Finding], missing: Sequence[str] = ()) -> tuple[str, ...]:
    """What could not be looked at and would have mattered, one sentence each.

    Probes that are missing for one reason share a sentence. Audits of prevention don't count.
    """
    groups: dict[str, dict[str, None]] = {}
    rest: list[str] = []
    for finding in findings:
        if finding.status != "unknown" or finding.id.startswith("prevention-") or finding.id not in CHECKS:
            continue
        gaps = list(_gaps(e, CHECKS[finding.id].needs))
        for probe, gap in gaps:
            groups.setdefault(why(e, gap), {})[_LOOKS_AT.get(probe, probe)] = None
        if finding.missing and not gaps:
            groups.setdefault(finding.missing.reason, {})[mid_sentence(finding.missing.thing)] = None
        elif not gaps and finding.id != "docker-access":
            rest.append(finding.summary)
    grouped = [f"Not observed: {listed(list(names), 10)} ({reason})." for reason, names in groups.items()]
    return tuple(dict.fromkeys((*missing, *grouped, *rest)))


def _gaps(e: Evidence, probes: Iterable[str]) -> Iterable[tuple[str, Missing]]:
    """Those of the probes that should have seen something and did not."""
    for probe in probes:
        seen: Observation[Any] = getattr(e, probe.replace("-", "_"))
        if seen.missing is not None and seen.missing.reason != "not-applicable":
            yield probe, seen.missing
