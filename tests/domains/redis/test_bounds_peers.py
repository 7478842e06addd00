"""Redis, Docker and workers that send without end, slowly, or elsewhere: read within a bound."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests
from docker.errors import DockerException
from redis.exceptions import RedisError

from judging import target_with
from runbooklab.domains.redis.probes.redis_guard import GuardedConnection, ask
from runbooklab.domains.redis.probes.redis_session import NO_CLIENT_INFO
from runbooklab.domains.redis.probes.workers_reached import (
    MOST_TRIED,
    USUALLY_TRIED,
    may_be_a_worker,
    reached,
)
from runbooklab.model.evidence import LedgerEntry
from runbooklab.model.observation import Missing, Observation
from runbooklab.observe.context import Context
from runbooklab.observe.docker.access import docker_access
from runbooklab.observe.docker.guard import NotRead, ReadingClient
from runbooklab.redaction import Vault

DEADLINE_S = 1.5
#: More than a reply may have.
FLOOD = 64 << 20

Answer = Callable[[socket.socket], None]


@contextmanager
def server(answer: Answer) -> Iterator[tuple[int, list[bytes]]]:
    """A server on loopback: its port, and what it was sent."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def talk(peer: socket.socket) -> None:
            with peer, suppress(OSError):
                heard.append(peer.recv(65536))
                answer(peer)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=talk, args=(listening.accept()[0],), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1], heard


def flood(head: bytes, piece: bytes) -> Answer:
    def answer(peer: socket.socket) -> None:
        peer.sendall(head)
        for _ in range(FLOOD // len(piece)):
            peer.sendall(piece)

    return answer


def drip(head: bytes) -> Answer:
    def answer(peer: socket.socket) -> None:
        peer.sendall(head)
        for _ in range(100):
            peer.sendall(b"1")
            time.sleep(0.1)

    return answer


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (flood(b"$2147483647\r\n", b"A" * 65536), RedisError),
        (flood(b"*2147483647\r\n", b":1\r\n" * 16384), RedisError),
        (flood(b"+", b"A" * 65536), RedisError),
        (flood(b"", b"*1\r\n" * 16384), RecursionError),
        (drip(b"$1000\r\n"), RedisError),
        (drip(b"+"), RedisError),
        (lambda peer: peer.sendall(b":" + b"9" * 100_000 + b"\r\n"), ValueError),
    ],
)
def test_a_reply_of_redis_has_a_bound(answer: Answer, error: type[Exception]) -> None:
    """In bytes, in depth and in time, whatever length it announces and however slowly it comes."""
    with server(answer) as (port, _):
        connection = GuardedConnection(
            host="127.0.0.1", port=port, protocol=2, socket_timeout=DEADLINE_S, **NO_CLIENT_INFO
        )
        connection.until = time.monotonic() + DEADLINE_S
        began = time.monotonic()
        with pytest.raises(error):
            ask(connection, "PING")
        connection.disconnect()
        assert time.monotonic() - began < 3 * DEADLINE_S


HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
PACKED = gzip.compress(b" " * (1 << 20))


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (flood(HTTP + b"\r\n", b"[" * 65536), NotRead, "longer than"),
        (
            flood(HTTP + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"),
            NotRead,
            "longer than",
        ),
        (
            lambda peer: peer.sendall(HTTP + b"Content-Length: 3000001\r\n\r\n[" + b"[]," * 999_999 + b"[]]"),
            NotRead,
            "items",
        ),
        (
            lambda peer: peer.sendall(
                HTTP + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PACKED) + PACKED
            ),
            NotRead,
            "compressed",
        ),
        (drip(HTTP + b"\r\n"), requests.RequestException, "in time"),
        (drip(b"HTTP/1.1 200 OK\r\nX: "), requests.RequestException, "in time"),
        (flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), (requests.RequestException, DockerException), "."),
    ],
)
def test_an_answer_of_docker_has_a_bound(answer: Answer, error: type[Exception], said: str) -> None:
    """In bytes, in items and in time; what is compressed is not decompressed."""
    with server(answer) as (port, _):
        place = f"tcp://127.0.0.1:{port}"
        began = time.monotonic()
        with (
            ReadingClient(
                note=lambda what, ms: None, base_url=place, version="1.41", timeout=DEADLINE_S
            ) as client,
            pytest.raises(error, match=said),
        ):
            client.containers()
        assert time.monotonic() - began < 4 * DEADLINE_S


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_of_docker_is_not_followed(status: int) -> None:
    """Nothing is sent to where it leads, and the ledger names the host that was asked."""
    heard: list[str] = []
    with server(lambda peer: None) as (elsewhere, sent):
        there = (
            f"HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:{elsewhere}/x\r\nContent-Length: 0\r\n\r\n"
        )
        with server(lambda peer: peer.sendall(there.encode())) as (port, _):
            place = f"tcp://127.0.0.1:{port}"
            client = ReadingClient(
                note=lambda what, ms: heard.append(what),
                place=place,
                base_url=place,
                version="1.41",
                timeout=2,
            )
            with client, pytest.raises(NotRead, match="not followed"):
                client.containers()
        assert sent == []
    assert len(heard) == 1
    assert heard[0].endswith(f" at {place}")


# --- where Docker is -------------------------------------------------------------------------


def context(ledger: list[LedgerEntry], **target: int) -> Context:
    def wait(probe: str) -> Observation[None]:
        return Observation(probe, missing=Missing("not-applicable"))

    made = target_with(**target)
    return Context(made, Path(), Vault(b"key"), time.monotonic() + 3, wait, ledger)


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("ssh://ops@198.51.100.7", "does not support ssh://"),
        ("SSH://ops@198.51.100.7:2222", "does not support ssh://"),
        ("npipe:////./pipe/docker_engine", "a Windows pipe"),
        ("fd://", "for the engine, not for a client"),
        ("quic://engine:1", "does not support quic://"),
    ],
)
def test_a_form_that_is_not_spoken_is_named(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, said: str
) -> None:
    """It is said plainly, and nobody is asked."""
    monkeypatch.setenv("DOCKER_HOST", endpoint)
    monkeypatch.delenv("DOCKER_TLS_VERIFY", raising=False)
    ledger: list[LedgerEntry] = []
    seen = docker_access(context(ledger))
    assert seen.outcome == "unusable"
    assert said in seen.message
    assert ledger == []


def test_tls_without_its_files_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The folder and the files that are missing are named; nothing is sent in plain."""
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:2376")
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
    seen = docker_access(context([]))
    assert seen.outcome == "unusable"
    assert f"{tmp_path} holds no ca.pem, cert.pem, key.pem" in seen.message


# --- workers ---------------------------------------------------------------------------------


def test_few_of_the_addresses_that_workers_advertise_are_tried() -> None:
    """Not more than expected workers, each once, and each in the ledger."""
    ledger: list[LedgerEntry] = []
    addresses = [f"127.0.1.{n}:9" for n in range(1, 60)]
    answers = reached(context(ledger), [*addresses, *addresses], {})
    assert len(answers) == USUALLY_TRIED
    assert len([entry for entry in ledger if entry.what.startswith("connect ")]) == USUALLY_TRIED
    assert len(reached(context(ledger, expected_workers=500), addresses, {})) == MOST_TRIED


NO_WORKER = """
169.254.169.254 ::ffff:169.254.169.254 fe80::1 224.0.0.1 ff02::1 255.255.255.255 240.0.0.1 fd00:ec2::254
100.100.100.200 nonsense
"""


@pytest.mark.parametrize("address", NO_WORKER.split())
def test_where_no_worker_can_be_is_not_connected_to(address: str) -> None:
    """Link-local addresses, those where a cloud gives out credentials, and those of no single host."""
    assert not may_be_a_worker(address)
    ledger: list[LedgerEntry] = []
    shown = f"[{address}]:80" if ":" in address else f"{address}:80"
    assert reached(context(ledger), [shown], {}) == {shown: None}
    assert not any(entry.what.startswith("connect ") for entry in ledger)


def test_a_number_that_means_an_address_is_seen_through() -> None:
    """The resolver takes 2852039166 for 169.254.169.254: what it gives is judged, not what is written."""
    ledger: list[LedgerEntry] = []
    assert reached(context(ledger), ["2852039166:80"], {}) == {"2852039166:80": None}
    assert not any(entry.what.startswith("connect ") for entry in ledger)
