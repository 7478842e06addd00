"""Probes of one round that ask the same server take turns: a diagnosis must not use up what is scarce."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from runbooklab.errors import RunbookError


class NoTurn(RunbookError):
    """The time was over before it was this probe's turn."""


class Turns:
    """Who may ask which server now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: dict[str, threading.Semaphore] = {}

    @contextmanager
    def at(self, server: str, most: int, seconds: float) -> Iterator[None]:
        """Hold one of the ``most`` places at ``server``; wait at most ``seconds`` for it.

        Raises :class:`NoTurn` if none became free.
        """
        with self._lock:
            places = self._places.setdefault(server, threading.Semaphore(most))
        if not places.acquire(timeout=seconds):
            raise NoTurn(f"nothing was sent: {most} other questions to the server were not answered in time")
        try:
            yield
        finally:
            places.release()
