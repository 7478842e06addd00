"""Causes that the error text names, and that nothing here could look at."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.diagnosis.error_signs import mark_of
from runbooklab.domain.cause import Cause, Ruling, Supported, Untested
from runbooklab.domain.common import ERROR_TEXT
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.signs import SIGNS
from runbooklab.domains.environment.thresholds import TEXT_CONFIDENCE


def _has_nothing_to_look_at(row: Cause[Evidence], e: Evidence) -> bool:
    """Whether all that shows the cause was seen, or is not there to be seen; what failed is left unknown."""
    from runbooklab.domains.environment.checks.table import CHECKS

    needed = next((check.needs for check in CHECKS if check.id == row.shown_by), ())
    missing = [e[probe].missing for probe in needed]
    return all(each is None or each.reason == "not-applicable" for each in missing)


def spoken_of(row: Cause[Evidence]) -> Cause[Evidence]:
    """``row``, which the error text supports too if it could not be looked at: the core makes that a warning.

    What was looked at and is not so stays ruled out: the text was written before this run.
    """

    def judged(e: Evidence) -> Ruling:
        ruling = row.judge(e)
        if not isinstance(ruling, Untested) or not _has_nothing_to_look_at(row, e):
            return ruling
        mark = mark_of(row.id, e[ERROR_TEXT].value, SIGNS)
        if mark is None:
            return ruling
        return Supported(
            f"The error text says: {mark.sign.name}. {ruling.reason}",
            (row.shown_by,),
            TEXT_CONFIDENCE,
            f"The error text says: {mark.sign.name}. Nothing that was named here shows it.",
            severity="warning",
        )

    return replace(row, judge=judged)
