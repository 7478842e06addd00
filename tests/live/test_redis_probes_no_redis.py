"""What the Redis probes say of an address where no Redis answers: nothing, silence, or something else."""

from __future__ import annotations

import socket

import pytest
from collecting import collect, stages_of
from redis_servers import free_port, listener, redis_server, replies


def test_nothing_listens() -> None:
    """A refused connection is data: the stage and the attempt say so, nothing else is reached."""
    evidence = collect(f"redis://127.0.0.1:{free_port()}")
    assert evidence.tcp.value is not None
    assert evidence.tcp.value[0].outcome == "refused"
    assert stages_of(evidence)["connect"].outcome == "error"
    assert stages_of(evidence)["ping"].outcome == "not-reached"
    assert evidence.first_bytes.value is not None
    assert evidence.first_bytes.value.outcome == "not-connected"


def test_a_frozen_server_times_out_as_data() -> None:
    """A stopped process accepts and is silent: that is seen before the deadline, not lost to it."""
    with redis_server() as server:
        server.freeze()
        evidence = collect(server.url(), timeout_s=0.5)
        server.thaw()
    assert stages_of(evidence)["ping"].outcome == "timeout"
    assert evidence.first_bytes.value is not None
    assert evidence.first_bytes.value.outcome == "silent"
    assert evidence.registrations.missing is not None


@pytest.mark.parametrize(
    ("answer", "first", "stage"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "not-resp", "error"),
        (b"\x00\x01\xff\r\n", "not-resp", "error"),
        (b"+OK POP3 ready\r\n", "not-resp", "error"),
        (b"$abc\r\n", "not-resp", "error"),
        (b"*999999999\r\n", "resp", "closed"),
        (b"\x15\x03\x03\x00\x02\x02\x46", "tls", "closed"),
        (
            b"-DENIED Redis is running in protected mode because protected mode is enabled\r\n",
            "resp",
            "error",
        ),
        (b"", "closed", "closed"),
    ],
)
def test_something_else_on_the_port(answer: bytes, first: str, stage: str) -> None:
    """What is no Redis is classified by its first bytes, and never breaks the conversation."""
    with listener(replies(answer)) as port:
        evidence = collect(f"redis://127.0.0.1:{port}", timeout_s=1.0)
    assert evidence.first_bytes.value is not None
    assert evidence.first_bytes.value.outcome == first
    assert stages_of(evidence)["ping"].outcome == stage


def test_a_silent_listener() -> None:
    """Connections are taken and nothing ever comes back."""
    with listener() as port:
        evidence = collect(f"redis://127.0.0.1:{port}", timeout_s=0.5)
    assert stages_of(evidence)["ping"].outcome == "timeout"
    assert evidence.first_bytes.value is not None
    assert evidence.first_bytes.value.outcome == "silent"


def test_a_full_accept_queue_is_a_connect_timeout() -> None:
    """Packets that go unanswered end as a timeout, distinguished from a refusal."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        port = server.getsockname()[1]
        waiting = []
        for _ in range(4):
            sock = socket.socket()
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
            waiting.append(sock)
        evidence = collect(f"redis://127.0.0.1:{port}", timeout_s=0.5)
        for sock in waiting:
            sock.close()
    assert evidence.tcp.value is not None
    assert evidence.tcp.value[0].outcome == "timeout"
    assert stages_of(evidence)["connect"].outcome == "timeout"


def test_a_name_that_does_not_resolve() -> None:
    """The conversation says that the name was the end of it."""
    evidence = collect("redis://no-such-host.invalid:6379")
    assert evidence.name.value is not None
    assert evidence.name.value.outcome in {"not-found", "temporary-failure"}
    assert stages_of(evidence)["connect"].error_class == "gaierror"
    assert evidence.tcp.missing is not None
