"""What this run itself did to the target: so that it is not told as somebody else's doing.

The acts are an observation like any other, without a probe: whoever judges the evidence adds the run's audit.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from runbooklab.model.conclusions import AuditEntry
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Key, Observation
from runbooklab.words import seconds_between

#: How far an act's time in the audit and what came of it may lie apart, in seconds: longer than one command
#: may take (the engine gives a container 10 s to stop), with some slack between two clocks.
NEAR_S = 45


class OwnActs(Struct, frozen=True):
    """The acts of this run that were carried out, oldest first."""

    acts: tuple[AuditEntry, ...] = ()


OWN_ACTS = Key("own-acts", OwnActs)


def with_acts(evidence: Evidence, audit: Iterable[AuditEntry]) -> Evidence:
    """``evidence`` that knows the run's own acts, without those that were refused."""
    acts = tuple(act for act in audit if act.outcome != "refused")
    return evidence.having(Observation(OWN_ACTS.name, value=OwnActs(acts))) if acts else evidence


def own_acts(evidence: Evidence, *words: str, near: str = "") -> tuple[AuditEntry, ...]:
    """The run's acts whose command has all of ``words``; ``near`` is a time that they have to be close to."""
    seen = evidence[OWN_ACTS].value
    return tuple(act for act in (seen.acts if seen else ()) if _fits(act, words, near))


def _fits(act: AuditEntry, words: tuple[str, ...], near: str) -> bool:
    apart = seconds_between(near, act.at) if near else 0.0
    there = act.command.replace("&&", " ").split()
    return all(word in there for word in words) and apart is not None and abs(apart) <= NEAR_S
