"""What ends a run early: a deadline, Ctrl-C, SIGTERM, a terminal that closes.

There is one way to stop: note the reason and kill the kernel. Whoever waits for the kernel sees it
end, and the run goes on to its report with what was gathered. Nothing raises.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any

from runbooklab.execution.launch import Kernel

_REASONS = {
    signal.SIGINT: "it was interrupted (Ctrl-C)",
    signal.SIGTERM: "it was asked to end (SIGTERM)",
    signal.SIGHUP: "its terminal was closed (SIGHUP)",
}

_WORD = (
    b"\nStopping; what was gathered is being reported. Interrupt again to end at once, without a report.\n"
)

#: Seconds within which a second signal says the same as the first: timeout(1) sends each one twice, to
#: the process and to its group, and a terminal that closes does so as well.
_SAME_S = 0.5

#: Exit status of a run that was told twice to stop.
GAVE_UP = 3


class Stopping:
    """Use as a context manager around a run; ``deadline_s`` seconds from entering it.

    ``reason`` is empty until the run is to stop. On a second signal ``abandon`` is called, which must
    leave nothing half-written, and the process ends.
    """

    def __init__(self, deadline_s: float, abandon: Callable[[], None]) -> None:
        self.reason = ""
        self._signalled_at: float | None = None
        self._abandon = abandon
        self._kernel: Kernel | None = None
        self._handlers: dict[signal.Signals, Any] = {}
        reason = f"its deadline of {deadline_s:g} s passed"
        self._timer = threading.Timer(deadline_s, self._stop, [reason])
        self._timer.daemon = True

    def __enter__(self) -> Stopping:
        for number in _REASONS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup and background jobs mean it
                self._handlers[number] = signal.signal(number, self._on_signal)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def watch(self, kernel: Kernel) -> None:
        """The kernel to kill when the run is to stop; at once where that has been said already."""
        self._kernel = kernel
        if self.reason:
            kernel.kill()

    def no_deadline(self) -> None:
        """The kernel has done its part: from here on time is ours, and little of it is needed."""
        self._timer.cancel()

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        now = time.monotonic()
        if self._signalled_at is not None:
            if now - self._signalled_at > _SAME_S:  # whoever sends a second one means now
                self._abandon_now()
            return
        self._signalled_at = now
        with suppress(OSError):  # past sys.stderr: a signal may come while it is being written to
            os.write(2, _WORD)
        self._stop(_REASONS[signal.Signals(number)])

    def _stop(self, reason: str) -> None:
        self.reason = reason
        if self._kernel is not None:
            self._kernel.kill()

    def _abandon_now(self) -> None:
        if self._kernel is not None:
            self._kernel.kill()
        self._abandon()
        os._exit(GAVE_UP)
