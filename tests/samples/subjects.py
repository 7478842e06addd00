"""A diagnosis by the rules of any subjects, and what of it a reader could not bring together."""

from __future__ import annotations

from collections.abc import Iterable

from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.evidence import Evidence


def diagnose(e: Evidence, *subjects: str) -> Diagnosis:
    """What a runbook that uses these domains says of the evidence."""
    header = Header(run_id="r1", runbook="sample", started_at="", finished_at="")
    return conclude(Rules.of(subjects), e, header)


def primary(seen: Diagnosis) -> str:
    """The id of the primary cause; "" if nothing is supported."""
    return seen.primary.id if seen.primary is not None else ""


def statuses(seen: Diagnosis) -> dict[str, str]:
    """Check -> status."""
    return {finding.id: finding.status for finding in seen.findings}


def contradictions(seen: Diagnosis) -> Iterable[str]:
    """What a reader of the report could not bring together, a sentence each."""
    found = statuses(seen)
    if seen.verdict == "critical" and "critical" not in found.values():
        yield "the verdict is critical, and no finding is"
    for cause in seen.causes:
        shown = {found[check] for check in cause.because}
        if cause.state != "supported":
            continue
        if cause.severity == "critical" and "critical" not in shown:
            yield f"{cause.id} is critical, and of its findings none is: {shown}"
        if not shown - {"ok"}:
            yield f"{cause.id} is supported, and its findings are all ok"
