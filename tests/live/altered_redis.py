"""A relay in front of a real Redis that answers single commands otherwise: not, late, or with an error."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

#: What becomes of a command: None passes it on; "silent" and "close" are no answers; bytes are one.
Fate = str | bytes | None


def _commands(data: bytes) -> list[tuple[bytes, bytes]]:
    """The commands in RESP arrays of bulk strings: their first word, and the bytes of each."""
    if not data.startswith(b"*"):  # as a person types it
        return [(data.strip().upper(), data)]
    found, at = [], 0
    while data[at : at + 1] == b"*":
        start, end = at, data.index(b"\r\n", at)
        count, at, words = int(data[at + 1 : end]), end + 2, []
        for _ in range(count):
            end = data.index(b"\r\n", at)
            length = int(data[at + 1 : end])
            words.append(data[end + 2 : end + 2 + length])
            at = end + 2 + length + 2
        found.append((b" ".join(words[:2]).upper(), data[start:at]))
    return found


@contextmanager
def altered(port: int | None, fate: Callable[[str], Fate], delay_s: float = 0.0) -> Iterator[int]:
    """A port of 127.0.0.1 behind which the Redis at ``port`` answers, except for what ``fate`` says.

    ``fate`` gets the first two words of each command. Without a ``port`` there is no Redis: what is
    passed on then gets no answer. ``delay_s`` passes before each answer.
    """
    ended = threading.Event()
    server = socket.create_server(("127.0.0.1", 0), backlog=32)
    server.settimeout(0.1)

    def serve(client: socket.socket) -> None:
        with ExitStack() as open_ones, suppress(OSError, ValueError):
            open_ones.enter_context(client)
            upstream = None
            if port:
                upstream = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), 5))
            client.settimeout(20)
            while data := client.recv(65536):
                for name, raw in _commands(data):
                    time.sleep(delay_s)
                    what = fate(name.decode("latin-1"))
                    if what == "close":
                        return
                    if what == "silent" or (what is None and upstream is None):
                        ended.wait(20)
                        return
                    client.sendall(what if isinstance(what, bytes) else _asked(upstream, raw))

    def accept() -> None:
        while not ended.is_set():
            with suppress(TimeoutError):
                client, _ = server.accept()
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield int(server.getsockname()[1])
    finally:
        ended.set()
        thread.join(timeout=5)
        server.close()


def _asked(upstream: socket.socket | None, raw: bytes) -> bytes:
    """The server's answer to one command: all that comes until it falls silent."""
    assert upstream is not None
    upstream.sendall(raw)
    upstream.settimeout(5)
    answer = upstream.recv(1 << 20)
    upstream.settimeout(0.02)
    with suppress(TimeoutError):
        while more := upstream.recv(1 << 20):
            answer += more
    return answer
