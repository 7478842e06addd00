"""Which finding shows a cause: a check and a cause that look at one thing say one thing of it.

Most checks see by themselves what is wrong. Of a cause that takes more to see than a check looks at
(two looks, the log, the client's own container), the row names the check that tells of it too.
"""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.cause import Cause, Supported
from runbooklab.domains.redis.causes.table import CATALOGUE
from runbooklab.model.conclusions import Judgement
from runbooklab.model.evidence import Evidence

_BY_CHECK: dict[str, tuple[Cause, ...]] = {
    check: tuple(cause for cause in CATALOGUE if cause.shown_by == check)
    for check in {cause.shown_by for cause in CATALOGUE} - {""}
}
_BETTER = {"critical": ("ok", "skipped", "unknown", "warning"), "warning": ("ok", "skipped")}


def with_causes(check: str, said: Judgement, e: Evidence) -> Judgement:
    """What the check says, no better than the causes that it shows: the cause's proof then speaks."""
    for cause in _BY_CHECK.get(check, ()):
        severity, proof = _supported(cause, e)
        if said.status in _BETTER.get(severity, ()):
            said = replace(said, status=severity, summary=proof, missing=None)
    return said


def _supported(cause: Cause, e: Evidence) -> tuple[str, str]:
    """The severity and the proof of a supported cause; ("", "") of any other."""
    try:
        ruling = cause.judge(e)
    except Exception:  # noqa: BLE001 # a judge that raises is named where all causes are judged
        return "", ""
    if not isinstance(ruling, Supported):
        return "", ""
    return ruling.severity or cause.severity, ruling.proof
