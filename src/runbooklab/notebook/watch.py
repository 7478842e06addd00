"""``watch()``: a cell that shows the target for a while, and leaves a picture.

With a person there the cell returns at once and its output goes on changing, so that other cells can be
run and a fix be pressed meanwhile; a button stops it. Without one the cell lasts as long as it was told.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from runbooklab.errors import UserError
from runbooklab.model.mime import VIEW_MIME
from runbooklab.model.watched import Watched
from runbooklab.notebook.person import is_interactive
from runbooklab.notebook.watching import MOST_S, Watching

if TYPE_CHECKING:
    from runbooklab.domain.watcher import Watcher
    from runbooklab.notebook.run import Run

NOBODY_THERE = "Not watched: nobody was there. Run this cell in JupyterLab."
NOT_POSSIBLE = "Not watched: nothing that this runbook is about can be."
IN_REPLAY = "Not watched: this is a replay of stored evidence."

# A kernel has one target at a time, and so one watch: a later one stops it, wherever its cell is.
_under_way: Watching | None = None


def stop_watching() -> None:
    """Stop the watch that is under way, if there is one."""
    if _under_way is not None:
        _under_way.stop()


def watch(run: Run, seconds: float, every_s: float, headless_s: float) -> None:
    """Watch the target of ``run`` and display what is seen.

    ``seconds`` is how long, at most :data:`MOST_S`, if a person is there, and ``headless_s`` if none is;
    0 means not at all. Raises :class:`UserError` for a number that is no such time.
    """
    interactive = is_interactive()
    lasts_s = _seconds("seconds", seconds) if interactive else _seconds("headless", headless_s, least=0.0)
    every_s = _seconds("every", every_s)
    stop_watching()
    target = _target(run)
    watcher = run.watcher() if lasts_s else None
    if watcher is None:
        why = NOBODY_THERE if not lasts_s else NOT_POSSIBLE if run.can_apply else IN_REPLAY
        _display(Watched(target, "not-run", note=why))
    elif interactive:
        _beside_a_person(run, watcher, target, lasts_s, every_s)
    else:
        _alone(run, watcher, target, lasts_s, every_s)


def _seconds(name: str, value: Any, least: float = 0.001) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and math.isfinite(value) and value >= least:
        return float(value)
    raise UserError(f"watch() needs a number of seconds above zero for {name}, at most {MOST_S:g}")


def _target(run: Run) -> str:
    from runbooklab.report.contributed import target_name

    return run.redact(target_name(run.about.parameters, run.evidence()))


def _alone(run: Run, watcher: Watcher, target: str, seconds: float, every_s: float) -> None:
    """Wait for the end and show the picture once; an interrupt ends the watch, and nothing else."""
    watching = _start(run, watcher, target, seconds, every_s, lambda watched: None)
    try:
        watching.wait()
    except KeyboardInterrupt:
        watching.stop()
        watching.wait()
    _display(_safe(run, watching.watched()))


def _beside_a_person(run: Run, watcher: Watcher, target: str, seconds: float, every_s: float) -> None:
    place, button = uuid.uuid4().hex, _StopButton(stop_watching)

    def on_look(watched: Watched) -> None:
        _display(_safe(run, watched), place, update=True)
        if watched.state != "running":
            button.remove()

    button.show()  # above the picture, which grows
    _display(Watched(target, "running", asked_s=min(seconds, MOST_S)), place)
    _start(run, watcher, target, seconds, every_s, on_look)


def _start(
    run: Run,
    watcher: Watcher,
    target: str,
    seconds: float,
    every_s: float,
    on_look: Callable[[Watched], None],
) -> Watching:
    global _under_way
    _under_way = Watching(
        watcher,
        target,
        seconds=seconds,
        every_s=every_s,
        timeout_s=run.look_timeout_s,
        on_look=on_look,
        on_end=run.ledger_has_grown,
    )
    _under_way.start()
    return _under_way


def _safe(run: Run, watched: Watched) -> Watched:
    """``watched`` without the secrets that were learned since each part of it was seen."""
    from runbooklab.observe.collect import redact_all

    return redact_all(watched, run.vault)


def _display(watched: Watched, place: str | None = None, *, update: bool = False) -> None:
    from IPython.display import display

    from runbooklab.report.cells import watch_html
    from runbooklab.report.cells_text import watch_text

    view = {"kind": "watch", "watch": msgspec.to_builtins(watched)}
    bundle = {VIEW_MIME: view, "text/html": watch_html(watched), "text/plain": watch_text(watched)}
    if place is None:
        display(bundle, raw=True)  # type: ignore[no-untyped-call] # IPython has no types
    else:
        display(bundle, raw=True, display_id=place, update=update)  # type: ignore[no-untyped-call] # as above


class _StopButton:
    """A button in an output of its own: it is taken out when there is nothing left to stop.

    Beside the widget its output has a page with nothing on it, for readers without a kernel.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        import ipywidgets as widgets

        self._place = uuid.uuid4().hex
        self._button = widgets.Button(description="Stop watching", icon="stop")
        self._button.on_click(lambda _: self._press(stop))

    def _press(self, stop: Callable[[], None]) -> None:
        self._button.disabled = True
        stop()

    def show(self) -> None:
        """Display it."""
        self._display(self._button._repr_mimebundle_() or {}, update=False)

    def remove(self) -> None:
        """Leave nothing of it in the notebook."""
        self._display({}, update=True)
        self._button.close()

    def _display(self, bundle: dict[str, Any], *, update: bool) -> None:
        from IPython.display import display

        data = {**bundle, "text/html": "<span></span>", "text/plain": ""}
        display(data, raw=True, display_id=self._place, update=update)  # type: ignore[no-untyped-call] # as above
