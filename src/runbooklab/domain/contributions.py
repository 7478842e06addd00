"""What a domain adds to a diagnosis and its report beyond findings and causes: functions of evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct, field

from runbooklab.domain.watcher import Watcher
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


def _no_words(evidence: Evidence) -> dict[str, str]:
    return {}


def _no_name(evidence: Evidence) -> str:
    return ""


def _nobody(context: Any) -> Watcher | None:
    return None


class Contributions(Struct, Generic[E], frozen=True):
    """Every field has a default: a domain adds only what its subject has."""

    #: How far a connection gets, rung by rung. It is passed the findings by id.
    ladder: Callable[[E, Mapping[str, Finding]], tuple[Rung, ...]] = _no_rungs
    #: Ids of the findings that show how the client fails: each supported cause below it rests on them too.
    shows_failure: Callable[[E], tuple[str, ...]] = _nothing
    #: Names of the domains whose rules judge this evidence too: what the subject depends on, if it failed.
    #: Their probes come along with ``uses``, at least as ``NAME/probes``.
    also_judged: Callable[[E], tuple[str, ...]] = _nothing
    #: What will fail once the primary cause is fixed.
    upcoming: Callable[[E, Sequence[JudgedCause]], tuple[NextCause, ...]] = _none_next
    #: The evidence in one line of an error text: which address and which container it names.
    in_error: Callable[[str, ErrorText], Evidence] = _nothing_told
    #: The target's name: a person types it to confirm a destructive plan.
    name_to_confirm: Callable[[E], str] = _no_name
    #: What a fix was planned for: if it is another one by the time the fix is applied, the fix is refused.
    pinned: Callable[[E], Iterable[Fact]] = _nothing
    #: The target's URL, redacted: its credentials are used when a remedy is carried out.
    url: Callable[[E], str] = _no_name
    #: What happened, for the timeline.
    moments: Callable[[E], Iterable[Moment]] = _nothing
    plots: Callable[[E], Iterable[BarPlot]] = _nothing
    #: What readers call the places of texts in the evidence.
    places: Callable[[E], Iterable[Place]] = _nothing
    #: A sentence for each thing whose values were never read, and so have no tokens.
    left_out: Callable[[E], Iterable[str]] = _nothing
    #: The numbers that are compared between runs: the same ones in the same order for any evidence.
    measures: Callable[[E], Iterable[Measure]] = _nothing
    #: What identifies the things that were observed, and how they are set up.
    identity: Callable[[E], Iterable[Fact]] = _nothing
    #: What the runbook's examples call a thing, or a command of theirs -> what it is for this target.
    own_words: Callable[[E], Mapping[str, str]] = _no_words
    #: The name of what was observed. It is passed the parameters, and the evidence if there is any.
    target_name: Callable[[Mapping[str, Any], E | None], str] = _no_target
    #: Who looks at the target again and again. It is passed what a probe is passed, and opens nothing yet.
    watch: Callable[[Any], Watcher | None] = _nobody
    #: Our own texts: what resembles a secret in them is not one.
    examples: Callable[[], Iterable[str]] = _no_examples
    #: How vantages and the words of ids are spelled.
    vocabulary: Vocabulary = PLAIN
    #: Check -> the follow-up to propose, in words, if the check is not ok.
    follow_ups: Mapping[str, str] = field(default_factory=dict)
    #: Cause -> what to try, in a sentence, if a person named no target and it only means that there is none.
    nothing_there: Mapping[str, str] = field(default_factory=dict)
    #: The parameters that say whom the probes contact: who named none of them may not mean the default one.
    contacted: tuple[str, ...] = ()
    #: The parameters that say what declared checks look at: without any there is nothing to look at.
    looked_at: tuple[str, ...] = ()
    #: The causes that say only that nothing is there: of a default one they explain nothing.
    absent: tuple[str, ...] = ()
