"""Nothing but the closed list is ever sent to a worker."""

from __future__ import annotations

import socket
import time

import pytest

from runbooklab.domains.grpc.probes import guard
from runbooklab.domains.grpc.probes.guard import PATHS, Http2, Refused, ask_tunnel
from runbooklab.domains.grpc.probes.proxy import exception_for, proxy_for
from runbooklab.domains.grpc.probes.wire import read
from runbooklab.domains.grpc.probes.workers import endpoint


def test_the_list_holds_no_method_of_an_application() -> None:
    """Health, reflection, and a method that cannot exist."""
    assert set(PATHS.values()) == {
        "/runbooklab.Probe/None",
        "/grpc.health.v1.Health/Check",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
    }


@pytest.mark.parametrize("kind", ["/tts.v1.TextToSpeech/Speak", "speak", ""])
def test_what_is_on_no_list_is_not_sent(kind: str) -> None:
    """A call of another name is refused before a byte of it leaves."""
    here, there = socket.socketpair()
    with here, there, Http2(here, time.monotonic() + 5, "worker", "http") as connection:
        there.recv(65536)  # the preface
        with pytest.raises(Refused):
            connection.call(kind, "", 1.0)  # type: ignore[arg-type] # that is what is tested
        there.setblocking(False)
        with pytest.raises(BlockingIOError):
            there.recv(1)


def test_a_token_goes_into_headers_for_tokens_alone() -> None:
    """Another header's name is refused."""
    here, there = socket.socketpair()
    with here, there, pytest.raises(Refused):
        Http2(here, time.monotonic() + 5, "worker", "http", ("cookie", "x"))


def test_a_host_cannot_smuggle_a_header_to_a_proxy() -> None:
    """A line break in a name is sent to nobody."""
    here, there = socket.socketpair()
    with here, there, pytest.raises(Refused):
        ask_tunnel(here, "worker\r\nX: y", 50051, 0.1)


def test_no_message_can_be_passed_in() -> None:
    """The request is made from the kind of the call and a service's name."""
    assert guard._message("nothing", "anything") == b""
    assert len(guard._message("health", "x" * 10_000)) < 600


@pytest.mark.parametrize(
    ("host", "listed", "matches"),
    [
        ("tts-worker", "tts-worker", True),
        ("tts-worker", "localhost, TTS-WORKER", True),
        ("a.example.com", "example.com", False),
        ("a.example.com", ".example.com", True),
        ("example.com", ".example.com", True),
        ("10.1.2.3", "10.0.0.0/8", True),
        ("127.0.0.1", "127.*", False),
        ("127.0.0.1", "localhost", False),
        ("tts-worker", "*", False),
        ("tts-worker", "tts-worker:50051", False),
        ("::1", "::1", True),
    ],
)
def test_exceptions_match_as_in_grpc(host: str, listed: str, matches: bool) -> None:
    """gRPC core knows no star and no port; a name without a dot in front is that name alone."""
    assert bool(exception_for(host, listed)) is matches


@pytest.mark.parametrize(
    ("environment", "variable"),
    [
        ({"HTTP_PROXY": "http://p:1"}, ""),
        ({"all_proxy": "http://p:1"}, ""),
        ({"http_proxy": "p:1"}, ""),
        ({"grpc_proxy": "", "http_proxy": "http://p:1"}, ""),
        ({"http_proxy": "http://p:1", "https_proxy": "http://q:1"}, "https_proxy"),
        ({"http_proxy": "http://p:1", "grpc_proxy": "http://q:1"}, "grpc_proxy"),
    ],
)
def test_variables_are_read_as_in_grpc(environment: dict[str, str], variable: str) -> None:
    """Lower case, in order, and only an http:// proxy."""
    found = proxy_for("tts-worker", environment)
    assert (found[0] if found else "") == variable


def test_no_grpc_proxy_replaces_no_proxy() -> None:
    """Also if it is empty."""
    environment = {"http_proxy": "http://p:1", "no_proxy": "tts-worker", "no_grpc_proxy": ""}
    found = proxy_for("tts-worker", environment)
    assert found is not None
    assert found[2] == ""


@pytest.mark.parametrize(
    ("data", "outcome", "kind"),
    [
        (b"\x00\x00\x18\x04\x00\x00\x00\x00\x00", "http2", ""),
        (b"HTTP/1.1 400 Bad Request", "other", "http1"),
        (b"<!DOCTYPE HTML>", "other", "http1"),
        (b"-ERR unknown command", "other", "redis"),
        (b"SSH-2.0-OpenSSH_9.2", "other", "ssh"),
        (b"220 mail ESMTP", "other", "smtp"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "other", "tls"),
        (b"\x4a\x00\x00\x00\x0a8.0.36\x00", "other", "binary"),
    ],
)
def test_first_bytes_tell_the_protocol(data: bytes, outcome: str, kind: str) -> None:
    """Each protocol begins in its own way."""
    seen = read(data, False, False, 1.0)
    assert (seen.outcome, seen.kind) == (outcome, kind)


@pytest.mark.parametrize(
    "text", ["", "worker", "worker:", ":50051", "worker:0", "worker:70000", "a b:1", "a@b:1", "worker:x"]
)
def test_what_is_no_address_is_none(text: str) -> None:
    """Nothing is called that is no HOST:PORT."""
    assert endpoint(text) is None
