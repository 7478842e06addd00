"""Worker registrations in a real Redis: found, and read twice."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator

import pytest
from collecting import as_bytes, collect
from redis_servers import RedisServer, free_port, listener, redis_server

from runbooklab.domains.redis.records.conversation import Registrations, WorkerKey


@pytest.fixture(scope="module")
def shared() -> Iterator[RedisServer]:
    with redis_server() as running:
        yield running


@pytest.fixture
def server(shared: RedisServer) -> RedisServer:
    shared.send("FLUSHALL")
    return shared


def seen(server: RedisServer, path: str = "", pattern: str = "worker:*") -> Registrations:
    evidence = collect(server.url(path=path), pattern=pattern)
    assert evidence.registrations.value is not None, evidence.registrations.missing
    return evidence.registrations.value


def only(found: Registrations) -> WorkerKey:
    assert len(found.keys) == 1
    return found.keys[0]


def test_a_worker_that_answers(server: RedisServer) -> None:
    """A JSON registration with an address that takes connections and a fresh heartbeat."""
    with listener() as port:
        payload = {"host": "127.0.0.1", "port": port, "last_heartbeat": time.time() - 5, "models": ["a", "b"]}
        server.send("SET", "worker:tts-worker-0", json.dumps(payload), "EX", "30")
        key = only(seen(server))
    assert (key.key, key.type, key.problem, key.db) == ("worker:tts-worker-0", "string", "", 0)
    assert key.ttl_ms is not None
    assert 0 < key.ttl_ms <= 30_000
    assert (key.address, key.address_answers) == (f"127.0.0.1:{port}", True)
    assert key.heartbeat_age_s is not None
    assert 4 < key.heartbeat_age_s < 60
    assert key.fields["models"] == '["a", "b"]'


def test_a_hash_that_advertises_a_dead_address(server: RedisServer) -> None:
    """A hash is read like JSON; an address that refuses is known not to answer; no expiry is -1."""
    dead = f"127.0.0.1:{free_port()}"
    server.send("HSET", "worker:1", "address", f"grpc://{dead}", "last_seen", "2020-01-01T00:00:00Z")
    key = only(seen(server))
    assert (key.type, key.address, key.address_answers, key.ttl_ms) == ("hash", dead, False, -1)
    assert key.heartbeat_age_s is not None
    assert key.heartbeat_age_s > 86_400


def test_a_heartbeat_in_the_future_is_negative(server: RedisServer) -> None:
    """A worker whose clock is ahead, in milliseconds."""
    server.send("SET", "worker:1", json.dumps({"timestamp": int((time.time() + 600) * 1000)}))
    key = only(seen(server))
    assert key.heartbeat_age_s is not None
    assert key.heartbeat_age_s < -500


def test_what_cannot_be_read_says_why(server: RedisServer) -> None:
    """The wrong type, if no key has the right one, and text that does not parse."""
    server.send("LPUSH", "worker:list", "x")
    assert {key.key: key.problem for key in seen(server).keys} == {"worker:list": "wrong-type"}
    server.send("SET", "worker:broken", '{"address": ')
    server.send("SET", "worker:plain", "127.0.0.1:1")
    found = seen(server)
    assert {key.key: key.problem for key in found.keys} == {
        "worker:broken": "payload-invalid",
        "worker:plain": "",
    }
    assert found.aside == ("worker:list",)  # beside registrations a list may be an index or a queue


def test_other_databases_and_near_misses(server: RedisServer) -> None:
    """No match: keys by nearly the name are listed, and so are databases that hold keys."""
    for name in ("workers:1", "Worker:2", "tts:worker:3", "session:4"):
        server.send("SET", name, "x")
    server.send("-n", "5", "SET", "worker:elsewhere", "x")
    found = seen(server)
    assert found.keys == ()
    assert found.near_misses == ("Worker:2", "tts:worker:3", "workers:1")
    assert found.other_dbs == {"5": 1}
    assert (found.scanned, found.complete) == (4, True)
    assert [key.key for key in seen(server, path="/5").keys] == ["worker:elsewhere"]


def test_a_renewed_registration_has_changed(server: RedisServer) -> None:
    """Between the two readings a worker renews, another only ages."""
    server.send("SET", "worker:idle", "{}", "EX", "100")
    stop = threading.Event()

    def renew() -> None:
        while not stop.is_set():
            server.send("SET", "worker:alive", json.dumps({"beat": time.time()}), "EX", "100")

    thread = threading.Thread(target=renew)
    thread.start()
    try:
        while server.send("EXISTS", "worker:alive") != "1":
            time.sleep(0.01)
        changed = seen(server).changed
    finally:
        stop.set()
        thread.join()
    assert changed == ("worker:alive",)


def test_secrets_in_a_registration_are_not_kept(server: RedisServer) -> None:
    """A field whose name says that it is a secret, and a URL with a password."""
    secret, other = "registration-s3cret", "another-s3cret"
    server.send("SET", "worker:1", json.dumps({"api_key": secret, "broker": f"redis://:{other}@127.0.0.1:1"}))
    evidence = collect(server.url())
    assert secret.encode() not in as_bytes(evidence)
    assert other.encode() not in as_bytes(evidence)
    assert evidence.registrations.value is not None
    assert only(evidence.registrations.value).fields["api_key"].startswith("***secret-")


def test_hostile_text_is_shown_not_acted_on(server: RedisServer) -> None:
    """Control characters and broken UTF-8 in names and values are written out."""
    server.send("EVAL", r"redis.call('SET', 'worker:\27[31m\255', '\226\128\174')", "0")
    key = only(seen(server))
    assert key.key == "worker:\\x1b[31m\\xff"
    assert key.value == "\\u202e"


def test_many_keys_are_looked_at_within_bounds(server: RedisServer) -> None:
    """Thousands of keys: a bounded number in detail, and it says that this is not all."""
    server.send("EVAL", "for i = 1, 5000 do redis.call('SET', 'worker:' .. i, '{}') end", "0")
    found = seen(server)
    assert len(found.keys) == 300
    assert not found.complete
    server.send("EVAL", "for i = 1, 30000 do redis.call('SET', 'session:' .. i, 'x') end", "0")
    found = seen(server, pattern="worker:4999")
    assert [key.key for key in found.keys] == ["worker:4999"]
    assert (found.complete, found.scanned) == (True, 35_000)
