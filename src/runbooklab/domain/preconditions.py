"""What must have been observed before a cause can be judged."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from runbooklab.domain.cause import Ruling, Untested
from runbooklab.domain.probe import AnyProbe
from runbooklab.model.evidence import Evidence

E = TypeVar("E", bound=Evidence)


def why_missing(e: Evidence, probe: AnyProbe) -> str:
    """One sentence: what was not observed, and why."""
    missing = e[probe].missing
    detail = f": {missing.detail or missing.reason}" if missing else ""
    return f"Not observed: {probe.looks_at}{detail}."


def needs(*probes: AnyProbe) -> Callable[[Callable[[E], Ruling]], Callable[[E], Ruling]]:
    """Untested, with the probe's own reason, if one of these observations has no value."""

    def with_precondition(judge: Callable[[E], Ruling]) -> Callable[[E], Ruling]:
        @wraps(judge)
        def judged(e: E) -> Ruling:
            missing = next((probe for probe in probes if e[probe].value is None), None)
            return judge(e) if missing is None else Untested(why_missing(e, missing))

        return judged

    return with_precondition
