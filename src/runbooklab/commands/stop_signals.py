"""Ctrl-C, SIGTERM and a terminal that closes: the first stops the run, a second one the process."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from runbooklab.execution import StopControl

_REASONS = {
    signal.SIGINT: "it was interrupted (Ctrl-C)",
    signal.SIGTERM: "it was terminated (SIGTERM)",
    signal.SIGHUP: "its terminal was closed (SIGHUP)",
}

_NOTICE = b"\nStopping with a report of the evidence so far. Interrupt again to end at once, without one.\n"

#: Seconds within which a second signal says the same as the first: timeout(1) sends each one twice, to
#: the process and to its group, and a terminal that closes does so as well.
_SAME_S = 0.5

#: Exit status of a run that was told twice to stop.
GAVE_UP = 3


@contextmanager
def stopped_by_signals() -> Iterator[StopControl]:
    """A stop control that signals use during a run of this process. For the main thread only.

    A signal that the process was started to ignore, as by nohup, stays ignored.
    """
    control = StopControl()
    on_signal = _Handler(control)
    before = {number: signal.getsignal(number) for number in _REASONS}
    taken = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in taken:
        signal.signal(number, on_signal)
    try:
        yield control
    finally:
        for number in taken:
            signal.signal(number, before[number])


class _Handler:
    """Stops the run; another call after half a second ends the process, with nothing half-written."""

    def __init__(self, control: StopControl) -> None:
        self._control = control
        self._first_at: float | None = None

    def __call__(self, number: int, _: FrameType | None) -> None:
        now = time.monotonic()
        if self._first_at is None:
            self._first_at = now
            with suppress(OSError):  # not through sys.stderr: the signal may have interrupted a write to it
                os.write(2, _NOTICE)
            self._control.stop(_REASONS[signal.Signals(number)])
        elif now - self._first_at > _SAME_S:  # a second one means now
            self._control.abandon()
            os._exit(GAVE_UP)
