"""The parsers that are made once for a process, and used by all its threads."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runbooklab.authoring import blocks
from runbooklab.report import markdown

TEXT = "# Title\n\n- one `two`\n\n| a | b |\n|---|---|\n| 1 | **2** |\n"


@pytest.fixture
def threads_that_take_turns() -> Iterator[None]:
    """Threads change at every step, so that what may go wrong between two of them does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("shared", [blocks.markdown, markdown._renderer])
def test_threads_that_use_a_new_parser_at_once(shared: Any, threads_that_take_turns: None) -> None:
    """Each gets the whole text parsed, though a parser arranges its rules when it is first used."""
    expected = shared().render(TEXT)
    for _ in range(50):
        new = shared.__wrapped__()
        assert in_threads(lambda new=new: new.render(TEXT)) == [expected] * 4


def in_threads(work: Callable[[], str]) -> list[str]:
    """What four threads that begin together come to; nothing of one that fails."""
    together, results = threading.Barrier(4), []

    def begin() -> None:
        together.wait()
        results.append(work())

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
