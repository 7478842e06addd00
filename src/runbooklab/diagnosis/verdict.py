"""From findings and causes to one verdict, by what an ``ok`` rests on in the domains of a run.

A verdict is ``ok`` only if every check that it rests on for this target was observed and is ok. What was
missing makes it ``unknown``.
"""

from __future__ import annotations

from collections.abc import Sequence

from runbooklab.domain.rules import Rules
from runbooklab.domain.verdict import Ground, Standing
from runbooklab.model.conclusions import Finding, JudgedCause, Verdict
from runbooklab.model.evidence import Evidence

#: Findings of these checks are advice for later.
PREVENTION = "prevention-"
#: Why nothing can be called well in a run whose domains make no claim.
NO_STANDING = "Nothing in this runbook says what that rests on."
#: The same in a run without any domain, whose runbook declares nothing either.
NO_CHECK = "This runbook has no check."


def rests_on(rules: Rules, e: Evidence) -> frozenset[str]:
    """Ids of the checks that the verdict rests on for this target."""
    return frozenset(
        ground.check for standing in rules.standings for ground in standing.grounds if ground.applies(e)
    )


def vital(rules: Rules, e: Evidence, findings: Sequence[Finding]) -> list[Finding]:
    """The findings that the verdict rests on."""
    wanted = rests_on(rules, e)
    return [finding for finding in findings if finding.id in wanted]


def with_status(findings: Sequence[Finding], status: str) -> list[Finding]:
    """The findings with this status; audits of prevention don't count."""
    return [each for each in findings if each.status == status and not each.id.startswith(PREVENTION)]


def decide(
    rules: Rules,
    e: Evidence,
    findings: Sequence[Finding],
    causes: Sequence[JudgedCause],
    missing: Sequence[str] = (),
) -> Verdict:
    """The verdict: ``critical`` before ``unknown`` before ``warning`` before ``ok``.

    ``missing`` says what the run itself could not do, a sentence each.
    """
    supported = [cause for cause in causes if cause.state == "supported"]
    resting = vital(rules, e, findings)
    if any(cause.severity == "critical" for cause in supported) or with_status(resting, "critical"):
        return "critical"
    if missing or unseen(rules, e, findings, causes):
        return "unknown"
    if supported or with_status(resting, "warning") or with_status(findings, "critical"):
        return "warning"
    return "ok"


def unseen(
    rules: Rules, e: Evidence, findings: Sequence[Finding], causes: Sequence[JudgedCause]
) -> list[tuple[str, str]]:
    """What the verdict rests on and was not observed: the claim that is not known to hold, and why."""
    if not rules.standings:
        return [("the target is healthy", NO_STANDING if rules.domains else NO_CHECK)]
    return [
        (standing.claim, sentence)
        for standing in rules.standings
        for sentence in _unseen_of(standing, e, findings, causes)
    ]


def _unseen_of(
    standing: Standing[Evidence], e: Evidence, findings: Sequence[Finding], causes: Sequence[JudgedCause]
) -> list[str]:
    by_id = {finding.id: finding for finding in findings}
    grounds = [(ground, by_id.get(ground.check)) for ground in standing.grounds if ground.applies(e)]
    sentences = [
        finding.summary if finding else f"The check {ground.check} was not made."
        for ground, finding in grounds
        if _is_open(ground, finding, e, causes)
    ]
    return sentences + standing.also_unseen(e, findings)


def _is_open(
    ground: Ground[Evidence], finding: Finding | None, e: Evidence, causes: Sequence[JudgedCause]
) -> bool:
    """Whether a ground says nothing, neither for nor against."""
    if finding is None:
        return True
    if finding.status == "unknown":
        return not ground.may_be_unseen(causes)
    return finding.status == "skipped" and not ground.may_be_skipped(e)
