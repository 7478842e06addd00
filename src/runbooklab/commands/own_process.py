"""A run in the command line's own process, which is set up for it."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from runbooklab.commands.stop_signals import stopped_by_signals
from runbooklab.execution import OPEN_FILES_WANTED, Request, run

if TYPE_CHECKING:
    from runbooklab.execution import Result, Say


def run_here(request: Request, say: Say) -> Result:
    """:func:`.runner.run`, ended early by Ctrl-C and its like. Raises what it raises."""
    _raise_open_files()
    with stopped_by_signals() as stop:
        return run(request, say, stop)


def _raise_open_files() -> None:
    """Raise the limit of open files of this process and its kernel as far as needed, or as far as allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    possible = OPEN_FILES_WANTED if hard == unlimited else min(hard, OPEN_FILES_WANTED)
    if soft != unlimited and soft < possible:
        resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))
