"""Rows of a domain as the core uses them: every function in them takes the core's evidence."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from msgspec.structs import replace

from runbooklab.domain.cause import AnyCause, Cause
from runbooklab.domain.check import AnyCheck, Check
from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import AnyDomain
from runbooklab.domain.probe import AnyProbe
from runbooklab.domain.verdict import Standing
from runbooklab.model.evidence import Evidence, target_class

R = TypeVar("R")

#: The contributions that are functions of the evidence alone.
_OF_EVIDENCE = (
    "shows_failure", "also_judged", "name_to_confirm", "pinned", "url", "moments", "plots", "places",
    "left_out", "measures", "identity", "own_words",
)  # fmt: skip


def on(view: type[Evidence], function: Callable[[Any], R]) -> Callable[[Evidence], R]:
    """``function`` of a domain's view, as a function of any evidence."""

    @wraps(function)
    def viewed(evidence: Evidence) -> R:
        return function(view.of(evidence))

    return viewed


def probe(domain: AnyDomain, row: AnyProbe) -> AnyProbe:
    """A probe that is passed the target as its domain sees it."""
    view: type[Evidence] = domain.view
    return replace(row, target=target_class(view))


def check(domain: AnyDomain, row: AnyCheck) -> Check[Evidence]:
    command = row.command and on(domain.view, row.command)
    title_here = row.title_here and on(domain.view, row.title_here)
    return replace(row, judge=on(domain.view, row.judge), command=command, title_here=title_here)


def cause(domain: AnyDomain, row: AnyCause) -> Cause[Evidence]:
    title_here = row.title_here and on(domain.view, row.title_here)
    inspect = row.inspect and replace(row.inspect, command=on(domain.view, row.inspect.command))
    runbook = row.runbook or domain.runbook
    judge = on(domain.view, row.judge)
    return replace(row, judge=judge, inspect=inspect, runbook=runbook, title_here=title_here)


def standing(domain: AnyDomain, own: Standing[Any]) -> Standing[Evidence]:
    view = domain.view
    return replace(
        own,
        grounds=tuple(
            replace(row, applies=on(view, row.applies), may_be_skipped=on(view, row.may_be_skipped))
            for row in own.grounds
        ),
        healthy=on(view, own.healthy),
        also_unseen=lambda evidence, findings: own.also_unseen(view.of(evidence), findings),
    )


def contributions(domain: AnyDomain) -> Contributions[Evidence]:
    own = domain.contributions
    view: type[Evidence] = domain.view
    viewed: dict[str, Any] = {name: on(view, getattr(own, name)) for name in _OF_EVIDENCE}
    return replace(
        own,
        ladder=lambda evidence, findings: own.ladder(view.of(evidence), findings),
        upcoming=lambda evidence, causes: own.upcoming(view.of(evidence), causes),
        watch=lambda context: own.watch(context.on(target_class(view))),
        target_name=lambda parameters, evidence: own.target_name(parameters, evidence and view.of(evidence)),
        **viewed,
    )
