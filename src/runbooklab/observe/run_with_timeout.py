"""An end for calls that have none of their own."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


def run_with_timeout(function: Callable[[], T], seconds: float) -> T:
    """What ``function`` returns or raises, or :class:`TimeoutError` after ``seconds``.

    A timeout of requests counts from byte to byte, and docker-py waits for an exec's output without
    one. The call is then left behind in a daemon thread, which nobody waits for.
    """
    return future(function)(seconds)


def future(function: Callable[[], T]) -> Callable[[float], T]:
    """Start ``function`` now; what comes back waits for its result as :func:`run_with_timeout` does."""
    done: SimpleQueue[tuple[bool, T | BaseException]] = SimpleQueue()

    def call() -> None:
        try:
            done.put((True, function()))
        except BaseException as error:  # noqa: BLE001 # raised again where the result is waited for
            done.put((False, error))

    Thread(target=call, name=getattr(function, "__name__", "call"), daemon=True).start()

    def result(seconds: float) -> T:
        try:
            well, value = done.get(timeout=max(seconds, 0))
        except Empty:
            raise TimeoutError(f"no result within {seconds:.1f} s") from None
        if not well:
            raise value  # type: ignore[misc] # an exception where it did not go well
        return value  # type: ignore[return-value] # the function's own value where it did

    return result
