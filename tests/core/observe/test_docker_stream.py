"""Reading what the engine streams, against a server that is none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from docker.errors import APIError, NotFound

from runbooklab.observe.docker.guard import ReadingClient
from runbooklab.observe.docker.stream import demultiplexed, read_stream

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n"


@contextmanager
def engine(serve: Callable[[socket.socket], None]) -> Iterator[ReadingClient]:
    """A client of an engine that serves one connection so."""

    def run(listening: socket.socket) -> None:
        with suppress(OSError), listening.accept()[0] as connection:
            connection.recv(4096)
            serve(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=run, args=(listening,), daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        url = f"tcp://127.0.0.1:{port}"
        with ReadingClient(note=lambda what, ms: None, version="1.41", base_url=url) as client:
            yield client
    thread.join(5)


def frame(stream: int, data: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


def test_a_stream_without_end_is_read_up_to_its_bound() -> None:
    """What was read is kept, and that more was there is known."""

    def endless(connection: socket.socket) -> None:
        connection.sendall(OK)
        while True:
            connection.sendall(b"x" * 65536)

    with engine(endless) as client:
        data, cut = read_stream(client, "GET", "/containers/a/logs", most_bytes=100_000, seconds=10)
    assert (data, cut) == (b"x" * 100_000, True)


@pytest.mark.parametrize("drips", [True, False])
def test_a_stream_that_stalls_ends_in_a_timeout(drips: bool) -> None:
    """Also if a byte comes now and then, in chunks that a client would read one by one."""
    over = threading.Event()

    def stall(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not over.wait(0.02):
            if drips:
                connection.sendall(b"1\r\nx\r\n")

    with engine(stall) as client:
        with pytest.raises(TimeoutError):
            read_stream(client, "GET", "/containers/a/logs", most_bytes=1000, seconds=0.2)
        over.set()


@pytest.mark.parametrize(("status", "kind"), [(b"404 Not Found", NotFound), (b"409 Conflict", APIError)])
def test_a_refusal_is_dockers_own_error_with_its_words(status: bytes, kind: type[APIError]) -> None:
    """The words distinguish a paused container from a stopped one."""
    body = b'{"message": "Container abc is paused"}'
    head = b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    with (
        engine(lambda connection: connection.sendall(head + body)) as client,
        pytest.raises(kind) as refused,
    ):
        read_stream(client, "GET", "/containers/a/logs", most_bytes=1000, seconds=5)
    assert refused.value.explanation == "Container abc is paused"


def test_frames_are_joined_in_the_order_they_were_written() -> None:
    """Errors stand between the lines that they belong between; a frame cut by the bound is kept so far."""
    data = frame(1, b"one\n") + frame(2, b"two\n") + frame(1, b"three\n")
    assert demultiplexed(data) == b"one\ntwo\nthree\n"
    assert demultiplexed(data[:-3]) == b"one\ntwo\nthr"


def test_a_terminals_output_has_no_frames() -> None:
    """It is kept as it is, whatever its first bytes."""
    assert demultiplexed(b"\x1b[31mred") == b"\x1b[31mred"
    assert demultiplexed(b"") == b""
