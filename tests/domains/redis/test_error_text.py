"""A pasted error, reduced to classes, codes and addresses, whatever client it came from."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from judging import reduce, target_with
from runbooklab.model.observation import Missing, Observation
from runbooklab.observe.context import Context, NotObserved
from runbooklab.observe.error_reading import MOST_CHARACTERS
from runbooklab.observe.error_text import error_text
from runbooklab.redaction import Vault

#: Text -> classes, codes that must be among those found, host:port.
CASES = {
    "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.": (
        ("ConnectionError",), {"errno 111"}, ("localhost:6379",),
    ),
    "redis.exceptions.ConnectionError: Error -2 connecting to redis:6379. Name or service not known.": (
        ("ConnectionError",), {"errno -2", "name not known"}, ("redis:6379",),
    ),
    "redis.exceptions.AuthenticationError: Authentication required.": (
        ("AuthenticationError",), {"NOAUTH"}, (),
    ),
    "redis.exceptions.TimeoutError: Timeout reading from db.example.org:6380": (
        ("TimeoutError",), {"timeout"}, ("db.example.org:6380",),
    ),
    "redis.exceptions.ResponseError: MISCONF Redis is configured to save RDB snapshots": (
        ("ResponseError",), {"MISCONF"}, (),
    ),
    "redis.exceptions.ConnectionError: Too many connections": (
        ("ConnectionError",), {"client pool exhausted"}, (),
    ),
    "[ioredis] Unhandled error event: Error: connect ECONNREFUSED 127.0.0.1:6379": (
        (), {"errno 111"}, ("127.0.0.1:6379",),
    ),
    "Error: getaddrinfo ENOTFOUND redis": ((), {"name not known"}, ("redis",)),
    "ReplyError: NOAUTH Authentication required.": (("ReplyError",), {"NOAUTH"}, ()),
    "MaxRetriesPerRequestError: Reached the max retries per request limit (which is 20).": (
        ("MaxRetriesPerRequestError",), set(), (),
    ),
    "redis.clients.jedis.exceptions.JedisConnectionException: Failed connecting to 10.0.0.5:6379": (
        ("JedisConnectionException",), set(), ("10.0.0.5:6379",),
    ),
    "redis.clients.jedis.exceptions.JedisDataException: WRONGPASS invalid username-password pair": (
        ("JedisDataException",), {"WRONGPASS"}, (),
    ),
    "io.lettuce.core.RedisConnectionException: Unable to connect to redis/<unresolved>:6379\n"
    "Caused by: java.net.UnknownHostException: redis": (
        ("RedisConnectionException", "UnknownHostException"), {"name not known"}, ("redis",),
    ),
    "dial tcp [::1]:6379: connect: connection refused": ((), {"errno 111"}, ("[::1]:6379",)),
    "dial tcp: lookup redis on 127.0.0.11:53: no such host": ((), {"name not known"}, ("redis",)),
    "redis: connection pool timeout": ((), {"client pool exhausted", "timeout"}, ()),
    "Could not connect to Redis at localhost:6379: Connection refused": (
        (), {"errno 111"}, ("localhost:6379",),
    ),
    "(error) DENIED Redis is running in protected mode": ((), {"DENIED"}, ()),
    "(error) OOM command not allowed when used memory > 'maxmemory'.": ((), {"OOM"}, ()),
    "(error) ERR max number of clients reached": ((), {"ERR max number of clients reached"}, ()),
    "(error) ERR DB index is out of range": ((), {"ERR DB index is out of range"}, ()),
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed": ((), {"certificate verify failed"}, ()),
    "OSError: [Errno 24] Too many open files": (("OSError",), {"errno 24"}, ()),
    "Cannot assign requested address": ((), {"errno 99"}, ()),
    "2026-01-01 12:34:56 app.py:12 all is well": ((), set(), ()),
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_what_identifies_an_error_is_found(text: str) -> None:
    """Classes and addresses exactly; codes at least those that are distinctive."""
    classes, codes, hosts = CASES[text]
    found = reduce(text, Vault(b"key"))
    assert found.classes == classes
    assert codes <= set(found.codes)
    assert found.hosts == hosts


def test_a_password_in_the_text_is_not_kept() -> None:
    """A URL, and the part of one that a client quotes."""
    vault = Vault(b"key")
    found = reduce(
        "connecting to redis://:hunter2-s3cret@db:6379 failed\n"
        "ValueError: Port could not be cast to integer value as 'raw-s3cret'",
        vault,
    )
    assert "s3cret" not in repr(found)
    assert found.classes == ("ValueError",)


def test_a_long_text_is_cut_to_what_matters() -> None:
    """A log of a megabyte costs little; each kind of line stays once, and it says how much there was."""
    found = reduce("ConnectionError: x\nall is well\n" * 60_000, Vault(b"key"))
    assert found.text == "ConnectionError: x"
    assert (found.lines, found.whole) == (120_000, False)


def test_kinds_without_end_are_bounded() -> None:
    """Of more kinds of lines than fit, the newest stay."""
    names = ("".join(chr(97 + n // 26**k % 26) for k in range(4)) for n in range(20_000))
    found = reduce("\n".join(f"failed to load {name}" for name in names) + "\nNOAUTH", Vault(b"key"))
    assert len(found.text) <= MOST_CHARACTERS
    assert found.text.endswith("NOAUTH")


def test_a_password_is_not_cut_in_half() -> None:
    """A line of a megabyte is cut only once its secrets are replaced."""
    line = (
        "x" * 500_000 + " connection refused redis://:" + "hunter2-s3cret" * 30 + "@db:6379 " + "y " * 250_000
    )
    assert "s3cret" not in reduce(line, Vault(b"key")).text


def test_no_text_is_not_observed() -> None:
    """The probe has nothing to say if nothing was pasted."""

    def wait(name: str) -> Observation[None]:
        return Observation(name, missing=Missing("error"))

    def observed(text: str) -> object:
        target = target_with(error_text=text)
        return error_text(Context(target, Path("/"), Vault(b"key"), time.monotonic() + 1, wait))

    with pytest.raises(NotObserved) as caught:
        observed("  ")
    assert caught.value.missing.reason == "not-applicable"
    assert observed("(error) NOAUTH") is not None


def test_a_long_traceback_keeps_both_of_its_ends() -> None:
    """Python names the error last, Java first: a pasted text of any length loses only its middle."""
    text = (
        "java.net.ConnectException: first\n"
        + "  at line\n" * 5000
        + "redis.exceptions.BusyLoadingError: last"
    )
    assert reduce(text, Vault()).classes == ("ConnectException", "BusyLoadingError")


@pytest.mark.parametrize(
    "text",
    [
        "../deps/openssl/openssl/ssl/record/ssl3_record.c:332:", "at node:net:1144:16", "Foo.java:88",
        "main.go:42", "12:30:45", "2026-11-29T12:30:45.123Z", "[29/Nov/2026:10:12:13 +0000]",
        "redis:7-alpine", "redis:7.2",
        "(node:12345) UnhandledPromiseRejection", "pid:12345", "error:1408F10B:SSL", "lib/redix.ex:283:",
        "line:1200",
        "src/main.rs:12:9", "v: 2.6.111.64013", "postgres:16", "status:5000", "Thread-1 code:6379", "http://",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    """Source lines, times, versions, images and counts are no hosts."""
    assert reduce(text, Vault()).hosts == ()


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("connecting to [::1]:6379", "[::1]:6379"), ("connect ECONNREFUSED ::1:6379", "[::1]:6379"),
        ("redis:6379> get x", "redis:6379"), ("redis://:hunter2-x9@db:6380/0 refused", "db:6380"),
        ("localhost/127.0.0.1:6379", "127.0.0.1:6379"), ("tcp://127.0.0.1:6379]", "127.0.0.1:6379"),
        ("address: '10.0.0.5', port: 6379", "10.0.0.5:6379"), ('"host":"cache","port":6380', "cache:6380"),
        ("to \x1b[1mredis:6379\x1b[0m", "redis:6379"), (r"to \033[1mredis:6379\033[0m", "redis:6379"),
        ("to ^[[1mredis:6379^[[0m", "redis:6379"), (r"to \u001b[1mredis:6379\u001b[0m", "redis:6379"),
        ("to [1mredis:6379[0m", "redis:6379"), ("host cache, port 6380", "cache:6380"),
    ],
)  # fmt: skip
def test_an_address_is_found_in_any_dress(text: str, host: str) -> None:
    """Brackets, prompts, URLs, Java's slashes, fields and colours do not hide it."""
    assert reduce(text, Vault()).hosts == (host,)
