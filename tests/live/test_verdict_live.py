"""The verdict on real servers of which an answer is missing, late or an error: no ``ok`` without ground."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from altered_redis import Fate, altered
from collecting import collect
from redis_servers import RedisServer, free_port, redis_server

from judging import conclude
from runbooklab.model.conclusions import Diagnosis

EVERYTHING = (
    "config", "address", "error-text", "name", "tcp", "first-bytes", "tls", "redis", "registrations",
)  # fmt: skip


@pytest.fixture(scope="module")
def plain() -> Iterator[RedisServer]:
    """A Redis with one worker registered."""
    with redis_server() as server:
        worker = json.dumps({"address": f"127.0.0.1:{server.port}"})
        server.send("SET", "worker:tts-worker-0", worker, "EX", "3600")
        yield server


def diagnosis_of(url: str, **parameters: Any) -> Diagnosis:
    parameters = {"timeout_s": 3.0, "expected_workers": 1} | parameters
    evidence = collect(url, names=EVERYTHING, **parameters)
    return conclude(
        evidence, run_id="r1", runbook="redis-connection",
        started_at="2026-03-01T11:59:59Z", finished_at="2026-03-01T12:00:00Z",
    )  # fmt: skip


def primary(diagnosis: Diagnosis) -> str:
    return diagnosis.primary.id if diagnosis.primary else ""


def to(command: str, what: Fate) -> Callable[[str], Fate]:
    """This command alone has this fate."""
    return lambda name: what if name.startswith(command) else None


# --- one answer is missing -------------------------------------------------------------------

#: Whatever the verdict rests on, or stands on the way to it.
COMMANDS = (
    "PING", "INFO", "CONFIG GET", "GET", "SET", "SCAN", "ROLE", "SLOWLOG", "CLIENT LIST", "TIME", "ACL",
)  # fmt: skip
#: What may be kept from a user who is well all the same.
QUESTIONS = ("INFO", "CONFIG GET", "ROLE", "SLOWLOG", "CLIENT LIST", "TIME", "ACL", "DBSIZE")
#: Rights to read, and none to write: for the command, for the key, for writing the key.
READERS = (("~worker:*", "+@all", "-set"), ("~cache:*", "+@all"), ("%R~worker:*", "+@all"))
PATTERNS = (
    "workers",
    "worker:1",
    "worker-??",
    "w[ao]rker:*",
    "{workers}:*",
    "*",
    "",
    "a\nb*",
    "w" * 900 + "*",
)


@pytest.mark.parametrize("fate", ["silent", "close"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_without_an_answer_is_never_ok(plain: RedisServer, command: str, fate: str) -> None:
    """Redis is well except for one command, which hangs or costs the connection."""
    with altered(plain.port, to(command, fate)) as port:
        seen = diagnosis_of(f"redis://127.0.0.1:{port}", timeout_s=1.5)
    assert seen.verdict in ("unknown", "critical"), (seen.verdict, seen.summary)


@pytest.mark.parametrize("error", [b"-ERR no upstream host\r\n", b"-ERR Connection refused\r\n"])
@pytest.mark.parametrize("command", ["PING", "GET", "SET", "SCAN"])
def test_a_proxys_error_is_no_answer_of_redis(plain: RedisServer, command: str, error: bytes) -> None:
    """What the orchestrator needs gets an error that is no permission and no setting."""
    with altered(plain.port, to(command, error)) as port:
        seen = diagnosis_of(f"redis://127.0.0.1:{port}")
    assert seen.verdict in ("unknown", "critical"), (seen.verdict, seen.summary)


@pytest.mark.parametrize("answer", [b"-NOPERM this user has no permissions\r\n", b"-ERR unknown command\r\n"])
@pytest.mark.parametrize("command", QUESTIONS)
def test_what_may_not_be_asked_is_not_checked_and_no_fault(
    plain: RedisServer, command: str, answer: bytes
) -> None:
    """A user with few permissions, or a renamed command: the verdict stays ``ok``."""
    with altered(plain.port, to(command, answer)) as port:
        seen = diagnosis_of(f"redis://127.0.0.1:{port}")
    assert seen.verdict == "ok", (seen.verdict, seen.summary)
    assert not [finding for finding in seen.findings if finding.status == "critical"]


# --- what answers is no Redis, or a slow one ----------------------------------------------------


@pytest.mark.parametrize("rest", ["silent", "close", b"-ERR no upstream host\r\n", b"$-1\r\n\r\n"])
def test_a_proxy_that_answers_ping_without_a_redis_is_not_ok(rest: Fate) -> None:
    """HAProxy, Envoy and twemproxy answer PING themselves."""
    with altered(None, lambda name: b"+PONG\r\n" if name.startswith("PING") else rest) as port:
        seen = diagnosis_of(f"redis://127.0.0.1:{port}", timeout_s=1.5, expected_workers=0)
    assert seen.verdict in ("unknown", "critical"), (seen.verdict, seen.summary)


@pytest.mark.parametrize(("seconds", "verdicts"), [(0.3, {"warning"}), (2.0, {"unknown", "warning"})])
def test_a_slow_ping_is_not_ok(plain: RedisServer, seconds: float, verdicts: set[str]) -> None:
    """Everything else is answered at once; of 2 s there is time for one PING only."""

    def fate(name: str) -> None:
        if name.startswith("PING"):
            time.sleep(seconds)

    with altered(plain.port, fate) as port:
        seen = diagnosis_of(f"redis://127.0.0.1:{port}")
    assert seen.verdict in verdicts, (seen.verdict, seen.summary)
    assert primary(seen) == "path-latency"
    latency = next(finding for finding in seen.findings if finding.id == "redis-latency")
    assert latency.status == "warning"


@pytest.mark.parametrize(("delay_s", "timeout_s"), [(0.3, 15.0), (0.25, 3.0), (0.5, 3.0), (0.9, 3.0)])
def test_a_slow_way_is_not_taken_for_paused_writes(
    plain: RedisServer, delay_s: float, timeout_s: float
) -> None:
    """Each answer is late: the SET is waited for longer, or not sent if there is no time for it."""
    with altered(plain.port, lambda name: None, delay_s=delay_s) as port:
        seen = diagnosis_of(f"redis://127.0.0.1:{port}", timeout_s=timeout_s)
    assert seen.verdict in ("warning", "unknown"), seen.summary
    assert primary(seen) == "path-latency"


# --- writes that do not go through -----------------------------------------------------------


def test_writes_paused() -> None:
    """CLIENT PAUSE WRITE: everything that reads is answered."""
    with redis_server() as server:
        server.send("CLIENT", "PAUSE", "60000", "WRITE")
        seen = diagnosis_of(server.url(), expected_workers=0)
        assert (seen.verdict, primary(seen)) == ("critical", "clients-paused")
        assert diagnosis_of(server.url(), expected_workers=0, needs_write=False).verdict == "ok"
        server.send("CLIENT", "UNPAUSE")
        assert diagnosis_of(server.url(), expected_workers=0).verdict == "ok"


def test_everything_paused() -> None:
    """CLIENT PAUSE ALL: nothing is answered."""
    with redis_server() as server:
        server.send("CLIENT", "PAUSE", "60000", "ALL")
        assert diagnosis_of(server.url(), timeout_s=1.5).verdict == "critical"


def test_a_replica_takes_no_writes() -> None:
    """READONLY, though its link and its memory are well."""
    with redis_server() as master, redis_server("--replicaof", "127.0.0.1", str(master.port)) as replica:
        while "master_link_status:up" not in replica.send("INFO", "replication"):
            time.sleep(0.05)
        seen = diagnosis_of(replica.url(), expected_workers=0)
        assert (seen.verdict, primary(seen)) == ("critical", "replica-read-only")
        assert diagnosis_of(replica.url(), expected_workers=0, needs_write=False).verdict == "ok"


def test_a_full_memory() -> None:
    """OOM under noeviction, and under a policy that finds nothing to evict."""
    for policy in ("noeviction", "volatile-lru", "allkeys-lru"):
        with redis_server(
            "--maxmemory", "800kb", "--maxmemory-policy", policy
        ) as server:  # less than an empty one takes
            seen = diagnosis_of(server.url(), expected_workers=0)
            assert (seen.verdict, primary(seen)) == ("critical", "memory-exhausted"), policy


def test_too_few_replicas() -> None:
    """NOREPLICAS."""
    with redis_server("--min-replicas-to-write", "1") as server:
        seen = diagnosis_of(server.url(), expected_workers=0)
        assert (seen.verdict, primary(seen)) == ("critical", "not-enough-replicas")


@pytest.mark.parametrize("rules", READERS)
def test_a_user_who_may_not_write(rules: tuple[str, ...]) -> None:
    """NOPERM for the command, for the key, and for writing the key."""
    with redis_server() as server:
        server.send("ACL", "SETUSER", "app", "on", ">app-password", *rules)
        seen = diagnosis_of(server.url("app:app-password"), expected_workers=0)
        assert (seen.verdict, primary(seen)) == ("critical", "acl-permission-denied")


def test_a_user_who_may_do_just_what_is_needed() -> None:
    """Neither INFO nor CONFIG, ACL or CLIENT: well, and what was not checked is named."""
    with redis_server() as server:
        rights = ("~worker:*", "+ping", "+get", "+set", "+scan", "+type", "+pttl", "+getrange", "+select")
        server.send("ACL", "SETUSER", "app", "on", ">app-password", *rights)
        seen = diagnosis_of(server.url("app:app-password"), expected_workers=0)
        assert seen.verdict == "ok", seen.summary
        assert any("INFO" in sentence for sentence in seen.not_observed)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_any_pattern_of_keys_can_be_tried(plain: RedisServer, pattern: str) -> None:
    """Also the name of one key: nothing that is there is overwritten."""
    kept = json.dumps({"address": f"127.0.0.1:{plain.port}"})
    plain.send("SET", "workers", kept, "EX", "3600")
    before = plain.send("DBSIZE")
    assert diagnosis_of(plain.url(), pattern=pattern, expected_workers=0).verdict == "ok"
    assert (plain.send("GET", "workers"), plain.send("DBSIZE")) == (kept, before)
    plain.send("DEL", "workers")


# --- clusters --------------------------------------------------------------------------------


@contextmanager
def cluster(masters: int) -> Iterator[list[RedisServer]]:
    """A Redis Cluster of so many masters, with all slots served."""
    with ExitStack() as stack:
        nodes = [
            stack.enter_context(
                redis_server("--cluster-enabled", "yes", "--cluster-port", str(free_port()), port=free_port())
            )
            for _ in range(masters)
        ]
        share = 16384 // masters
        for number, node in enumerate(nodes):
            last = 16383 if node is nodes[-1] else (number + 1) * share - 1
            node.send("CLUSTER", "ADDSLOTSRANGE", str(number * share), str(last))
        for node in nodes[1:]:
            bus = node.send("CONFIG", "GET", "cluster-port").split()[-1]
            nodes[0].send("CLUSTER", "MEET", "127.0.0.1", str(node.port), bus)
        deadline = time.monotonic() + 30
        while not all("cluster_state:ok" in node.send("CLUSTER", "INFO") for node in nodes):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield nodes


def test_a_plain_client_on_a_cluster_is_not_ok_at_any_node() -> None:
    """No error text is given: the GETs show it."""
    with cluster(3) as nodes:
        for node in nodes:
            seen = diagnosis_of(node.url(), expected_workers=0)
            assert (seen.verdict, primary(seen)) == ("critical", "cluster-client-needed"), seen.summary
        # What one node holds is no count of all: fewer than expected are not missing.
        few = collect(nodes[0].url(), names=EVERYTHING, expected_workers=2).registrations.value
        assert few is not None
        assert not few.complete
        node, other = nodes[0], nodes[1]
        tag = next(f"t{n}" for n in range(100) if f":{other.port}" in _moved(node, f"{{t{n}}}:x"))
        pattern = f"{{{tag}}}:*"
        assert (
            primary(diagnosis_of(node.url(), pattern=pattern, expected_workers=0)) == "cluster-client-needed"
        )
        assert diagnosis_of(other.url(), pattern=pattern, expected_workers=0).verdict == "ok"


def _moved(node: RedisServer, key: str) -> str:
    """Where a node sends for a key; "" if it keeps it itself."""
    import subprocess

    asked = ["redis-cli", "-p", str(node.port), "GET", key]
    return subprocess.run(asked, capture_output=True, text=True, check=False, timeout=10).stdout


def test_a_cluster_of_one_node_is_well() -> None:
    """A plain client reaches every key there."""
    with cluster(1) as (node,):
        assert diagnosis_of(node.url(), expected_workers=0).verdict == "ok"


def test_a_cluster_without_all_its_slots_is_down() -> None:
    """CLUSTERDOWN."""
    with redis_server("--cluster-enabled", "yes", "--cluster-port", str(free_port())) as node:
        seen = diagnosis_of(node.url(), expected_workers=0)
        assert (seen.verdict, primary(seen)) == ("critical", "cluster-down")
