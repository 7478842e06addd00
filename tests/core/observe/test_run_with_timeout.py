"""An end for calls that have none of their own."""

from __future__ import annotations

import threading

import pytest

from runbooklab.observe.run_with_timeout import future, run_with_timeout


def test_a_call_that_hangs_is_left_behind() -> None:
    """The caller gets its answer, and the thread is a daemon: it holds up no exit."""
    hold = threading.Event()
    try:
        with pytest.raises(TimeoutError):
            run_with_timeout(hold.wait, 0.01)
        assert all(thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread())
    finally:
        hold.set()


def test_results_and_errors_come_through() -> None:
    """What the call returns or raises is what the caller gets."""
    assert run_with_timeout(lambda: 42, 5) == 42
    with pytest.raises(KeyError):
        run_with_timeout(lambda: {}["x"], 5)


def test_a_future_runs_before_anybody_waits_for_it() -> None:
    """Two calls started so run side by side."""
    both = threading.Barrier(2, timeout=5)
    results = [future(both.wait), future(both.wait)]
    assert sorted(result(5) for result in results) == [0, 1]
