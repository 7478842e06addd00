"""A watch under way: a thread of its own looks at the target until its time is over or somebody stops it."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from runbooklab.domain.watcher import Look, Watcher
from runbooklab.model.watched import Watched, WatchState
from runbooklab.notebook.recording import Recording

#: The longest watch, the shortest time from one look to the next, in seconds, and the most looks.
MOST_S = 600.0
LEAST_EVERY_S = 0.2
MOST_LOOKS = 600
#: How long to wait for a look that is under way when the watch has ended, in seconds beyond its timeout.
GRACE_S = 1.0


class Watching:
    """Looks every ``every_s`` seconds for ``seconds`` (both brought within the bounds above).

    ``timeout_s`` is the longest that one look may take. ``on_look`` is called after each look and at the
    end, from the watching thread, ``on_end`` once after that.
    """

    def __init__(
        self,
        watcher: Watcher,
        target: str,
        *,
        seconds: float,
        every_s: float,
        timeout_s: float,
        on_look: Callable[[Watched], None] = lambda watched: None,
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        self.seconds = min(seconds, MOST_S)
        self.every_s = max(every_s, LEAST_EVERY_S, self.seconds / MOST_LOOKS)
        self._watcher = watcher
        self._timeout_s = timeout_s
        self._on_look, self._on_end = on_look, on_end
        self._recording = Recording(watcher, target, datetime.now(UTC), self.seconds)
        self._began = time.monotonic()
        self._lasted_s = 0.0
        self._stop = threading.Event()
        self._is_over = False
        self._ended = threading.Event()
        # In this cell's context, so that the kernel sends what is displayed to this cell.
        context = contextvars.copy_context()
        self._thread = threading.Thread(target=context.run, args=(self._run,), name="watch", daemon=True)

    def start(self) -> None:
        """Start looking; returns at once."""
        self._began = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """No further look is begun."""
        self._stop.set()

    def wait(self) -> bool:
        """Wait until it is over; False if a look goes on beyond its own timeout, and is left behind."""
        left_s = self._began + self.seconds - time.monotonic()
        if self._stop.is_set():
            left_s = 0.0
        return self._ended.wait(max(left_s, 0.0) + self._timeout_s + GRACE_S)

    def watched(self) -> Watched:
        """What has been seen so far."""
        return self._recording.watched(self._state(), self._lasted_s)

    def _state(self) -> WatchState:
        if not self._is_over:
            return "running"
        return "stopped" if self._lasted_s < self.seconds else "done"

    def _run(self) -> None:
        try:
            self._look_on()
        finally:
            self._watcher.close()
            self._lasted_s = min(time.monotonic() - self._began, self.seconds)
            self._is_over = True
            self._on_end()
            self._on_look(self.watched())
            self._ended.set()

    def _look_on(self) -> None:
        number = 0
        while not self._stop.is_set() and (after_s := time.monotonic() - self._began) < self.seconds:
            self._recording.add(after_s, self._look())
            self._lasted_s = min(time.monotonic() - self._began, self.seconds)
            self._on_look(self.watched())
            number = max(number + 1, int((time.monotonic() - self._began) / self.every_s))
            next_s = min(number * self.every_s, self.seconds)
            self._stop.wait(max(self._began + next_s - time.monotonic(), 0.0))

    def _look(self) -> Look:
        try:
            return self._watcher.look(self._timeout_s)
        except Exception as error:  # noqa: BLE001 # a watcher that breaks its word must not end the watch
            return Look(trouble=f"{type(error).__name__}: {error}")
