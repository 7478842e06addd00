"""What only an error text says: of a container that nobody named, or of a Compose file that is not here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from runbooklab.diagnosis.error_signs import mark_of
from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.common import ERROR_TEXT
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import views
from runbooklab.domains.docker.signs import SIGNS
from runbooklab.domains.docker.thresholds import TEXT_CONFIDENCE

Judge = Callable[[Evidence], Ruling]


def or_told_of_container(cause: str, judge: Judge) -> Judge:
    """``judge``, and the error text's word for it if there was no container to look at."""
    return _or_told(
        cause,
        judge,
        lambda e: e.containers.value is not None and not views(e),
        ("docker-containers",),
        "no container was named, so none was inspected",
    )


def or_told_of_file(cause: str, judge: Judge) -> Judge:
    """``judge``, and the error text's word for it if there was no Compose file to look at."""
    return _or_told(
        cause,
        judge,
        lambda e: e.compose.value is None or not e.compose.value.there,
        ("docker-compose-file",),
        "there is no Compose file here, so none was inspected",
    )


def _or_told(
    cause: str, judge: Judge, unseen: Callable[[Evidence], bool], shown: tuple[str, ...], why: str
) -> Judge:
    @wraps(judge)
    def judged(e: Evidence) -> Ruling:
        ruling = judge(e)
        if not isinstance(ruling, RuledOut) or not unseen(e):
            return ruling
        line = told(e, cause)
        if not line:
            return ruling
        return Supported(f"The error text says: {line}; {why}.", shown, TEXT_CONFIDENCE, severity="warning")

    return judged


def told(e: Evidence, cause: str) -> str:
    """The line of the error text that speaks of this cause before any other; "" if none does."""
    mark = mark_of(cause, e[ERROR_TEXT].value, SIGNS)
    return mark.line.strip()[:200] if mark is not None else ""
