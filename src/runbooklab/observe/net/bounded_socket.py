"""A socket that stops reading at a bound in bytes and at a deadline, whatever the peer keeps sending.

Libraries apply a timeout to each read and accept any length that a peer announces. Here both are bounded
in the socket itself, so nothing that is built on it has to be.
"""

from __future__ import annotations

import io
import socket
import time
from typing import Any

from runbooklab.observe.context import PlainError

#: Most bytes that one connection may send in all.
MOST_BYTES = 32 << 20


class TooMuch(PlainError, ConnectionError):
    """The peer sent more than is read; ``str()`` says how much that is."""


class BoundedSocket:
    """``sock`` until ``until`` (of :func:`time.monotonic`), for at most ``most_bytes`` in all.

    :meth:`expect` begins a reply with its own bound. Everything but reading is left to the socket.
    """

    def __init__(self, sock: Any, until: float, most_bytes: int = MOST_BYTES) -> None:
        self._sock = sock
        self.until = until  # a later value gives more time, as between two questions
        self._left = self._left_of_reply = most_bytes
        self._timeout: float | None = sock.gettimeout()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def expect(self, most_bytes: int) -> None:
        """A new reply begins, which may have ``most_bytes``."""
        self._left_of_reply = most_bytes

    def settimeout(self, seconds: float | None) -> None:
        """As of a socket, but reading never waits past the deadline."""
        self._timeout = seconds
        self._sock.settimeout(seconds)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """As of a socket. Raises :class:`TooMuch`, and :class:`TimeoutError` past the deadline."""
        self._wait()
        data: bytes = self._sock.recv(size, flags)
        self._count(len(data))
        return data

    def recv_into(self, buffer: Any, size: int = 0, flags: int = 0) -> int:
        """As :meth:`recv`, into ``buffer``."""
        self._wait()
        count: int = self._sock.recv_into(buffer, size, flags)
        self._count(count)
        return count

    def makefile(self, mode: str = "r", buffering: int | None = None, **_: Any) -> Any:
        """A binary file to read from, as :mod:`http.client` asks for it."""
        raw = socket.SocketIO(self, "r")  # type: ignore[arg-type] # all that it calls is here
        self._sock._io_refs += 1  # as socket.makefile does: closing the socket leaves the file open
        return io.BufferedReader(raw)

    def _wait(self) -> None:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left if self._timeout is None else min(left, self._timeout))

    def _count(self, size: int) -> None:
        self._left -= size
        self._left_of_reply -= size
        if self._left < 0 or self._left_of_reply < 0:
            raise TooMuch("what it sends is too long to be an answer: the rest is not read")
