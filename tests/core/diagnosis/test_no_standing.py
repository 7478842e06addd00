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


def test_a_runbook_without_any_check_says_so() -> None:
    """Such as an import of which no block became a check: it is no matter of domains."""
    header = Header(run_id="r", runbook="b", started_at="", finished_at="")
    seen = conclude(Rules((), ()), Evidence(), header)
    assert seen.verdict == "unknown"
    assert seen.summary == "It is not known whether the target is healthy: This runbook has no check."
