"""Judges and ranks all causes of the rules: which are supported, which to fix first, which are untested."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from runbooklab.diagnosis.error_signs import signs_of
from runbooklab.diagnosis.hand_over import hand_over
from runbooklab.domain.cause import AnyCause, Cause, RuledOut, Ruling, Supported, Untested
from runbooklab.domain.common import ERROR_TEXT
from runbooklab.domain.remedy import Remedy
from runbooklab.domain.rules import Rules
from runbooklab.model.conclusions import JudgedCause, RemedyPlan
from runbooklab.model.evidence import Evidence

#: A cause with less confidence is a guess, and ranks behind every other supported cause.
GUESS = 0.6
#: How much an error text changes a cause's confidence if it points to the cause, or only to others.
SPEAKS_FOR, SPEAKS_AGAINST = 0.02, -0.05
SUREST = 0.99
#: Causes whose confidence differs by less count as equally sure.
ABOUT_AS_SURE = 0.05


def judge_causes(rules: Rules, e: Evidence, run: Rules | None = None) -> tuple[JudgedCause, ...]:
    """Every cause of the rules, judged: supported first and ranked, then untested, then ruled out.

    ``run`` are the run's rules, if it is about something else. If anything is supported, exactly one cause
    is primary: the one to fix first.
    """
    catalogue = rules.causes.values()
    rulings = {cause.id: _no_worse_than_seen(cause, _ruling(cause, e), e) for cause in catalogue}
    supported = {id_: ruling for id_, ruling in rulings.items() if isinstance(ruling, Supported)}
    ranked = sorted(
        (cause for cause in catalogue if cause.id in supported),
        key=lambda cause: _rank(rules, cause, supported, e),
    )
    judged = [
        _judged(rules, cause, supported, e, run=run or rules, primary=position == 0)
        for position, cause in enumerate(ranked)
    ]
    rest = [(cause, ruling) for cause in catalogue if not isinstance(ruling := rulings[cause.id], Supported)]
    untested = [_not_supported(cause, ruling, e) for cause, ruling in rest if isinstance(ruling, Untested)]
    ruled_out = [_not_supported(cause, ruling, e) for cause, ruling in rest if isinstance(ruling, RuledOut)]
    return (*judged, *untested, *ruled_out)


def _ruling(cause: Cause[Evidence], e: Evidence) -> Ruling:
    try:
        ruling = cause.judge(e)
        if not isinstance(ruling, Ruling):
            raise TypeError(f"judge gave {type(ruling).__name__}, no ruling")
        return ruling
    except Exception as error:  # noqa: BLE001 # one judge's mistake must not cost the diagnosis
        return Untested(f"This cause could not be judged: {type(error).__name__}: {error}")


def _no_worse_than_seen(cause: Cause[Evidence], ruling: Ruling, e: Evidence) -> Ruling:
    """A cause that only the error text points to is a warning: the text was written before this run."""
    if not isinstance(ruling, Supported) or e[ERROR_TEXT].value is None:
        return ruling
    if isinstance(_ruling(cause, e.having(ERROR_TEXT.not_looked_at())), Supported):
        return ruling
    return structs.replace(ruling, severity="warning")


def look_alikes(rules: Rules, cause: AnyCause) -> tuple[str, ...]:
    """Ids of the causes that look the same to the client: those it names, then those that name it."""
    named_by = (other.id for other in rules.causes.values() if cause.id in other.look_alikes)
    return tuple(dict.fromkeys((*cause.look_alikes, *named_by)))


def _severity(cause: Cause[Evidence], ruling: Supported) -> str:
    return ruling.severity or cause.severity


def _parent(rules: Rules, cause: Cause[Evidence], supported: Mapping[str, Supported]) -> str:
    """The supported cause of which this one is a consequence."""
    explained_by = (id_ for id_ in supported if cause.id in rules.causes[id_].explains)
    return next((parent for parent in (*cause.consequence_of, *explained_by) if parent in supported), "")


def _spoken_for(rules: Rules, cause: Cause[Evidence], e: Evidence) -> bool | None:
    """Whether the error text points to the cause; None if it points to none."""
    text = e[ERROR_TEXT].value
    signs = signs_of(text, rules.signs) if text else ()
    return any(cause.id in sign.causes for sign in signs) if signs else None


def _confidence(rules: Rules, cause: Cause[Evidence], ruling: Supported, e: Evidence) -> float:
    spoken_for = _spoken_for(rules, cause, e)
    if spoken_for is None:
        return ruling.confidence
    return round(min(ruling.confidence + (SPEAKS_FOR if spoken_for else SPEAKS_AGAINST), SUREST), 3)


def _rank(
    rules: Rules, cause: Cause[Evidence], supported: Mapping[str, Supported], e: Evidence
) -> tuple[object, ...]:
    """Sort key: what to fix first comes first.

    An error text was written before this run: it only decides between causes that are otherwise equally sure.
    """
    confidence = supported[cause.id].confidence
    return (
        rules.explains_missing(cause),
        bool(_parent(rules, cause, supported)),
        _severity(cause, supported[cause.id]) == "warning",
        confidence < GUESS,
        rules.depth(cause),
        -round(confidence / ABOUT_AS_SURE),
        not _spoken_for(rules, cause, e),
        -confidence,
    )


def _judged(
    rules: Rules,
    cause: Cause[Evidence],
    supported: Mapping[str, Supported],
    e: Evidence,
    *,
    run: Rules,
    primary: bool,
) -> JudgedCause:
    ruling = supported[cause.id]
    return JudgedCause(
        id=cause.id,
        title=_title(cause, e),
        state="supported",
        confidence=_confidence(rules, cause, ruling, e),
        primary=primary,
        because=tuple(dict.fromkeys((*ruling.because, *_seen_by_client(rules, cause, e)))),
        proof=ruling.proof,
        summary=ruling.summary or ruling.proof,
        consequence_of=_parent(rules, cause, supported),
        look_alikes=look_alikes(rules, cause),
        layer=cause.layer,
        remedy=plan_for(rules, cause, e),
        severity="warning" if _severity(cause, ruling) == "warning" else "critical",
        hand_over=hand_over(run, cause, ruling, e),
    )


def _seen_by_client(rules: Rules, cause: Cause[Evidence], e: Evidence) -> tuple[str, ...]:
    """The findings that show how the client fails, if it does: each cause below it rests on them too."""
    if rules.explains_missing(cause):
        return ()
    return tuple(finding for part in rules.contributions for finding in part.shows_failure(e))


def _title(cause: Cause[Evidence], e: Evidence) -> str:
    return cause.title if cause.title_here is None else cause.title_here(e)


def _not_supported(cause: Cause[Evidence], ruling: RuledOut | Untested, e: Evidence) -> JudgedCause:
    return JudgedCause(
        id=cause.id,
        title=_title(cause, e),
        state="ruled-out" if isinstance(ruling, RuledOut) else "untested",
        reason=ruling.reason,
        layer=cause.layer,
        severity=cause.severity,
    )


def plan_for(rules: Rules, cause: Cause[Evidence], e: Evidence) -> RemedyPlan | None:
    """The plan of the first of the cause's remedies that fits this target; if none does, of the first.

    One that must fit, and does not, is never recommended. None if no plan can be made.
    """
    rows = [rules.remedies[id_] for id_ in cause.remedies if id_ in rules.remedies]
    plans = [(row.must_fit, *_plan(row, e)) for row in rows]
    made = [(fits, plan) for must, fits, plan in plans if plan is not None and (fits or not must)]
    return next((plan for fits, plan in made if fits), made[0][1] if made else None)


def _plan(remedy: Remedy[Evidence], e: Evidence) -> tuple[bool, RemedyPlan | None]:
    """Whether the remedy fits, and its plan; a plan that cannot be made must not cost the diagnosis."""
    try:
        return remedy.fits(e), remedy.plan(e)
    except Exception:  # noqa: BLE001 # whatever it raises, the cause's next remedy is tried
        return False, None
