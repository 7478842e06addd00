"""Connections: to several addresses at once, through a unix socket, and the first bytes that come back."""

from __future__ import annotations

import errno
import os
import selectors
import socket
import time
from collections.abc import Sequence
from typing import Literal

from runbooklab.observe.net.records import FirstBytes, TcpAttempt

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

#: What is sent to a Redis server: an inline command, which every version understands.
PING = b"PING\r\n"
MOST_FIRST_BYTES = 512
MOST_SHOWN = 200


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


# --- first bytes -----------------------------------------------------------------------------


def ask_plainly(address: str, port: int, timeout_s: float) -> FirstBytes:
    """Connect, send ``PING`` and read the first bytes. ``port`` 0: ``address`` is a unix socket's path."""
    started = time.monotonic()
    deadline = started + timeout_s
    data, closed = b"", False
    try:
        with _open(address, port, timeout_s) as sock:
            sock.sendall(PING)
            while len(data) < MOST_FIRST_BYTES and b"\n" not in data and not _is_tls(data):
                sock.settimeout(max(deadline - time.monotonic(), 0.001))
                piece = sock.recv(MOST_FIRST_BYTES)
                if not piece:
                    closed = True
                    break
                data += piece
    except TimeoutError:
        closed = False
    except OSError as error:
        closed = True
        if error.errno == errno.ECONNREFUSED:
            return FirstBytes("not-connected", os.strerror(errno.ECONNREFUSED))
    ms = round((time.monotonic() - started) * 1000, 1) if closed else None
    return classify(data, closed_after_ms=ms)


def _open(address: str, port: int, timeout_s: float) -> socket.socket:
    if port:
        return socket.create_connection((address, port), timeout_s)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.settimeout(timeout_s)
    try:
        sock.connect(address)
    except OSError:
        sock.close()
        raise
    return sock


def classify(data: bytes, closed_after_ms: float | None = None) -> FirstBytes:
    r"""What the first bytes say about what answers.

    >>> classify(b"-NOAUTH Authentication required.\r\n").code
    'NOAUTH'
    >>> classify(b"HTTP/1.1 400 Bad Request\r\n").outcome
    'not-resp'
    """
    text = data[:MOST_SHOWN].decode("utf-8", "surrogateescape").rstrip("\r\n")
    if not data:
        outcome: Literal["closed", "silent"] = "silent" if closed_after_ms is None else "closed"
        return FirstBytes(outcome, closed_after_ms=closed_after_ms)
    if _is_tls(data):
        return FirstBytes("tls", text, closed_after_ms=closed_after_ms)
    code = _resp_code(text)
    if code:
        return FirstBytes("resp", text, code, closed_after_ms)
    return FirstBytes("not-resp", text, closed_after_ms=closed_after_ms)


def _is_tls(data: bytes) -> bool:
    return data[:1] in {b"\x15", b"\x16"} and (len(data) == 1 or data[1:2] == b"\x03")


def _resp_code(text: str) -> str:
    """The first word of a reply that only Redis gives to ``PING``, or nothing."""
    word = text[1:].split(" ")[0].split("\r")[0].split("\n")[0]
    if text.startswith("-") and word.isascii() and word.replace("_", "").isalnum() and word.isupper():
        return word
    if text.startswith("+PONG"):
        return "PONG"
    return "RESP" if text[:1] in {"$", "*"} and word.lstrip("-").isdigit() else ""
