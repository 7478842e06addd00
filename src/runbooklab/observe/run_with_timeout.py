"""A timeout for calls that have none."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def run_with_timeout(function: Callable[[], T], seconds: float) -> T:
    """What ``function`` returns or raises, or :class:`TimeoutError` after ``seconds``.

    The timeout of requests is for each read, and docker-py waits for an exec's output without
    one. After the timeout the call is left running in a daemon thread, which nobody waits for.
    """
    return future(function)(seconds)


def future(function: Callable[[], T]) -> Callable[[float], T]:
    """Start ``function`` now; the returned function waits for its result as :func:`run_with_timeout` does."""
    done: SimpleQueue[tuple[bool, T | BaseException]] = SimpleQueue()

    def call() -> None:
        try:
            done.put((True, function()))
        except BaseException as error:  # noqa: BLE001 # raised again by result()
            done.put((False, error))

    Thread(target=call, name=getattr(function, "__name__", "call"), daemon=True).start()

    def result(seconds: float) -> T:
        try:
            succeeded, value = done.get(timeout=max(seconds, 0))
        except Empty:
            raise TimeoutError(f"no result within {seconds:.1f} s") from None
        if not succeeded:
            raise value  # type: ignore[misc] # an exception if it failed
        return value  # type: ignore[return-value] # the function's value if it succeeded

    return result
