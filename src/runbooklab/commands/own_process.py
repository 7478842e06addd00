"""A run in the command line's own process, which is set up for it."""

from __future__ import annotations

import resource
import sys
from typing import TYPE_CHECKING

from runbooklab.commands.stop_signals import stopped_by_signals
from runbooklab.execution import OPEN_FILES_WANTED, Request, run

if TYPE_CHECKING:
    from runbooklab.execution import Result, Say


def run_here(request: Request, say: Say) -> Result:
    """:func:`.runner.run`, ended early by Ctrl-C and its like. Raises what it raises."""
    _raise_open_files()
    _skip_slow_import()
    with stopped_by_signals() as stop:
        return run(request, say, stop)


def _raise_open_files() -> None:
    """Raise the limit of open files of this process and its kernel as far as needed, or as far as allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    possible = OPEN_FILES_WANTED if hard == unlimited else min(hard, OPEN_FILES_WANTED)
    if soft != unlimited and soft < possible:
        resource.setrlimit(resource.RLIMIT_NOFILE, (possible, hard))


def _skip_slow_import() -> None:
    """Have jsonschema do without rfc3987_syntax, which builds a grammar for 0.8 s when it is imported.

    JupyterLab brings it along. It checks URI formats, and no schema that is used here has one.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # None: "not installed"
