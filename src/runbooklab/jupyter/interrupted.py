"""What an interrupted cell says: one line, in place of a screen of what was running."""

from __future__ import annotations

import asyncio
import traceback
from types import TracebackType
from typing import Any

from ipykernel.zmqshell import ZMQInteractiveShell

from runbooklab.notebook.interrupted import IN_OUR_WORD, show_in_one_line

ELSEWHERE = "Interrupted."


class QuietShell(ZMQInteractiveShell):
    """A shell that shows an interrupt in one line.

    Its reply is an error still, so the cells in wait don't run.
    """

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **options: Any) -> None:
        """Show the exception that just occurred, as IPython does; an interrupt in one line."""
        try:
            _, error, trace = self._get_exc_info(exc_tuple)  # type: ignore[no-untyped-call] # IPython's
        except ValueError:  # there is none, which IPython says
            error, trace = None, None
        # ipykernel ends a cell that awaits something by cancelling it.
        interrupted = isinstance(error, KeyboardInterrupt | asyncio.CancelledError)
        if interrupted and not hasattr(error, "_render_traceback_"):
            show_in_one_line(error, _said(trace))
        super().showtraceback(exc_tuple, *args, **options)


def _said(trace: TracebackType | None) -> str:
    frames = [frame.f_globals.get("__name__", "") for frame, _ in traceback.walk_tb(trace)]
    ours = any(
        name.startswith("runbooklab.") and not name.startswith("runbooklab.jupyter.") for name in frames
    )
    return IN_OUR_WORD if ours else ELSEWHERE
