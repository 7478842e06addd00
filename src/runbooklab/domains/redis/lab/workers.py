"""Workers' registrations. Redis itself is healthy."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from runbooklab.domains.redis.lab.testbed import LabRedis, Recipe, RedisTestbed
from runbooklab.domains.redis.probes.registrations import SECOND_READING_AFTER_S
from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation

EXPECTED = 2


def payload(number: int = 0, **changes: Any) -> str:
    """A worker's registration as JSON, with a heartbeat of now."""
    worker = {
        "id": f"tts-worker-{number}",
        "host": "127.0.0.1",
        "port": 50051,
        "status": "idle",
        "last_heartbeat": round(time.time(), 3),
    }
    return json.dumps(worker | changes)


def _key(number: int) -> str:
    return f"worker:tts-worker-{number}"


def _registered(expire_s: int | None = 60, **changes: Any) -> Recipe:
    """Two workers are registered; ``changes`` are made to their payloads."""

    def recipe(testbed: RedisTestbed) -> Situation:
        redis = testbed.redis()
        client = testbed.client(redis.url)
        port = testbed.listening("silent")
        for number in range(EXPECTED):
            client.set(_key(number), payload(number, **({"port": port} | changes)), ex=expire_s)
        return testbed.situation(redis, expected_workers=EXPECTED)

    return recipe


def none_registered(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis(), expected_workers=EXPECTED)


def registration_expired(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    client = testbed.client(redis.url)
    for number in range(EXPECTED):
        client.set(_key(number), payload(number), px=50)
    testbed.until(lambda: client.info("stats")["expired_keys"] >= EXPECTED)
    return testbed.situation(redis, expected_workers=EXPECTED)


def other_prefix(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    client = testbed.client(redis.url)
    for number in range(EXPECTED):
        client.set(f"workers:tts-worker-{number}", payload(number), ex=60)
    return testbed.situation(redis, expected_workers=EXPECTED)


def wrong_type(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    client = testbed.client(redis.url)
    for number in range(EXPECTED):
        client.rpush(_key(number), payload(number))
        client.expire(_key(number), 60)
    return testbed.situation(redis, expected_workers=EXPECTED)


def payload_invalid(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    client = testbed.client(redis.url)
    for number in range(EXPECTED):
        client.set(_key(number), "{'id': 'tts-worker', 'port': 50051", ex=60)
    return testbed.situation(redis, expected_workers=EXPECTED)


def heartbeat_stale(testbed: RedisTestbed) -> Situation:
    return _registered(None, last_heartbeat=time.time() - 3600)(testbed)


def clock_skew(testbed: RedisTestbed) -> Situation:
    return _registered(last_heartbeat=time.time() + 900)(testbed)


def address_unreachable(testbed: RedisTestbed) -> Situation:
    return _registered(port=free_port())(testbed)


def _keep_writing(testbed: RedisTestbed, redis: LabRedis, write: Any, pause_s: float) -> None:
    """Call ``write(client, turn)`` again and again until the testbed is closed."""
    client = testbed.client(redis.url)
    stop = threading.Event()

    def loop() -> None:
        turn = 1
        while not stop.wait(pause_s):
            write(client, turn)
            turn += 1

    thread = threading.Thread(target=loop, daemon=True)

    def end() -> None:
        stop.set()
        thread.join(timeout=5)

    write(client, 0)
    thread.start()
    testbed.later(end)


def ttl_too_short(testbed: RedisTestbed) -> Situation:
    redis, port = testbed.redis(), testbed.listening("silent")

    def beat(client: Any, turn: int) -> None:
        for number in range(EXPECTED):
            client.set(_key(number), payload(number, port=port, turn=turn, heartbeat_interval=1.0), px=300)

    _keep_writing(testbed, redis, beat, pause_s=1.0)
    return testbed.situation(redis, expected_workers=EXPECTED)


def duplicate_id(testbed: RedisTestbed) -> Situation:
    redis, ports = testbed.redis(), (testbed.listening("silent"), testbed.listening("silent"))

    def beat(client: Any, turn: int) -> None:
        client.set(_key(0), payload(0, port=ports[turn % 2]), ex=60)
        client.set(_key(1), payload(1, port=ports[0]), ex=60)

    _keep_writing(testbed, redis, beat, pause_s=SECOND_READING_AFTER_S)  # so that two readings see both
    return testbed.situation(redis, expected_workers=EXPECTED)


def registrations_flushed(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    client = testbed.client(redis.url)
    client.set(_key(0), payload())
    client.flushall()
    return testbed.situation(redis, expected_workers=EXPECTED)


def lost_on_restart(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    testbed.client(redis.url).set(_key(0), payload())
    redis.container.restart(timeout=5)
    testbed.until(lambda: redis.container.logs().count(b"Ready to accept") == 2)
    return testbed.situation(redis, expected_workers=EXPECTED)


FAULTS = (
    Fault("workers-none-registered", "Two workers are expected, none ever came.", none_registered),
    Fault("worker-registration-expired", "The workers' keys have expired.", registration_expired),
    Fault("worker-key-prefix", "The workers register under workers: instead of worker:.", other_prefix),
    Fault("worker-wrong-type", "The workers' keys are lists.", wrong_type),
    Fault("worker-payload-invalid", "The workers' values are no JSON.", payload_invalid),
    Fault(
        "worker-heartbeat-stale",
        "The workers' last heartbeat was an hour ago; the keys never expire.",
        heartbeat_stale,
    ),
    Fault("worker-clock-skew", "The workers' heartbeat is 15 minutes in the future.", clock_skew),
    Fault(
        "worker-address-unreachable", "The workers advertise a port nobody listens on.", address_unreachable
    ),
    Fault("worker-address-unreachable/any", "The workers advertise 0.0.0.0.", _registered(host="0.0.0.0")),
    Fault("worker-ttl-too-short", "Keys live 0.3 s, heartbeats come every second.", ttl_too_short),
    Fault("worker-duplicate-id", "Two workers write the same key in turn.", duplicate_id),
    Fault("registrations-flushed", "FLUSHALL.", registrations_flushed),
    Fault("registrations-lost-on-restart", "Redis was restarted without persistence.", lost_on_restart),
)
