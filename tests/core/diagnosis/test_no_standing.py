"""A run whose domains make no claim about their subject."""

from __future__ import annotations

from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain import Domain, Rules
from runbooklab.model import Evidence


def test_what_rests_on_nothing_is_not_ok() -> None:
    """Without a standing no check was asked for, and the verdict is unknown, with the reason."""
    silent: Domain[Evidence] = Domain(name="silent", title="Silent", view=Evidence)
    header = Header(run_id="r", runbook="b", started_at="", finished_at="")
    seen = conclude(Rules((silent,), (silent,)), Evidence(), header)
    assert seen.verdict == "unknown"
    assert seen.summary == (
        "It is not known whether the target is healthy: nothing in this runbook says what that rests on."
    )
