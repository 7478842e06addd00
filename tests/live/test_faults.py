"""Every fault of the lab is named, and no healthy target raises an alarm."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from operator import attrgetter

import pytest
from docker import DockerClient

from machine import lacking
from runbooklab.domains.redis.lab.faults import LAB
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.drill import WORKERS, Result, drill
from runbooklab.lab.fault import Case
from runbooklab.lab.inspection import warm
from runbooklab.lab.lab import Place

Drilled = Callable[[Case[RedisTestbed]], Result]
IDS = attrgetter("id")


def busy() -> bool:
    """More wants to run on this machine than its processors can."""
    return os.getloadavg()[0] > 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="module")
def drilled(request: pytest.FixtureRequest, docker_engine: DockerClient, lab_image: str) -> Iterator[Drilled]:
    """The result of a case's drill. The drills of all chosen tests are carried out a few at a time."""
    cases = [
        item.callspec.params["case"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path
    ]
    place = Place(LAB, docker_engine, lab_image)
    warm(LAB.rules)
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="drill") as pool:
        running: dict[str, Future[Result]] = {
            case.id: pool.submit(drill, case, place) for case in cases if not case.missing_tools
        }

        def result(case: Case[RedisTestbed]) -> Result:
            if case.missing_tools:
                lacking(f"not on this machine: {', '.join(case.missing_tools)}")
            first = running[case.id].result()
            # A probe's deadline is in real seconds: only a second drill shows a busy machine.
            return drill(case, place) if not first.right and busy() else first

        yield result
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("case", LAB.faults, ids=IDS)
def test_fault_is_named_first(case: Case[RedisTestbed], drilled: Drilled) -> None:
    """The injected cause is the primary one, and the verdict is not ok."""
    result = drilled(case)
    assert not result.failed, result.failed
    assert result.primary == result.expected, f"{result.verdict}, {result.supported}: {result.proof}"
    assert result.verdict != "ok"


@pytest.mark.parametrize("case", LAB.healthy, ids=IDS)
def test_healthy_target_raises_no_alarm(case: Case[RedisTestbed], drilled: Drilled) -> None:
    """A target that is unusual and works supports no cause, and its verdict is ok."""
    result = drilled(case)
    assert not result.failed, result.failed
    assert result.supported == (), result.proof
    assert result.verdict == "ok"
