"""One process at a time in a folder: who reads a file there, changes it and writes it back loses nothing."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(folder: Path, wait_s: float) -> Iterator[None]:
    """Hold the folder's lock; it is released when the process ends, however it ends.

    ``wait_s`` is how long to wait for another process, in seconds.

    Raises :class:`TimeoutError` if another process keeps it, as one that is stopped does, and
    :class:`OSError` if there is no such folder.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle, wait_s)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TimeoutError(f"another process has held it for {wait_s:g} s") from None
        time.sleep(0.02)
