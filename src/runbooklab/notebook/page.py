"""What the cells of a notebook show now, so that it can be brought up to date in place.

A person's notebook shows one look at the target, whichever cell made it: a new look, or a fix, redraws
every output. A headless run displays each output once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from msgspec import Struct

from runbooklab.notebook.person import Asked
from runbooklab.notebook.run import Run

#: An output as Jupyter has it: MIME type to content.
Bundle = dict[str, Any]
#: Draws an output of a run. It raises nothing that its first drawing did not raise.
Draw = Callable[[Run], Bundle]


class _Output(Struct):
    """One output of one execution of a cell."""

    asked: Asked
    run: Run
    draw: Draw
    id: str
    bundle: Bundle


class Page:
    """The outputs that are on the page of one kernel's notebook."""

    def __init__(self) -> None:
        self._outputs: list[_Output] = []

    def show(self, run: Run, draw: Draw, asked: Asked | None) -> None:
        """Display what ``draw`` makes of ``run``; for a person it is redrawn from then on."""
        bundle = draw(run)
        if asked is None:
            display_once(bundle)
            return
        output = _Output(asked, run, draw, uuid.uuid4().hex, bundle)
        _display(bundle, display_id=output.id)
        self._outputs.append(output)

    def forget(self, asked: Asked) -> None:
        """A cell is run again: what it showed before is no longer on the page."""
        self._outputs = [
            output
            for output in self._outputs
            if output.asked.cell != asked.cell or output.asked.message == asked.message
        ]

    def shows_anything_of(self, message: str) -> bool:
        """Whether the execution ``message`` has shown something already."""
        return any(output.asked.message == message for output in self._outputs)

    def refresh(self, run: Run, but: str = "") -> None:
        """Redraw what is on the page of ``run``, except what the execution ``but`` has shown."""
        for output in self._outputs:
            if output.run is run and output.asked.message != but:
                with suppress(Exception):  # what cannot be drawn stays as it was, with its time
                    output.bundle = output.draw(run)
                    _display(output.bundle, update=output.id)

    def retire(self, mark: Callable[[Bundle], Bundle]) -> None:
        """Another run begins: mark what is on the page, which nothing redraws from now on."""
        for output in self._outputs:
            with suppress(Exception):
                _display(mark(output.bundle), update=output.id)
        self._outputs = []


def display_once(bundle: Bundle) -> None:
    """Display an output that nothing redraws."""
    _display(bundle)


def _display(bundle: Bundle, *, display_id: str = "", update: str = "") -> None:
    from IPython.display import display, update_display

    if update:
        update_display(bundle, raw=True, display_id=update)  # type: ignore[no-untyped-call] # IPython has no types
    elif display_id:
        display(bundle, raw=True, display_id=display_id)  # type: ignore[no-untyped-call] # as above
    else:
        display(bundle, raw=True)  # type: ignore[no-untyped-call] # as above
