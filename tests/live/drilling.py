"""The drills of a file's tests: each case is drilled once, and a few are under way at a time.

with drilling(request, place) as drilled:
    drilled(case)    the result of this case's drill
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from machine import lacking
from runbooklab.lab.drill import Result, drill
from runbooklab.lab.fault import Case
from runbooklab.lab.inspection import warm
from runbooklab.lab.lab import Place
from runbooklab.lab.remediate import Remediation

#: Drills under way at once in each of the processes that test.
WORKERS = 3

Drilled = Callable[[Case[Any]], Result]
Fixed = Callable[[Case[Any]], Remediation]


def busy() -> bool:
    """More wants to run on this machine than its processors can."""
    return os.getloadavg()[0] > 2 * (os.cpu_count() or 1)


@contextmanager
def drilling(request: pytest.FixtureRequest, place: Place[Any], workers: int = WORKERS) -> Iterator[Drilled]:
    """Drill the cases of all chosen tests of the file that asks, which have the parameter ``case``.

    A case for which a test asks for the fixture ``fixed`` is remedied in the same drill. What this machine
    lacks skips the test. ``workers``: how many drills are under way at once.
    """
    chosen = [
        item
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and "case" in item.fixturenames
    ]
    cases: dict[str, Case[Any]] = {
        item.callspec.params["case"].id: item.callspec.params["case"] for item in chosen
    }
    remedied = {item.callspec.params["case"].id for item in chosen if "fixed" in item.fixturenames}
    warm(place.lab.rules)
    with ThreadPoolExecutor(workers, thread_name_prefix="drill") as pool:
        running = {
            id_: pool.submit(drill, case, place, id_ in remedied)
            for id_, case in cases.items()
            if not case.missing_tools
        }

        @cache
        def result_of(id_: str) -> Result:
            first = running[id_].result()
            # A probe's deadline is in real seconds: only a second drill shows a busy machine.
            again = not first.right and not first.skipped and busy()
            return drill(cases[id_], place, id_ in remedied) if again else first

        def drilled(case: Case[Any]) -> Result:
            if case.missing_tools:
                lacking(f"not on this machine: {', '.join(case.missing_tools)}")
            result = result_of(case.id)
            if result.skipped:
                lacking(result.skipped)
            return result

        yield drilled
        pool.shutdown(cancel_futures=True)


def fixed_by(drilled: Drilled) -> Fixed:
    """``fixed(case)``: what the recommended remedies did about it."""

    def fixed(case: Case[Any]) -> Remediation:
        result = drilled(case)
        assert not result.failed, result.failed
        assert result.primary == result.expected, result
        assert result.remediation is not None
        return result.remediation

    return fixed
