"""Whether the addresses that workers advertise take a connection."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Iterable, Mapping
from types import MappingProxyType

#: Addresses that are tried; workers past these are not.
MOST_TRIED = 20
LONGEST_TRY_S = 0.5


def reached(
    addresses: Iterable[str], timeout_s: float, containers: Mapping[str, str] = MappingProxyType({})
) -> dict[str, bool | None]:
    """For each ``host:port``: whether it took a connection within ``timeout_s`` seconds (0.5 at most).

    ``containers`` maps names that mean something inside Docker to addresses. None: it could not be
    tried. Another name that this host cannot resolve may be good inside the workers' own network, so
    it counts as not tried.
    """
    wanted = [address for address in dict.fromkeys(addresses) if address][:MOST_TRIED]
    results: queue.SimpleQueue[tuple[str, bool | None]] = queue.SimpleQueue()
    limit = min(timeout_s, LONGEST_TRY_S)
    for address in wanted:
        threading.Thread(
            target=lambda address=address: results.put((address, _try(address, limit, containers))),
            name=f"worker {address}",
            daemon=True,  # a name that does not resolve may hold the thread for long
        ).start()
    deadline = time.monotonic() + limit + 0.05
    answers: dict[str, bool | None] = dict.fromkeys(wanted)
    for _ in wanted:
        try:
            address, answer = results.get(timeout=max(deadline - time.monotonic(), 0))
        except queue.Empty:
            break
        answers[address] = answer
    return answers


def _try(address: str, timeout_s: float, containers: Mapping[str, str]) -> bool | None:
    host, _, port = address.rpartition(":")
    place = containers.get(host, host.strip("[]"))
    try:
        with socket.create_connection((place, int(port)), timeout_s):
            return True
    except (socket.gaierror, UnicodeError, ValueError, OverflowError):
        return None
    except OSError:
        return False
