"""What the subject depends on and what failed: judged by its own domain's rules, on the same evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.diagnosis.causes import judge_causes
from runbooklab.diagnosis.findings import find
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import Finding, JudgedCause
from runbooklab.model.evidence import Evidence


class Others(Struct, frozen=True):
    """Causes that other domains' rules support, ranked, and the findings that they rest on."""

    causes: tuple[JudgedCause, ...] = ()
    findings: tuple[Finding, ...] = ()


def also_judged(rules: Rules, e: Evidence, sections: Mapping[str, str]) -> Others:
    """What the rules of the domains in ``Contributions.also_judged`` say of ``e``."""
    causes: list[JudgedCause] = []
    findings: list[Finding] = []
    for others in _rules_of_others(rules, e):
        seen = others.seen(e)
        supported = [each for each in judge_causes(others, seen, run=rules) if each.state == "supported"]
        wanted = {finding for cause in supported for finding in cause.because}
        causes += supported
        findings += (
            find(others, check, seen, sections.get(check.id, ""))
            for check in others.checks.values()
            if check.id in wanted and check.id not in rules.checks
        )
    return Others(tuple(causes), tuple(findings))


def _rules_of_others(rules: Rules, e: Evidence) -> Iterator[Rules]:
    names = (name for part in rules.contributions for name in part.also_judged(e))
    for name in dict.fromkeys(names):
        if name not in rules.names:
            yield Rules.of((name,))


def put_first(others: tuple[JudgedCause, ...], own: tuple[JudgedCause, ...]) -> tuple[JudgedCause, ...]:
    """One list: what the subject depends on is fixed first; a cause that both name stands in it once."""
    if not others:
        return own
    named = {cause.id for cause in others}
    primary = others[0].id
    rest = (replace(cause, primary=False) for cause in own if cause.id not in named)
    return (*(replace(cause, primary=cause.id == primary) for cause in others), *rest)
