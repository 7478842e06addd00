"""The person at the notebook: whether there is one, and what was asked for by running the current cell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct


class Asked(Struct, frozen=True):
    """One execution that a person asked for: a cell that was run, or a button that was pressed.

    ``cell`` identifies the cell: its id as JupyterLab sends it, else its text; "" for a button. ``at`` is
    when it was asked, in seconds by the clock of the person's browser: compare it only with another of them.
    """

    message: str
    cell: str
    at: float


def asked() -> Asked | None:
    """What the kernel is busy with because a person asked for it; None if nobody is there.

    Somebody is there if the client of the running cell can answer questions: JupyterLab allows stdin,
    papermill does not. A button's message can only come from a page.
    """
    request = _request()
    content, header = request.get("content", {}), request.get("header", {})
    is_button = header.get("msg_type") == "comm_msg"
    if not is_button and not content.get("allow_stdin"):
        return None
    cell = "" if is_button else str(request.get("metadata", {}).get("cellId") or content.get("code", ""))
    return Asked(str(header.get("msg_id", "")), cell, _seconds(header.get("date")))


def is_interactive() -> bool:
    """Whether a person is there."""
    return asked() is not None


def _request() -> dict[str, Any]:
    """The message that the kernel is busy with; empty outside a kernel."""
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    kernel = getattr(shell, "kernel", None)
    return {} if kernel is None else dict(kernel.get_parent("shell"))


def _seconds(date: Any) -> float:
    if isinstance(date, datetime):
        return date.timestamp()
    try:
        return datetime.fromisoformat(str(date)).timestamp()
    except ValueError:
        return 0.0
