"""What is read out of bytes, INFO and payloads: pure functions of the Redis probes."""

from __future__ import annotations

import json

import pytest

from runbooklab.domains.address.probes.name import resolve
from runbooklab.domains.endpoint.probes.wire import classify
from runbooklab.domains.redis.probes.redis_facts import flattened
from runbooklab.domains.redis.probes.redis_guard import server_error
from runbooklab.domains.redis.probes.redis_use import can_write
from runbooklab.domains.redis.probes.worker_payload import read_payload
from runbooklab.observe.net.connect import connect_all, connect_unix


@pytest.mark.parametrize(
    ("data", "outcome", "code"),
    [
        (b"+PONG\r\n", "resp", "PONG"),
        (b"-NOAUTH Authentication required.\r\n", "resp", "NOAUTH"),
        (b"-DENIED Redis is running in protected mode", "resp", "DENIED"),
        (b"-ERR unknown command 'PING'\r\n", "resp", "ERR"),
        (b"$4\r\nPONG\r\n", "resp", "RESP"),
        (b"+OK POP3 server ready\r\n", "not-resp", ""),
        (b"-", "not-resp", ""),
        (b"- item\r\n", "not-resp", ""),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not-resp", ""),
        (b"HTTP/1.1 400 Bad Request\r\n", "not-resp", ""),
        (b"\x15\x03\x01\x00\x02\x02\x46", "tls", ""),
        (b"\xff\xfe\x00", "not-resp", ""),
        (b"", "silent", ""),
    ],
)
def test_first_bytes_are_classified(data: bytes, outcome: str, code: str) -> None:
    """Redis, TLS or something else; only what Redis says to PING counts as Redis."""
    seen = classify(data)
    assert (seen.outcome, seen.code) == (outcome, code)
    assert len(classify(data + b"x" * 10_000).text) <= 200


def test_nothing_before_the_end_is_closed_not_silent() -> None:
    """A connection that was closed without a byte is distinguished from one that stays silent."""
    assert classify(b"", closed_after_ms=3.0).outcome == "closed"


HEALTHY = {
    "role": "master", "used_memory": "900000", "maxmemory": "0", "maxmemory_policy": "noeviction",
    "rdb_last_bgsave_status": "ok", "aof_last_write_status": "ok", "loading": "0",
}  # fmt: skip


@pytest.mark.parametrize(
    ("info", "settings", "may_write", "ping_code", "expected"),
    [
        ({}, {}, True, "", ("yes", "")),
        ({}, {}, None, "", ("unknown", "")),
        ({}, {}, False, "", ("no", "NOPERM")),
        ({"maxmemory": "800000"}, {}, True, "", ("no", "OOM")),
        ({"maxmemory": "800000", "mem_not_counted_for_evict": "200000"}, {}, True, "", ("yes", "")),
        ({"maxmemory": "1000000"}, {}, True, "", ("yes", "")),
        ({"maxmemory": "800000", "maxmemory_policy": "allkeys-lru"}, {}, True, "", ("yes", "")),
        ({"maxmemory": "800000", "maxmemory_policy": "volatile-lru"}, {}, True, "", ("no", "OOM")),
        (
            {"maxmemory": "800000", "maxmemory_policy": "volatile-lru", "db0": "keys=9,expires=4,avg_ttl=1"},
            {}, True, "", ("yes", ""),
        ),
        ({"role": "slave", "slave_read_only": "1"}, {}, True, "", ("no", "READONLY")),
        ({"role": "slave", "slave_read_only": "0"}, {}, True, "", ("yes", "")),
        ({"rdb_last_bgsave_status": "err"}, {"save": "3600 1"}, True, "", ("no", "MISCONF")),
        ({"rdb_last_bgsave_status": "err"}, {"save": ""}, True, "", ("yes", "")),
        ({"rdb_last_bgsave_status": "err"}, {"stop-writes-on-bgsave-error": "no"}, True, "", ("yes", "")),
        ({"aof_last_write_status": "err"}, {}, True, "", ("no", "MISCONF")),
        ({}, {}, True, "MISCONF", ("no", "MISCONF")),
        ({}, {"min-replicas-to-write": "1"}, True, "", ("no", "NOREPLICAS")),
        ({"min_slaves_good_slaves": "1"}, {"min-replicas-to-write": "1"}, True, "", ("yes", "")),
        ({"loading": "1"}, {}, True, "LOADING", ("unknown", "")),
    ],
)  # fmt: skip
def test_whether_a_write_would_be_taken(
    info: dict[str, str], settings: dict[str, str], may_write: bool | None, ping_code: str, expected: object
) -> None:
    """Redis's own order of refusals, read from INFO and settings."""
    assert can_write({**HEALTHY, **info}, settings, may_write, ping_code) == expected


def test_without_info_nothing_is_known() -> None:
    """Missing evidence is never "yes"."""
    assert can_write({}, {}, True) == ("unknown", "")


def test_info_is_flattened() -> None:
    """Sections fall away, values keep their colons, and lines of no such shape are passed over."""
    text = "# Server\r\nredis_version:7.0.15\r\nexecutable:/x:y\r\n\r\nnonsense\r\ndb0:keys=1,expires=0\r\n"
    assert flattened(text) == {
        "redis_version": "7.0.15",
        "executable": "/x:y",
        "db0": "keys=1,expires=0",
    }


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("NOAUTH Authentication required.", "NOAUTH", "Authentication required."),
        ("ERR max number of clients reached", "ERR", "max number of clients reached"),
        ("unknown thing", "ERR", "unknown thing"),
        ("BUSY Redis is busy", "BUSY", "Redis is busy"),
        ("", "ERR", ""),
    ],
)
def test_a_servers_error_has_its_code(line: str, code: str, message: str) -> None:
    """The first word in capitals is the code, the rest the message."""
    error = server_error(line, "ResponseError")
    assert (error.code, str(error)) == (code, message)


NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("payload", "address", "age"),
    [
        ({"address": "10.0.0.5:50051", "last_heartbeat": NOW - 3}, "10.0.0.5:50051", 3),
        ({"host": "worker-0", "port": 50051, "timestamp": (NOW + 60) * 1000}, "worker-0:50051", -60),
        ({"endpoint": "grpc://[::1]:50051/x", "last_seen": "2023-11-14T22:13:10Z"}, "[::1]:50051", 10),
        ({"ADDRESS": "w:1", "ts": "2023-11-14T22:13:20"}, "w:1", 0),
        ({"host": "worker-0"}, "", None),
        ({"hostname": "worker-0", "port": "50051"}, "worker-0:50051", None),
        ({"target": "dns:///worker-0:50051"}, "worker-0:50051", None),
        ({"grpc_address": "ipv4:10.0.0.5:50051"}, "10.0.0.5:50051", None),
        ({"worker_host": "w", "worker_port": 50051}, "w:50051", None),
        ({"grpc_host": "w", "http_port": 8080, "grpc_port": 50051}, "w:50051", None),
        ({"grpcHost": "w", "grpcPort": 50051}, "w:50051", None),
        ({"network": {"host": "w", "port": 50051}}, "w:50051", None),
        ({"data": '{"address": "w:50051"}'}, "w:50051", None),
        ({"host": "w", "grpc": {"port": 50051}, "metrics": {"port": 9090}}, "w:50051", None),
        ({"redis_url": "redis://r:6379", "health_url": "http://w:8080", "url": "grpc://w:1"}, "w:1", None),
        ({"redis": {"host": "r", "port": 6379}}, "", None),
        ({"host": "w", "port": True}, "", None),
        ({"address": 5, "last_seen": "yesterday"}, "", None),
    ],
)
def test_a_payload_is_read(payload: dict[str, object], address: str, age: float | None) -> None:
    """Where the worker says it is, and how old its word is, under the names that are in use."""
    read = read_payload("string", json.dumps(payload), NOW)
    assert (read.problem, read.address, read.heartbeat_age_s) == ("", address, age)


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        ("string", "{broken", "payload-invalid"),
        ("string", "", "payload-invalid"),
        ("string", "[1, 2]", "payload-invalid"),
        ("string", "[" * 100_000, "payload-invalid"),
        ("string", "worker-0:50051", ""),
        ("string", "{}", ""),
        ("hash", ["0", ["address", "w:1"]], ""),
        ("hash", ["0", {"address": "w:1"}], ""),
        ("list", None, "wrong-type"),
        ("zset", None, "wrong-type"),
    ],
)
def test_a_payload_that_no_reader_could_use(kind: str, value: object, problem: str) -> None:
    """Text that does not parse and types that hold no registration; nothing raises."""
    assert read_payload(kind, value, NOW).problem == problem


def test_a_value_too_long_to_be_read_whole_is_not_judged() -> None:
    """A cut value does not parse, and that is our doing."""
    assert read_payload("string", '{"address": "w:', NOW, is_cut=True).problem == ""


@pytest.mark.parametrize(
    ("host", "outcome"),
    [("127.0.0.1", "literal"), ("::1", "literal"), ("fe80::1%lo", "literal"), ("localhost", "resolved"),
     ("a..b", "not-found"), ("x" * 300, "not-found")],
)  # fmt: skip
def test_names_and_addresses(host: str, outcome: str) -> None:
    """A literal address needs no resolver; what can be no name is not found."""
    assert resolve(host, 5.0).outcome == outcome


def test_attempts_never_raise() -> None:
    """Addresses and paths that cannot be connected to are outcomes."""
    seen = connect_all(["127.0.0.1", "not an address", "127.0.0.1"], 1, 1.0)
    assert [attempt.outcome for attempt in seen] == ["refused", "error"]
    assert connect_unix("/nowhere/at/all", 1.0).outcome == "socket-missing"
    assert connect_unix("x" * 500, 1.0).outcome == "error"
