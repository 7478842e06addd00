"""What ends a run early: its deadline, or whoever holds its stop control.

There is one way to stop: note the reason and kill the kernel. Whoever waits for the kernel sees it
end, and the run goes on to its report with the evidence so far. Nothing raises.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from runbooklab.execution.launch import Kernel


class StopControl:
    """Ends one run early, from any thread and from a signal handler; each run has its own.

    ``reason`` is empty until the run is to stop; then it is the first one given, as the end of a sentence.
    """

    # No lock: a signal handler may interrupt any of these methods, in the thread that runs it.
    # stop() notes the reason before it looks for a kernel, watch() the kernel before it looks for a reason:
    # whichever comes later sees both.

    def __init__(self) -> None:
        self.reason = ""
        self._kernel: Kernel | None = None
        self._undo: Callable[[], None] | None = None

    def stop(self, reason: str) -> None:
        """Make the run go on to its report; returns at once. No effect once the kernel has finished."""
        self.reason = self.reason or reason
        self._kill()

    def watch(self, kernel: Kernel) -> None:
        """The kernel to kill when the run is to stop; it is killed at once if that was requested before."""
        self._kernel = kernel
        if self.reason:
            kernel.kill()

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Stop the run if what is inside takes longer than ``seconds``."""
        timer = threading.Timer(seconds, self.stop, [f"its deadline of {seconds:g} s passed"])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def on_abandon(self, undo: Callable[[], None]) -> None:
        """The function that removes what this run has begun to write."""
        self._undo = undo

    def abandon(self) -> None:
        """Kill the kernel and leave nothing half-written, for a process that ends right afterwards."""
        self._kill()
        if self._undo is not None:
            self._undo()

    def _kill(self) -> None:
        if self._kernel is not None:
            self._kernel.kill()
