"""What a domain adds to a diagnosis and its report beyond findings and causes: pure functions of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from runbooklab.model.conclusions import Finding, JudgedCause, NextCause, Rung
from runbooklab.model.drawing import PLAIN, BarPlot, Fact, Measure, Moment, Place, Vocabulary
from runbooklab.model.error_text import ErrorText
from runbooklab.model.evidence import Evidence

E = TypeVar("E", bound=Evidence, contravariant=True)


def _nothing(evidence: Evidence) -> tuple[Any, ...]:
    return ()


def _no_rungs(evidence: Evidence, findings: Mapping[str, Finding]) -> tuple[Rung, ...]:
    return ()


def _nothing_told(line: str, text: ErrorText) -> Evidence:
    return Evidence()


def _none_next(evidence: Evidence, causes: Sequence[JudgedCause]) -> tuple[NextCause, ...]:
    return ()


def _no_target(parameters: Mapping[str, Any], evidence: Evidence | None) -> str:
    return ""


def _no_examples() -> tuple[str, ...]:
    return ()


def _no_name(evidence: Evidence) -> str:
    return ""


@dataclass(frozen=True)
class Contributions(Generic[E]):
    """Every field has a default: a domain adds what its subject has."""

    #: How far a connection gets, rung by rung; is given the findings by id.
    ladder: Callable[[E, Mapping[str, Finding]], tuple[Rung, ...]] = _no_rungs
    #: Ids of the findings that show how the client fails: each supported cause below it rests on them too.
    shows_failure: Callable[[E], tuple[str, ...]] = _nothing
    #: What will be met once the primary cause is fixed.
    upcoming: Callable[[E, Sequence[JudgedCause]], tuple[NextCause, ...]] = _none_next
    #: The evidence that one line of an error text holds: where it leads, which container it names.
    in_error: Callable[[str, ErrorText], Evidence] = _nothing_told
    #: The target's name, which a person types before a plan is carried out that destroys something.
    name_to_confirm: Callable[[E], str] = _no_name
    #: The target's URL, redacted: its credentials are used when a remedy is carried out.
    url: Callable[[E], str] = _no_name
    #: What happened, for the timeline.
    moments: Callable[[E], Iterable[Moment]] = _nothing
    plots: Callable[[E], Iterable[BarPlot]] = _nothing
    #: Where a reader knows the texts of the evidence to stand.
    places: Callable[[E], Iterable[Place]] = _nothing
    #: A sentence for each thing whose values were never read, so that no token stands for them.
    left_out: Callable[[E], Iterable[str]] = _nothing
    #: The numbers that are compared between runs: the same ones, in the same order, of all evidence.
    measures: Callable[[E], Iterable[Measure]] = _nothing
    #: What says which things were looked at, and how they are set up.
    identity: Callable[[E], Iterable[Fact]] = _nothing
    #: What was looked at, by name; is given the parameters, and the evidence if there is some.
    target_name: Callable[[Mapping[str, Any], E | None], str] = _no_target
    #: Our own texts, in which what looks like a secret is none.
    examples: Callable[[], Iterable[str]] = _no_examples
    #: How the vantages and the words of ids are written.
    vocabulary: Vocabulary = PLAIN
    #: Check -> the follow-up that it is, in words, if it finds something lacking.
    follow_ups: Mapping[str, str] = field(default_factory=dict)
