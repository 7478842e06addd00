"""Connections: to several addresses at once, and through a unix socket."""

from __future__ import annotations

import errno
import os
import selectors
import socket
import struct
import time
from collections.abc import Sequence
from typing import Literal

from runbooklab.observe.net.records import TcpAttempt

Outcome = Literal[
    "connected", "refused", "timeout", "no-route", "reset", "socket-missing", "socket-permission", "error"
]

_OUTCOMES: dict[int, Outcome] = {
    0: "connected",
    errno.EISCONN: "connected",
    errno.ECONNREFUSED: "refused",
    errno.ETIMEDOUT: "timeout",
    errno.ECONNRESET: "reset",
    errno.ECONNABORTED: "reset",
    errno.EHOSTUNREACH: "no-route",
    errno.ENETUNREACH: "no-route",
    errno.EHOSTDOWN: "no-route",
    errno.ENETDOWN: "no-route",
    errno.EADDRNOTAVAIL: "no-route",  # ::1 if IPv6 is switched off
    errno.EAFNOSUPPORT: "no-route",
    errno.EPERM: "no-route",  # a local firewall rule refuses to send
}
_UNIX_OUTCOMES: dict[int, Outcome] = {
    **_OUTCOMES,
    errno.ENOENT: "socket-missing",
    errno.ENOTDIR: "socket-missing",
    errno.EACCES: "socket-permission",
    errno.EPERM: "socket-permission",
}


def connect_all(addresses: Sequence[str], port: int, timeout_s: float) -> tuple[TcpAttempt, ...]:
    """The outcome for each address, in order, after at most ``timeout_s`` seconds."""
    started = time.monotonic()
    results: dict[str, TcpAttempt] = {}
    with selectors.DefaultSelector() as selector:
        for address in dict.fromkeys(addresses):
            _begin(selector, results, address, port, started)
        while selector.get_map():
            left = started + timeout_s - time.monotonic()
            ready = selector.select(max(left, 0)) if left > 0 else []
            if not ready:
                break
            for key, _ in ready:
                sock = key.fileobj
                assert isinstance(sock, socket.socket)
                number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                results[key.data] = _attempt(key.data, port, number, started)
                selector.unregister(sock)
                sock.close()
        for key in list(selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            results[key.data] = _attempt(key.data, port, errno.ETIMEDOUT, started)
            key.fileobj.close()
    return tuple(results[address] for address in dict.fromkeys(addresses))


def _begin(
    selector: selectors.BaseSelector, results: dict[str, TcpAttempt], address: str, port: int, started: float
) -> None:
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
        )[0]
        sock = socket.socket(family, kind, protocol)
    except OSError as error:
        results[address] = TcpAttempt(address, port, "error", error.errno, str(error.strerror or error))
        return
    sock.setblocking(False)
    number = sock.connect_ex(where)
    if number in {errno.EINPROGRESS, errno.EWOULDBLOCK}:
        selector.register(sock, selectors.EVENT_WRITE, address)
        return
    sock.close()
    results[address] = _attempt(address, port, number, started)


def _attempt(address: str, port: int, number: int, started: float) -> TcpAttempt:
    connected = number in {0, errno.EISCONN}
    return TcpAttempt(
        address=address,
        port=port,
        outcome=_OUTCOMES.get(number, "error"),
        errno=None if connected else number,
        message="" if connected else os.strerror(number),
        ms=round((time.monotonic() - started) * 1000, 2),
    )


def connect_unix(path: str, timeout_s: float) -> TcpAttempt:
    """The outcome of a connection to a unix socket."""
    started = time.monotonic()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(timeout_s)
        number, message = 0, ""
        try:
            sock.connect(path)
        except TimeoutError:
            number, message = errno.ETIMEDOUT, "timed out"
        except OSError as error:  # a path that is too long has no errno
            number, message = error.errno or errno.ENAMETOOLONG, error.strerror or str(error)
        except ValueError as error:  # a NUL character in the path
            number, message = errno.EINVAL, str(error)
    outcome = _UNIX_OUTCOMES.get(number, "error")
    ms = round((time.monotonic() - started) * 1000, 2)
    return TcpAttempt(path, 0, outcome, number or None, message, ms)


def peer_of_unix(path: str, timeout_s: float) -> int:
    """The id of the process that listens on a unix socket; 0 if it takes no connection, or hides it.

    Source: unix(7), SO_PEERCRED.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(timeout_s)
        try:
            sock.connect(path)
            said = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        except (OSError, ValueError):
            return 0
    pid: int = struct.unpack("3i", said)[0]
    return pid
