"""Runs that a service has in threads of its process: each is as if it were alone."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runbooklab.authoring.invocation import Invocation
from runbooklab.authoring.project import Suite
from runbooklab.errors import UserError
from runbooklab.execution.publishing import Result
from runbooklab.execution.run_notebook import execute_notebook
from runbooklab.execution.runner import Request, run
from runbooklab.execution.stop_control import StopControl
from stub_suite import SECTIONS, stub_suite

#: What two runs of the same thing never have in common.
OF_ONE_RUN = {"run_id", "started_at", "finished_at", "provenance"}


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """A project whose runbook does as its parameters say."""
    return stub_suite(tmp_path / "suite")


def request(suite: Suite, name: str, deadline_s: float = 60.0, **given: str) -> Request:
    """A run that says in ``name`` that it waits, and has its reports to itself."""
    mark = suite.root.with_name(name)
    mark.mkdir(exist_ok=True)
    invocation = Invocation.of(suite, "stub", {"mark": str(mark / "waits"), **given})
    return Request(invocation, suite.root / "reports" / name, deadline_s)


def report_of(result: Result) -> dict[str, Any]:
    """The diagnosis and the evidence as they were written, without what is of one run alone."""
    assert result.folder is not None, result.problem
    diagnosis = msgspec.json.decode((result.folder / "diagnosis.json").read_bytes())
    evidence = msgspec.json.decode((result.folder / "evidence.json").read_bytes())
    return {**{key: diagnosis[key] for key in diagnosis.keys() - OF_ONE_RUN}, "evidence": evidence}


def in_threads(*requests: Request) -> list[Result]:
    """All at once, each in a thread of its own."""
    together = threading.Barrier(len(requests))

    def begin(wanted: Request) -> Result:
        together.wait()
        return run(wanted, lambda _: None)

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(begin, requests))


def process_state() -> dict[str, Any]:
    """What all threads of this process share."""
    mask = os.umask(0)
    os.umask(mask)
    return {
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "umask": mask,
        "limit": resource.getrlimit(resource.RLIMIT_NOFILE),
        "signals": [signal.getsignal(number) for number in signal.valid_signals()],
        "streams": (sys.stdout, sys.stderr),
        "filters": list(warnings.filters),
        "hidden modules": sorted(name for name, module in sys.modules.items() if module is None),
    }


def test_two_runs_at_once_report_what_they_report_one_after_the_other(suite):
    """Each with its own password, texts and failures; nothing of one is in the report of the other."""
    requests = (
        request(suite, "a", redis_url="redis://:first-password@a:6379", leak="of the first: SECRET"),
        request(suite, "b", redis_url="redis://:other-password@b:6379", where="Middle", what="raise"),
        request(suite, "c", redis_url="redis://:third-password@c:6379", where="Last", what="kill"),
    )
    before = process_state()
    one_after_the_other = [report_of(run(wanted, lambda _: None)) for wanted in requests]
    at_once = [report_of(result) for result in in_threads(*requests)]
    assert at_once == one_after_the_other
    assert process_state() == before
    assert at_once[0]["evidence"]["hostname"] == "of the first: ***secret-0a0b0c0d***"
    assert [len(report["not_observed"]) for report in at_once] == [0, 1, 2]


def waiting(at: Request) -> bool:
    mark = Path(at.invocation.given["mark"])
    return mark.exists() and bool(mark.read_text())


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert condition()


def test_stopping_a_run_leaves_the_other_alone(suite):
    """Its kernel works on while the stopped one gets its report, and ends for its own reason."""
    mine, other = (request(suite, name, where="Middle", what="wait") for name in "ab")
    controls = StopControl(), StopControl()
    with ThreadPoolExecutor(2) as pool:
        stopped, going_on = (
            pool.submit(run, wanted, lambda _: None, control)
            for wanted, control in zip((mine, other), controls, strict=True)
        )
        until(lambda: waiting(mine) and waiting(other))
        controls[0].stop("somebody pressed stop")
        assert "The run ended early: somebody pressed stop." in reported(stopped)
        kernel = int(Path(other.invocation.given["mark"]).read_text().split()[0])
        os.kill(kernel, 0)  # raises if it is gone
        assert not going_on.done()
        assert stopped.result().stopped == "somebody pressed stop"
        controls[1].stop("the service ends")
        assert "The run ended early: the service ends." in reported(going_on)


def reported(future: Future[Result]) -> tuple[str, ...]:
    return future.result(timeout=60).diagnosis.not_observed


def test_the_deadline_of_a_run_is_its_own(suite):
    """It ends the run that takes too long; one beside it with more time gets to its end."""
    short = request(suite, "a", 3.0, where="First", what="wait")
    cut_off, whole = in_threads(short, request(suite, "b"))
    assert cut_off.diagnosis.not_observed[0] == "The run ended early: its deadline of 3 s passed."
    assert whole.diagnosis.not_observed == ()


def test_a_run_that_was_stopped_before_it_began(suite):
    """There is a report, which says so."""
    control = StopControl()
    control.stop("nobody wants it any more")
    result = run(request(suite, "a"), lambda _: None, control)
    assert result.folder is not None
    missing = result.diagnosis.not_observed
    assert "The run ended early: nobody wants it any more." in missing
    assert f"Not run: Stub, {', '.join(SECTIONS)}." in missing


def test_a_stop_that_comes_too_late(suite, monkeypatch):
    """A notebook that has run to its end is reported as such, and its caller can see it."""
    control = StopControl()

    def execute_then_stop(*arguments: Any) -> None:
        execute_notebook(*arguments)
        control.stop("somebody pressed stop")

    monkeypatch.setattr("runbooklab.execution.runner.execute_notebook", execute_then_stop)
    result = run(request(suite, "a"), lambda _: None, control)
    assert (result.diagnosis.not_observed, result.stopped) == ((), "somebody pressed stop")


def test_a_run_where_an_event_loop_runs(suite):
    """As in a notebook's cell, or in a coroutine that means to wait: the run gets to its end."""

    async def inside() -> Result:
        return run(request(suite, "a"), lambda _: None)

    assert asyncio.run(inside()).diagnosis.not_observed == ()


#: Four runs as the first thing that a process does.
FIRST = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from runbooklab.authoring.invocation import Invocation
from runbooklab.authoring.project import Suite
from runbooklab.execution.run_notebook import execute_notebook
from runbooklab.execution.runner import Request, run

root = Path(sys.argv[1])
def one(name):
    invocation = Invocation.of(Suite(root), "stub", {"mark": str(root / name / "mark")})
    (root / name).mkdir()
    return run(Request(invocation, root / "reports"), lambda _: None)

with ThreadPoolExecutor(4) as pool:
    for result in pool.map(one, "abcd"):
        print(result.problem or result.diagnosis.not_observed)
"""


def test_the_first_runs_of_a_process_at_once(suite):
    """Threads that import the same libraries at the same time do not get in one another's way."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST, str(suite.root)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()) == (0, ["()"] * 4), done.stderr
    assert len(list((suite.root / "reports" / "stub").iterdir())) == 4


def test_what_is_unknown_is_refused_before_anything_begins(suite):
    """A runbook or a parameter that does not exist."""
    with pytest.raises(UserError, match=r"there is no runbook 'stbu'.*did you mean 'stub'"):
        Invocation.of(suite, "stbu")
    with pytest.raises(UserError, match=r"redis_uri.*redis_url"):
        Invocation.of(suite, "stub", {"redis_uri": "redis://cache"})
