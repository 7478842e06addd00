"""Two runs compared, such as before and after a fix; no target is contacted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec import Struct

from runbooklab.model.conclusions import Diagnosis, Finding, rank
from runbooklab.model.drawing import Fact, Measure
from runbooklab.model.evidence import Evidence
from runbooklab.report.contributed import identity, measures, target_name, vocabulary
from runbooklab.words import moment

#: The value of what a run did not observe.
NOT_OBSERVED = "not observed"

_UNTROUBLED = {"ok", "skipped", ""}


class Side(Struct, frozen=True):
    """One of the two runs. ``primary`` is its primary cause's title; "" if it names none."""

    run_id: str
    runbook: str
    title: str
    target: str
    incident: str
    started_at: str
    verdict: str
    summary: str
    primary: str
    primary_id: str


class Cause(Struct, frozen=True):
    """A cause that at least one run supports. ``was`` and ``now`` are its states; "" for none."""

    id: str
    title: str
    was: str
    now: str
    why: str  # what proves it, or what rules it out now


class FindingChange(Struct, frozen=True):
    """A check that is judged differently; "" if a run has no such finding."""

    id: str
    title: str
    was: str
    now: str
    was_summary: str
    now_summary: str


class Change(Struct, frozen=True):
    """Something that differs, or that only one run observed; the other says :data:`NOT_OBSERVED`."""

    name: str
    was: str
    now: str

    @property
    def seen_twice(self) -> bool:
        """Whether both runs observed it."""
        return NOT_OBSERVED not in (self.was, self.now)


class NumberChange(Change, frozen=True):
    """A number that changed by more than its noise. The values are in the number's own unit."""

    was_value: float | None
    now_value: float | None


class Comparison(Struct, frozen=True):
    before: Side
    after: Side
    appeared: tuple[Cause, ...]
    vanished: tuple[Cause, ...]
    remained: tuple[Cause, ...]
    findings: tuple[FindingChange, ...]
    numbers: tuple[NumberChange, ...]
    identity: tuple[Change, ...]  # which thing it was, and how it is set up
    notes: tuple[str, ...]  # what to keep in mind when reading it, one sentence each

    @property
    def same(self) -> bool:
        """Whether nothing that is compared has changed."""
        judged = self.before.verdict == self.after.verdict and self.before.primary_id == self.after.primary_id
        return judged and not any((self.appeared, self.vanished, self.findings, self.numbers, self.identity))

    @property
    def telling(self) -> tuple[FindingChange, ...]:
        """The findings that were or are not ok, or could not be observed."""
        return tuple(change for change in self.findings if not {change.was, change.now} <= _UNTROUBLED)

    @property
    def minor(self) -> tuple[FindingChange, ...]:
        """The findings that newly apply, or no longer do."""
        return tuple(change for change in self.findings if {change.was, change.now} <= _UNTROUBLED)


def compare(
    before: Diagnosis, seen_before: Evidence | None, after: Diagnosis, seen_after: Evidence | None
) -> Comparison:
    """The differences of ``after`` from ``before``. The evidence of either may be missing."""
    sides = _side(before, seen_before), _side(after, seen_after)
    causes = tuple(_causes(before, after))
    both = (seen_before or Evidence(), seen_after or Evidence())
    return Comparison(
        *sides,
        appeared=tuple(cause for cause in causes if cause.was != "supported"),
        vanished=tuple(cause for cause in causes if cause.now != "supported"),
        remained=tuple(cause for cause in causes if cause.was == cause.now),
        findings=_findings(before, after, vocabulary(seen_after or seen_before).title),
        numbers=tuple(_numbers(*map(measures, both))),
        identity=tuple(_identity(*both, before.parameters, after.parameters)),
        notes=tuple(_notes(*sides, None in (seen_before, seen_after))),
    )


def _side(run: Diagnosis, evidence: Evidence | None) -> Side:
    primary = run.primary
    return Side(
        run.run_id,
        run.runbook,
        run.title or run.runbook,
        target_name(run.parameters, evidence),
        run.incident or "",
        run.started_at,
        run.verdict,
        run.summary,
        primary.title if primary else "",
        primary.id if primary else "",
    )


def _causes(before: Diagnosis, after: Diagnosis) -> Iterator[Cause]:
    """The causes that either run supports."""
    was, now = ({cause.id: cause for cause in run.causes} for run in (before, after))
    for name in dict.fromkeys((*was, *now)):
        old, new = was.get(name), now.get(name)
        states = (old.state if old else "", new.state if new else "")
        if "supported" in states:
            known = new or old
            why = (new.proof or new.reason) if new else ""
            yield Cause(name, known.title if known else name, *states, why)


def _findings(before: Diagnosis, after: Diagnosis, title: Callable[[str], str]) -> tuple[FindingChange, ...]:
    was, now = ({finding.id: finding for finding in run.findings} for run in (before, after))
    changed = [
        FindingChange(name, title(name), *_before_and_after(was.get(name), now.get(name)))
        for name in dict.fromkeys((*was, *now))
        if _status(was.get(name)) != _status(now.get(name))
    ]
    return tuple(sorted(changed, key=lambda change: min(rank(change.was), rank(change.now))))


def _before_and_after(was: Finding | None, now: Finding | None) -> tuple[str, str, str, str]:
    return _status(was), _status(now), was.summary if was else "", now.summary if now else ""


def _status(finding: Finding | None) -> str:
    return finding.status if finding else ""


def _numbers(before: Iterable[Measure], after: Iterable[Measure]) -> Iterator[NumberChange]:
    """The numbers that changed by more than their noise, or that only one of the runs observed."""
    was, now = ({measure.name: measure for measure in measures} for measures in (before, after))
    for name in dict.fromkeys((*was, *now)):
        old, new = was.get(name) or Measure(name, None), now.get(name) or Measure(name, None)
        if not _is_same(old, new):
            yield NumberChange(name, _shown(old), _shown(new), old.value, new.value)


def _is_same(was: Measure, now: Measure) -> bool:
    if was.value is None or now.value is None:
        return was.value == now.value
    larger = max(abs(was.value), abs(now.value))
    return was.value == now.value or abs(was.value - now.value) <= now.noise * larger


def _shown(measure: Measure) -> str:
    return NOT_OBSERVED if measure.value is None else measure.words


def _identity(
    before: Evidence, after: Evidence, given_before: dict[str, Any], given_after: dict[str, Any]
) -> Iterator[Change]:
    was, now = ({fact.name: fact for fact in _facts(evidence)} for evidence in (before, after))
    for name in dict.fromkeys((*was, *now)):
        old, new = was.get(name), now.get(name)
        if old and new and old.value != new.value:
            yield Change(name, old.value, new.value)
        elif old and not new and not old.needs_both:
            yield Change(name, old.value, NOT_OBSERVED)
        elif new and not old and not new.needs_both:
            yield Change(name, NOT_OBSERVED, new.value)
    for name in sorted({*given_before, *given_after} - {"incident"}):
        before_it, after_it = (str(given.get(name, "")) for given in (given_before, given_after))
        if before_it != after_it:
            yield Change(f"Parameter {name}", before_it or '""', after_it or '""')


def _facts(evidence: Evidence) -> Iterator[Fact]:
    """What was observed, and from which vantage."""
    facts = (*identity(evidence), Fact("Looked at from host", evidence.hostname))
    return (fact for fact in facts if fact.value)


def _notes(before: Side, after: Side, lacking: bool) -> Iterator[str]:
    if before.run_id and before.run_id == after.run_id:
        yield "Both are the same run."
    if before.runbook != after.runbook:
        yield f"The runs are of different runbooks: {before.runbook} and {after.runbook}."
    if before.target != after.target:
        yield f"The runs inspected different targets: {before.target or 'none'} and {after.target or 'none'}."
    first, second = moment(before.started_at), moment(after.started_at)
    if first and second and first > second:
        yield "The run named first is the later one."
    if lacking:
        yield "The evidence of a run is missing: numbers and identity are compared as far as possible."
