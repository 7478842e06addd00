"""Every fault of the lab is named, and no healthy target raises an alarm."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from docker import DockerClient

from machine import lacking
from runbooklab.domains.redis.lab.faults import FAULTS
from runbooklab.domains.redis.lab.healthy import HEALTHY
from runbooklab.lab.drill import WORKERS, Result, drill
from runbooklab.lab.fault import Case
from runbooklab.lab.inspection import warm

Drilled = Callable[[Case], Result]


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
    warm()
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="drill") as pool:
        running: dict[str, Future[Result]] = {
            case.id: pool.submit(drill, case, docker_engine, lab_image)
            for case in cases
            if not case.missing_tools
        }

        def result(case: Case) -> Result:
            if case.missing_tools:
                lacking(f"not on this machine: {', '.join(case.missing_tools)}")
            first = running[case.id].result()
            # A probe's deadline is in real seconds: only a second look tells a busy machine from a fault.
            return drill(case, docker_engine, lab_image) if not first.right and busy() else first

        yield result
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS)
def test_fault_is_named_first(case: Case, drilled: Drilled) -> None:
    """The injected cause is the primary one, and the verdict is not ok."""
    result = drilled(case)
    assert not result.failed, result.failed
    assert result.primary == result.expected, f"{result.verdict}, {result.supported}: {result.proof}"
    assert result.verdict != "ok"


@pytest.mark.parametrize("case", HEALTHY.values(), ids=HEALTHY)
def test_healthy_target_raises_no_alarm(case: Case, drilled: Drilled) -> None:
    """A target that is unusual and works supports no cause, and its verdict is ok."""
    result = drilled(case)
    assert not result.failed, result.failed
    assert result.supported == (), result.proof
    assert result.verdict == "ok"
