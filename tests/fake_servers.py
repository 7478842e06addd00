"""Servers that misbehave: each answers every connection in one way, and ends with its block."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answer = Callable[[socket.socket], None]


@contextmanager
def serving(answer: Answer) -> Iterator[int]:
    """The port of a server on the loopback address that calls ``answer`` for each connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        open_ones: list[socket.socket] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    sock, _ = server.accept()
                    open_ones.append(sock)
                    threading.Thread(target=_answered, args=(answer, sock), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            for sock in open_ones:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
                sock.close()


def _answered(answer: Answer, sock: socket.socket) -> None:
    with suppress(OSError), sock:
        answer(sock)


def request_of(sock: socket.socket) -> bytes:
    """What an HTTP client asks, up to its empty line."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(4096)
        if not piece:
            break
        data += piece
    return data


def http_answer(head: bytes, body: bytes = b"") -> Answer:
    """Answer every request with this head (without its empty line) and body, and close."""

    def answer(sock: socket.socket) -> None:
        request_of(sock)
        sock.sendall(head + b"\r\n\r\n" + body)

    return answer


def endless(first: bytes, piece: bytes) -> Answer:
    """Send ``first``, and then ``piece`` without an end."""

    def answer(sock: socket.socket) -> None:
        sock.sendall(first)
        while True:
            sock.sendall(piece)

    return answer


def dripping(first: bytes, every_s: float = 0.2) -> Answer:
    """Send ``first``, and then one byte at a time without an end."""

    def answer(sock: socket.socket) -> None:
        sock.sendall(first)
        while True:
            time.sleep(every_s)
            sock.sendall(b"x")

    return answer


def saying(data: bytes) -> Answer:
    """Hear the client's first bytes, send ``data``, and wait until the client goes."""

    def answer(sock: socket.socket) -> None:
        sock.recv(4096)
        sock.sendall(data)
        silent(sock)

    return answer


def silent(sock: socket.socket) -> None:
    """Say nothing, until the client goes."""
    while sock.recv(4096):
        pass


def closed_port() -> int:
    """A port of the loopback address on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
