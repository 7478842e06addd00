"""A person's interrupt of one of our words, shown as one line under any Python kernel."""

from __future__ import annotations

from typing import Any

IN_OUR_WORD = "Interrupted. Run the cell again to look again."


def show_in_one_line(error: BaseException, line: str = IN_OUR_WORD) -> None:
    """Let IPython show ``line`` for ``error`` instead of a screen of what was running.

    It is an error still, so the cells in wait don't run.
    """
    shown: Any = error
    shown._render_traceback_ = lambda: [line]  # IPython asks an exception for its own traceback by this name
