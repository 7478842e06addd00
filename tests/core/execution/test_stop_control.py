"""What ends a run early, without a process or a signal."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from runbooklab.execution.stop_control import StopControl


class Kernel:
    """Counts how often it was killed."""

    killed = 0

    def kill(self) -> None:
        self.killed += 1


@pytest.fixture
def kernel() -> Any:
    return Kernel()


def test_stopping_kills_the_kernel_and_keeps_the_first_reason(kernel):
    """From another thread as well; what is said later does not replace why the run was stopped."""
    control = StopControl()
    control.watch(kernel)
    for reason in ("somebody pressed stop", "its deadline passed"):
        thread = threading.Thread(target=control.stop, args=[reason])
        thread.start()
        thread.join()
    assert (control.reason, kernel.killed) == ("somebody pressed stop", 2)


def test_a_run_stopped_before_its_kernel_starts(kernel):
    """The kernel is killed as soon as there is one."""
    control = StopControl()
    control.stop("too late")
    control.watch(kernel)
    assert kernel.killed == 1


def test_the_deadline_stops_what_takes_longer(kernel):
    """And nothing that was done in time."""
    control = StopControl()
    control.watch(kernel)
    with control.deadline(60):
        pass
    assert (control.reason, kernel.killed) == ("", 0)
    with control.deadline(0.01):
        while not kernel.killed:
            time.sleep(0.005)
    assert control.reason == "its deadline of 0.01 s passed"


def test_abandoning_undoes_what_the_run_began(kernel):
    """The kernel dies first, so that it writes nothing afterwards."""
    control, undone = StopControl(), []
    control.watch(kernel)
    control.on_abandon(lambda: undone.append(kernel.killed))
    control.abandon()
    assert undone == [1]


def test_two_controls_know_nothing_of_one_another(kernel):
    """Stopping one run leaves the kernel and the reason of another alone."""
    mine, theirs = StopControl(), StopControl()
    theirs.watch(kernel)
    mine.stop("mine only")
    assert (theirs.reason, kernel.killed) == ("", 0)
