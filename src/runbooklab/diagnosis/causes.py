"""The whole catalogue judged and ranked: which cause is there, which to fix first, what could not be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from runbooklab.diagnosis.error_signs import read, signs_of
from runbooklab.domain.cause import Cause, RuledOut, Ruling, Supported, Untested
from runbooklab.domains.environment.records import ErrorText
from runbooklab.domains.redis.causes.table import CATALOGUE
from runbooklab.domains.redis.layers import EXPLAIN_MISSING, LAYER_ORDER
from runbooklab.domains.redis.readings.client import in_container
from runbooklab.domains.redis.readings.client_outcome import client_outcome
from runbooklab.model.conclusions import JudgedCause, RemedyPlan
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Missing, Observation

if TYPE_CHECKING:
    from runbooklab.domain.remedy import Remedy

#: Below this a cause is a guess, and stands behind every cause that is more.
GUESS = 0.6
#: How much an error text that speaks for a cause, or for other causes only, moves its confidence.
SPEAKS_FOR, SPEAKS_AGAINST = 0.02, -0.05
SUREST = 0.99
#: Causes whose confidence differs by less are about as sure.
ABOUT_AS_SURE = 0.05
#: How much less a text says that gives no reason, and one that does not name Redis.
VAGUE, CAUTIOUS = 0.6, 0.5


class Candidate(Struct, frozen=True):
    """A cause that an error text alone points to."""

    id: str
    title: str
    sign: str  # which sign of the text speaks for it
    confidence: float


def judge_causes(e: Evidence) -> tuple[JudgedCause, ...]:
    """Every cause of the catalogue, judged: supported first and ranked, then untested, then ruled out.

    Where anything is supported, exactly one cause is primary: the one to fix first.
    """
    rulings = {cause.id: _no_worse_than_seen(cause, _ruling(cause, e), e) for cause in CATALOGUE}
    supported = {id_: ruling for id_, ruling in rulings.items() if isinstance(ruling, Supported)}
    ranked = sorted(
        (cause for cause in CATALOGUE if cause.id in supported),
        key=lambda cause: _rank(cause, supported, e),
    )
    judged = [
        _judged(cause, supported[cause.id], supported, e, primary=position == 0)
        for position, cause in enumerate(ranked)
    ]
    rest = [(cause, ruling) for cause in CATALOGUE if not isinstance(ruling := rulings[cause.id], Supported)]
    untested = [_not_supported(cause, ruling) for cause, ruling in rest if isinstance(ruling, Untested)]
    ruled_out = [_not_supported(cause, ruling) for cause, ruling in rest if isinstance(ruling, RuledOut)]
    return (*judged, *untested, *ruled_out)


def explain(text: ErrorText) -> tuple[Candidate, ...]:
    """The causes an error text alone speaks for, the likeliest first; nothing is looked at."""
    titles = {cause.id: cause.title for cause in CATALOGUE}
    found: dict[str, Candidate] = {}
    ceiling = 1.0
    for mark in read(text).marks:
        sign = mark.sign
        weight = (1.0 if sign.level == "firm" else VAGUE) * (
            CAUTIOUS if not mark.names_redis and sign.generic else 1
        )
        for position, cause in enumerate(sign.causes):
            if cause not in found:
                confidence = weight * 0.9 / len(sign.causes) ** 0.5 * 0.9**position
                ceiling = min(ceiling, confidence)
                found[cause] = Candidate(cause, titles[cause], sign.name, round(ceiling, 3))
    return tuple(found.values())


def _ruling(cause: Cause, e: Evidence) -> Ruling:
    try:
        return cause.judge(e)
    except Exception as error:  # noqa: BLE001 # one judge's mistake must not cost the diagnosis
        return Untested(f"This cause could not be judged: {type(error).__name__}: {error}")


def _no_worse_than_seen(cause: Cause, ruling: Ruling, e: Evidence) -> Ruling:
    """What an error text alone speaks for is a warning: it tells of a time before this look."""
    if not isinstance(ruling, Supported) or e.error_text.value is None:
        return ruling
    seen = structs.replace(e, error_text=Observation("error-text", missing=Missing("not-applicable")))
    if isinstance(_ruling(cause, seen), Supported):
        return ruling
    return structs.replace(ruling, severity="warning")


def look_alikes(cause: Cause) -> tuple[str, ...]:
    """Ids of the causes that look the same to the client: those it names, then those that name it."""
    named_by = (other.id for other in CATALOGUE if cause.id in other.look_alikes)
    return tuple(dict.fromkeys((*cause.look_alikes, *named_by)))


def _severity(cause: Cause, ruling: Supported) -> str:
    return ruling.severity or cause.severity


def _parent(cause: Cause, supported: Mapping[str, Supported]) -> str:
    """The supported cause that brings this one about."""
    return next((parent for parent in cause.consequence_of if parent in supported), "")


def _spoken_for(cause: Cause, e: Evidence) -> bool | None:
    """Whether the error text speaks for the cause; None if it speaks for none."""
    text = e.error_text.value
    signs = signs_of(text) if text else ()
    return any(cause.id in sign.causes for sign in signs) if signs else None


def _confidence(cause: Cause, ruling: Supported, e: Evidence) -> float:
    spoken_for = _spoken_for(cause, e)
    if spoken_for is None:
        return ruling.confidence
    return round(min(ruling.confidence + (SPEAKS_FOR if spoken_for else SPEAKS_AGAINST), SUREST), 3)


def _rank(cause: Cause, supported: Mapping[str, Supported], e: Evidence) -> tuple[object, ...]:
    """Sort key: what to fix first comes first.

    An error text tells of a time before this look: it decides only between what is about as sure without it.
    """
    confidence = supported[cause.id].confidence
    return (
        cause.layer in EXPLAIN_MISSING,
        bool(_parent(cause, supported)),
        _severity(cause, supported[cause.id]) == "warning",
        confidence < GUESS,
        LAYER_ORDER[cause.layer],
        -round(confidence / ABOUT_AS_SURE),
        not _spoken_for(cause, e),
        -confidence,
    )


def _judged(
    cause: Cause, ruling: Supported, supported: Mapping[str, Supported], e: Evidence, *, primary: bool
) -> JudgedCause:
    return JudgedCause(
        id=cause.id,
        title=cause.title,
        state="supported",
        confidence=_confidence(cause, ruling, e),
        primary=primary,
        because=tuple(dict.fromkeys((*ruling.because, *_seen_by_client(cause, e)))),
        proof=ruling.proof,
        summary=ruling.summary or ruling.proof,
        consequence_of=_parent(cause, supported),
        look_alikes=look_alikes(cause),
        layer=cause.layer,
        remedy=plan_for(cause, e),
        severity="warning" if _severity(cause, ruling) == "warning" else "critical",
    )


def _seen_by_client(cause: Cause, e: Evidence) -> tuple[str, ...]:
    """The finding that shows how the client fails, where it does: each cause below it rests on that too."""
    if cause.layer in EXPLAIN_MISSING or client_outcome(e) in (None, "pong", "invalid"):
        return ()
    return ("redis-ping-orchestrator",) if in_container(e) else ("redis-ping",)


def _not_supported(cause: Cause, ruling: RuledOut | Untested) -> JudgedCause:
    return JudgedCause(
        id=cause.id,
        title=cause.title,
        state="ruled-out" if isinstance(ruling, RuledOut) else "untested",
        reason=ruling.reason,
        layer=cause.layer,
        severity=cause.severity,
    )


def plan_for(cause: Cause, e: Evidence) -> RemedyPlan | None:
    """The plan of the first of the cause's remedies that fits this target; where none does, of the first.

    None where no plan can be made.
    """
    from runbooklab.domains.redis.remedies.table import REMEDIES

    plans = [_plan(REMEDIES[id_], e) for id_ in cause.remedies]
    made = [(fits, plan) for fits, plan in plans if plan is not None]
    return next((plan for fits, plan in made if fits), made[0][1] if made else None)


def _plan(remedy: Remedy, e: Evidence) -> tuple[bool, RemedyPlan | None]:
    """Whether the remedy fits, and its plan; a plan that cannot be made must not cost the diagnosis."""
    try:
        return remedy.fits(e), remedy.plan(e)
    except Exception:  # noqa: BLE001 # whatever it is, the cause's next remedy takes its place
        return False, None
