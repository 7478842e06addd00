"""What a domain says of sample evidence: of each cause, and of a target that works."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from runbooklab.apply.apply import understood
from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain.domain import AnyDomain
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import Diagnosis, JudgedCause, RemedyPlan
from runbooklab.model.evidence import Evidence, read
from runbooklab.model.observation import Missing, Observation
from runbooklab.testing.mistake import Found, Mistake, tried
from runbooklab.words import listed


def mistakes(
    domain: AnyDomain,
    rules: Rules,
    samples: Mapping[str, Evidence] | None,
    healthy: Evidence | None,
    vaguer: Collection[str],
) -> Found:
    """Samples whose cause is not named first, and alarms about what works or was not seen."""
    if healthy is not None:
        yield from _healthy(rules, healthy, vaguer)
    if samples is None:
        return
    sampled = {name.partition("/")[0] for name in samples}
    for cause in domain.causes:
        if cause.id not in sampled:
            yield Mistake(f"cause {cause.id}", "it has no sample", "add evidence of it to samples")
    for name, evidence in samples.items():
        yield from _sample(rules, name, evidence, vaguer)


def _judged(rules: Rules, evidence: Evidence) -> Diagnosis:
    header = Header(run_id="sample", runbook="sample", started_at="", finished_at="")
    return conclude(rules, rules.seen(evidence), header)


def _supported(diagnosis: Diagnosis) -> dict[str, JudgedCause]:
    return {cause.id: cause for cause in diagnosis.causes if cause.state == "supported"}


def _healthy(rules: Rules, evidence: Evidence, vaguer: Collection[str]) -> Found:
    where = "sample healthy"
    diagnosis, failure = tried(_judged, rules, evidence)
    if failure:
        yield Mistake(where, f"it cannot be judged: {failure}", "correct the function that raises")
        return
    if diagnosis.verdict != "ok":
        what = f"the verdict is {diagnosis.verdict}: {diagnosis.summary}"
        yield Mistake(where, what, "give evidence of a target that works, or correct the check")
    elif not diagnosis.summary:
        yield Mistake(where, "the summary is empty", "let standing.healthy return a sentence")
    if supported := _supported(diagnosis):
        yield Mistake(
            where, f"it supports {listed(list(supported))}", "let those causes ask for what shows them"
        )
    yield from _in_part(rules, where, evidence, diagnosis, vaguer)
    yield from _stored(rules, where, evidence)


def _sample(rules: Rules, name: str, evidence: Evidence, vaguer: Collection[str]) -> Found:
    where, wanted = f"sample {name}", name.partition("/")[0]
    if wanted not in rules.causes:
        yield Mistake(where, f"{wanted!r} is no cause", "name it as its cause's id, or id/variant")
        return
    diagnosis, failure = tried(_judged, rules, evidence)
    if failure:
        yield Mistake(where, f"it cannot be judged: {failure}", "correct the function that raises")
        return
    primary = diagnosis.primary
    if primary is None or primary.id != wanted:
        first = primary.id if primary else f"none ({_reason(diagnosis, wanted)})"
        yield Mistake(
            where, f"the primary cause is {first}", "correct judge, or give evidence that shows the cause"
        )
    yield from _shown(where, diagnosis)
    for cause in _supported(diagnosis).values():
        if cause.remedy is None:
            yield Mistake(
                where, f"{cause.id} has no plan", "let one of its remedies' steps work on this evidence"
            )
        elif cause.remedy.appliable:
            yield from _applied(rules, where, cause.remedy)
    yield from _in_part(rules, where, evidence, diagnosis, vaguer)
    yield from _stored(rules, where, evidence)


def _applied(rules: Rules, where: str, plan: RemedyPlan) -> Found:
    """Commands that ``--apply`` would refuse, though the plan offers it."""
    for command in plan.commands:
        _, failure = tried(understood, command, rules.verbs)
        if failure:
            what = f"{plan.id} can be applied, and no verb reads its command: {failure}"
            yield Mistake(where, what, "add a Verb that reads it to verbs, or leave appliable out")


def _reason(diagnosis: Diagnosis, wanted: str) -> str:
    return next(f"{cause.state}: {cause.reason}" for cause in diagnosis.causes if cause.id == wanted)


def _shown(where: str, diagnosis: Diagnosis) -> Found:
    """A cause rests on findings that a reader sees fail: a critical one on a critical finding."""
    statuses = {finding.id: finding.status for finding in diagnosis.findings}
    for cause in _supported(diagnosis).values():
        if strange := [check for check in cause.because if check not in statuses]:
            yield Mistake(where, f"{cause.id} rests on {strange[0]!r}, which is no check", "correct because")
            continue
        shown = {statuses[check] for check in cause.because}
        if not shown - {"ok"} or (cause.severity == "critical" and "critical" not in shown):
            what = f"{cause.id} is {cause.severity}, and its findings are {listed(sorted(shown)) or 'none'}"
            to_do = "name in because a check that fails with it, or in shown_by the check that shows it"
            yield Mistake(where, what, to_do)


def _in_part(
    rules: Rules, where: str, evidence: Evidence, whole: Diagnosis, vaguer: Collection[str]
) -> Found:
    """What one observation less would add: missing evidence is no proof."""
    for name, seen in evidence.observations.items():
        lost: Observation[Any] = Observation(name, seen.vantage, missing=Missing("deadline"))
        diagnosis, failure = tried(_judged, rules, evidence.having(lost))
        if failure:
            yield Mistake(
                where, f"it cannot be judged without {name}: {failure}", "ask whether .value is None first"
            )
            continue
        added = _supported(diagnosis).keys() - _supported(whole).keys() - set(vaguer)
        for cause in sorted(added):
            if not rules.explains_missing(rules.causes[cause]):
                what = f"without the observation {name} it supports {cause}"
                yield Mistake(where, what, "return Untested(...) for what was not observed")


def _stored(rules: Rules, where: str, evidence: Evidence) -> Found:
    """Stored evidence is judged again years later."""
    content = msgspec.json.decode(msgspec.json.encode(evidence))
    back, failure = tried(read, content, lambda names: rules.probes.values())
    if failure or back.observations != evidence.observations:
        what = f"it does not come back from JSON as it was{f': {failure}' if failure else ''}"
        yield Mistake(where, what, "let each observation's value be of its probe's record")
