"""Evidence to findings: runs the judges of the table and never raises."""

from __future__ import annotations

from collections.abc import Mapping

from runbooklab.domain.check import Check
from runbooklab.domains.redis.shown_by import with_causes
from runbooklab.model.conclusions import Finding, Judgement
from runbooklab.model.evidence import Evidence


def find(check: Check, evidence: Evidence, section: str) -> Finding:
    """The finding of one check; ``section`` is the slug of the section that shows it, or "".

    Its duration is that of the slowest probe it rests on. A judge that raises gives ``unknown``.
    """
    said = judgement(check, evidence)
    observations = [getattr(evidence, name.replace("-", "_")) for name in check.needs]
    return Finding(
        id=check.id,
        section=section,
        vantage=check.vantage,
        status=said.status,
        summary=said.summary,
        duration_ms=round(max((seen.duration_ms for seen in observations), default=0.0), 3),
        facts=said.facts,
        tables=said.tables,
        text=said.text,
        missing=said.missing,
    )


def judgement(check: Check, evidence: Evidence) -> Judgement:
    """What a check says, no better than the causes that it shows."""
    try:
        said = check.judge(evidence)
    except Exception as error:  # noqa: BLE001 # one broken check must not hide what the others found
        said = Judgement("unknown", f"The check {check.id} raised {type(error).__name__}: {error}")
    return with_causes(check.id, said, evidence)


def find_all(evidence: Evidence, sections: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings of all checks, in the table's order; ``sections``: check id -> section slug."""
    from runbooklab.domains.redis.checks.table import CHECKS

    return tuple(find(check, evidence, sections.get(check.id, "")) for check in CHECKS.values())
