"""From the diagnoses of several runbooks on one look to one answer: which cause first, and whose runbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.diagnosis.causes import GUESS
from runbooklab.diagnosis.explanation import Explanation
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import Diagnosis, HandOver, JudgedCause, Verdict, worst
from runbooklab.model.evidence import Evidence
from runbooklab.model.parameter import COMMON

NOBODY = "Nobody named a target, and the runbook's default one is not there."
ELSEWHERE = "What the text names is not on this host, and nobody named a target."


class Candidate(Struct, frozen=True):
    """A supported cause, and the runbook to go on with."""

    cause: JudgedCause
    runbook: str
    title: str  # of the runbook
    command: str  # runs it


class Subject(Struct, frozen=True):
    """What one runbook says."""

    runbook: str
    title: str
    verdict: Verdict
    summary: str
    command: str


class Triage(Struct, frozen=True):
    verdict: Verdict
    causes: tuple[Candidate, ...]  # each fault once, the one to fix first at the front
    subjects: tuple[Subject, ...]
    text: Explanation | None = None  # what the pasted text alone points to


def triage(
    diagnoses: Sequence[Diagnosis],
    runs: Mapping[str, HandOver],
    text: Explanation | None = None,
    *,
    means: AbstractSet[str] = frozenset(),
    pointed: AbstractSet[str] = frozenset(),
) -> Triage:
    """``diagnoses``: one for each runbook, what others build on first. ``runs``: slug -> how it is run.

    Of causes that are otherwise equal, one that the ``text`` points to comes first; so does one of a runbook
    in ``pointed``: the text is among its symptoms. ``means``: the causes by
    which what is observed *through* does not answer; where it answered one runbook, none of them holds.
    """
    hinted = frozenset(cause.id for cause in text.causes) if text else frozenset()
    refuted = {each.id for one in diagnoses for each in one.causes if each.state == "ruled-out"} & means
    causes = tuple(_ranked([_without(one, refuted) for one in diagnoses], runs, hinted, pointed))
    subjects = tuple(
        Subject(each.runbook, each.title, each.verdict, each.summary, runs[each.runbook].command)
        for each in diagnoses
    )
    return Triage(_verdict(diagnoses, causes), causes, subjects, text)


def _without(diagnosis: Diagnosis, refuted: AbstractSet[str]) -> Diagnosis:
    return replace(diagnosis, causes=tuple(each for each in diagnosis.causes if each.id not in refuted))


def _verdict(diagnoses: Sequence[Diagnosis], causes: Sequence[Candidate]) -> Verdict:
    """The worst of what was found; what is not known counts if nothing was."""
    told = {candidate.cause.severity for candidate in causes}
    alone = {one.verdict for one in diagnoses if not any(each.state == "supported" for each in one.causes)}
    found = told | (alone - {"unknown"} if told else alone)
    return worst(found) or "unknown"  # type: ignore[return-value] # a verdict's name


def without_default(diagnosis: Diagnosis, rules: Rules, hints: AbstractSet[str], e: Evidence) -> Diagnosis:
    """``diagnosis``, unless all it says is that a default target, which nobody named, is not there.

    ``hints``: the causes that say only that, by the rules of all runbooks.
    """
    common = {row.name for row in COMMON}
    target = e.target  # a parameter that was emptied names nothing
    named = any(
        target.sources.get(name) == "given" and target.values.get(name)
        for name in rules.parameters.keys() - common
    )
    return diagnosis if named else without_absent(diagnosis, hints, NOBODY)


def without_absent(diagnosis: Diagnosis, hints: AbstractSet[str], summary: str) -> Diagnosis:
    """``diagnosis``, unless all it says is that nothing is there; then ``summary`` says so."""
    if diagnosis.primary is None or diagnosis.primary.id not in hints:
        return diagnosis
    return replace(diagnosis, verdict="unknown", summary=summary, causes=())


def _ranked(
    diagnoses: Sequence[Diagnosis],
    runs: Mapping[str, HandOver],
    hinted: frozenset[str],
    pointed: AbstractSet[str],
) -> Iterator[Candidate]:
    titles = {diagnosis.runbook: diagnosis.title or diagnosis.runbook for diagnosis in diagnoses}
    supported = [
        (
            _rank(place, cause, cause.id in hinted or diagnosis.runbook in pointed),
            place,
            diagnosis.runbook,
            cause,
        )
        for place, diagnosis in enumerate(diagnoses)
        for cause in diagnosis.causes
        if cause.state == "supported"
    ]
    told: list[JudgedCause] = []
    for _, _, runbook, cause in sorted(supported, key=lambda row: row[:2]):
        if any(_is_one_fault(cause, other) for other in told):
            continue
        told.append(cause)
        on = cause.hand_over or runs[runbook]
        yield Candidate(cause, on.runbook, titles.get(on.runbook, on.runbook), on.command)


#: What names a thing in a sentence: a container, a file, an address (all with a mark in them), a port.
_NAME = re.compile(r"[\w./:-]*[A-Za-z][-_./:][\w./:-]*\w|\b\d{4,5}\b")


def _is_one_fault(one: JudgedCause, other: JudgedCause) -> bool:
    """Whether two runbooks mean the same thing by a cause: both sentences name it, or one names nothing.

    >>> said = lambda text: JudgedCause("container-stopped", "", "supported", summary=text)
    >>> _is_one_fault(said("Redis is stopped: redis-tts ended."), said("Container redis-tts ended."))
    True
    >>> _is_one_fault(said("Container redis-tts ended."), said("Container tts-worker ended."))
    False
    """
    if one.id != other.id:
        return False
    names, others = set(_NAME.findall(one.summary)), set(_NAME.findall(other.summary))
    return not names or not others or not names.isdisjoint(others)


def _rank(place: int, cause: JudgedCause, is_hinted: bool) -> tuple[object, ...]:
    """Sort key. A cause in the runbook whose subject it is comes before the same one seen from elsewhere."""
    return (
        cause.severity == "warning",
        cause.confidence < GUESS,
        bool(cause.consequence_of),
        not is_hinted,
        not cause.primary,
        cause.hand_over is not None,
        place,
        -cause.confidence,
    )
