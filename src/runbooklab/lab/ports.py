"""Ports of this host that are free for the lab."""

from __future__ import annotations

import os
import random
import socket
import threading
from collections.abc import Iterator, Sequence

#: Below the kernel's range for outgoing connections, so that no client takes one in between.
_RANGE = range(12_000, 22_000)
#: Processes that are started one after the other begin at different ports: a port that one of them gave out
#: to be closed would else be opened by another. At most so many of them.
_SLICES = 4
_given: set[int] = set()
_lock = threading.Lock()


def free_port(also: Sequence[int] = ()) -> int:
    """A TCP port nobody listens on; the same one is not given twice by this process.

    ``also`` are distances from it to ports that must be free too. Raises :class:`OSError` if there is none.
    """
    with _lock:
        for port in _in_order():
            if port not in _given and all(_is_free(port + distance) for distance in (0, *also)):
                _given.add(port)
                return port
    raise OSError("no free port for the lab between 12000 and 22000")


def _in_order() -> Iterator[int]:
    """Every port once, in a random order: first those that processes started together do not share."""
    own = [port for port in _RANGE if port % _SLICES == os.getpid() % _SLICES]
    yield from random.sample(own, k=len(own))
    yield from random.sample(_RANGE, k=len(_RANGE))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True
