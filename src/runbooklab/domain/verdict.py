"""What a verdict of a domain rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from runbooklab.domain.tuples import check_tuples
from runbooklab.model.conclusions import Finding, JudgedCause
from runbooklab.model.evidence import Evidence

E = TypeVar("E", bound=Evidence, contravariant=True)


def always(evidence: Evidence) -> bool:
    """For every target."""
    return True


def never(evidence: Evidence) -> bool:
    """For no target."""
    return False


def _nothing_more(evidence: Evidence, findings: Sequence[Finding]) -> list[str]:
    return []


def _seen(causes: Sequence[JudgedCause]) -> bool:
    return False


class Ground(Struct, Generic[E], frozen=True):
    """One row: a check that a verdict of ``ok`` rests on."""

    check: str
    #: What an ``ok`` claims by it.
    claims: str
    #: Whether it counts for a target, and how the documentation says so.
    applies: Callable[[E], bool] = always
    when: str = "always"
    #: Whether "does not apply" (``skipped``) is an answer for a target, and how the documentation says so.
    may_be_skipped: Callable[[E], bool] = never
    skipped_when: str = "never"
    #: Whether a supported cause that explains missing evidence is enough if it was not observed.
    may_be_unseen: Callable[[Sequence[JudgedCause]], bool] = _seen


class Standing(Struct, Generic[E], frozen=True):
    """A domain's part in the verdict of a run whose runbook names it."""

    #: What an ``ok`` says, to finish "It is not known whether ...".
    claim: str
    #: In the order in which a reader asks for them.
    grounds: tuple[Ground[E], ...]
    #: The sentence for a healthy target, with its numbers.
    healthy: Callable[[E], str]
    #: What else the verdict rests on and was not observed, one sentence each.
    also_unseen: Callable[[E, Sequence[Finding]], list[str]] = _nothing_more
    #: The checks that say whether a fix worked, in the order in which the source of truth is asked.
    validation: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_tuples(self)


AnyGround = Ground[Any]
