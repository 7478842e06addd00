"""The Redis probes against real servers: what they see, and that they only read."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from collecting import as_bytes, collect, stages_of, talk_of
from redis_servers import RedisServer, free_port, redis_server, require

from runbooklab.domains.redis.checks.server import redis_clients, redis_stats
from runbooklab.redaction import TOKEN, Vault

PASSWORD = "hunter2-and-more"


@pytest.fixture(scope="module")
def plain() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture(scope="module")
def locked() -> Iterator[RedisServer]:
    """A server that asks for a password, and has a user with few permissions."""
    with redis_server("--requirepass", PASSWORD) as server:
        few = ("ACL", "SETUSER", "app", "on", ">app-password", "~worker:*", "+get", "+ping", "+scan")
        server.send(*few, password=PASSWORD)
        yield server


def outcomes(url: str) -> dict[str, str]:
    """Stage name to its code, else its outcome."""
    stages = stages_of(collect(url))
    return {name: stage.code or stage.outcome for name, stage in stages.items()}


# --- a healthy server ------------------------------------------------------------------------


def test_a_healthy_server_is_seen_whole(plain: RedisServer) -> None:
    """Every stage is ok, and what the server says of itself is there."""
    evidence = collect(plain.url())
    talk = talk_of(evidence)
    assert [stage.outcome for stage in talk.stages] == [
        "ok",
        "not-needed",
        "not-needed",
        "not-needed",
        "ok",
        "ok",
    ]
    assert talk.role == ("master", "0")
    assert int(talk.info["used_memory"]) > 0
    assert talk.info["tcp_port"] == str(plain.port)
    assert talk.settings["databases"] == "16"
    assert len(talk.ping_ms) == 5
    assert talk.can_write == "yes"
    assert talk.denied == {}
    assert talk.without_credentials is None
    assert talk.time_offset_s is not None
    assert abs(talk.time_offset_s) < 60
    assert evidence.first_bytes.value is not None
    assert evidence.first_bytes.value.code == "PONG"
    assert evidence.tls.missing is not None
    assert evidence.tls.missing.reason == "not-applicable"


def test_nothing_is_sent_that_changes_anything(plain: RedisServer) -> None:
    """MONITOR sees nothing outside the closed list and one SET with XX; the ledger names what was sent."""
    plain.send("SET", "worker:tts-worker-0", json.dumps({"address": f"127.0.0.1:{plain.port}"}))
    command = [require("redis-cli"), "-p", str(plain.port), "monitor"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as monitor:
        assert monitor.stdout is not None
        assert monitor.stdout.readline() == "OK\n"
        evidence = collect(plain.url(path="/3"))
        plain.send("ECHO", "the end")
        lines = []
        for line in monitor.stdout:
            if "the end" in line:
                break
            lines.append(line.split("] ", 1)[1])
        monitor.kill()
    seen = [line.split('"')[1].upper() for line in lines]
    (write,) = [line for line in lines if line.upper().startswith('"SET"')]
    assert re.fullmatch(r'"SET" "worker:runbooklab-[0-9a-f]{32}" "x" "XX"\n', write)
    assert plain.send("-n", "3", "DBSIZE") == "0"
    assert "SCAN" in seen
    assert set(seen) <= {
        "PING", "SELECT", "ROLE", "INFO", "CONFIG", "SLOWLOG", "CLIENT", "ACL", "TIME", "SCAN", "DBSIZE",
        "HELLO", "COMMAND", "GET", "SET", "CLUSTER",
    }  # fmt: skip
    sent = {entry.what.split(" ")[0] for entry in evidence.ledger if entry.to == "redis"}
    assert set(seen) - {"COMMAND"} <= sent
    plain.send("FLUSHALL")


def test_a_name_with_several_addresses_is_tried_at_each(plain: RedisServer) -> None:
    """localhost is resolved, and every address of it is tried."""
    evidence = collect(f"redis://localhost:{plain.port}")
    assert evidence.name.value is not None
    assert evidence.name.value.outcome == "resolved"
    assert evidence.tcp.value is not None
    assert {attempt.address for attempt in evidence.tcp.value} == set(evidence.name.value.addresses)
    assert stages_of(evidence)["ping"].outcome == "ok"


def test_a_unix_socket_is_talked_to(tmp_path: Path) -> None:
    """A unix socket is a target like any other; a missing or forbidden one says which it is."""
    path = tmp_path / "redis.sock"
    with redis_server("--unixsocket", str(path)):
        evidence = collect(f"unix://{path}?db=2")
        assert stages_of(evidence)["ping"].outcome == "ok"
        assert evidence.first_bytes.value is not None
        assert evidence.first_bytes.value.code == "PONG"
    missing = collect(f"unix://{tmp_path}/no.sock").tcp.value
    assert missing is not None
    assert missing[0].outcome == "socket-missing"


# --- authentication --------------------------------------------------------------------------


def test_without_credentials_nothing_is_asked_after_noauth(locked: RedisServer) -> None:
    """NOAUTH ends the conversation: no INFO, no second try."""
    evidence = collect(locked.url())
    stages = stages_of(evidence)
    assert (stages["auth"].outcome, stages["ping"].code) == ("not-needed", "NOAUTH")
    assert stages["role"].outcome == "not-reached"
    assert not any("INFO" in entry.what for entry in evidence.ledger)
    assert evidence.registrations.missing is not None
    assert evidence.registrations.missing.reason == "permission"


@pytest.mark.parametrize(
    ("credentials", "code"),
    [(":wrong-password", "WRONGPASS"), ("app:wrong-password", "WRONGPASS"), (PASSWORD, "WRONGPASS")],
)
def test_wrong_credentials_are_told_apart(locked: RedisServer, credentials: str, code: str) -> None:
    """A wrong password, and a password put where the user name belongs."""
    stages = stages_of(collect(locked.url(credentials)))
    assert stages["auth"].code == code
    assert stages["auth"].error_class == "AuthenticationError"
    assert stages["ping"].outcome == "not-reached"


def test_the_right_password_opens_and_is_never_written(locked: RedisServer) -> None:
    """All is observed, a bare connection shows that a password is asked for, and no artefact holds it."""
    vault = Vault(b"a key for tests")
    evidence = collect(locked.url(f":{PASSWORD}", "/2"), vault=vault)
    talk = talk_of(evidence)
    stages = stages_of(evidence)
    assert (stages["auth"].outcome, stages["select"].outcome, stages["ping"].outcome) == ("ok", "ok", "ok")
    assert talk.without_credentials is not None
    assert talk.without_credentials.code == "NOAUTH"
    assert PASSWORD.encode() not in as_bytes(evidence)
    assert not vault.leaks(as_bytes(evidence))
    assert evidence.address.value is not None
    assert TOKEN.search(evidence.address.value.text)


def test_a_password_where_none_is_asked_for(plain: RedisServer) -> None:
    """AUTH is refused, yet the server answers: both are seen."""
    evidence = collect(plain.url(":needless-password"))
    stages = stages_of(evidence)
    assert (stages["auth"].outcome, stages["auth"].code) == ("error", "ERR")
    assert stages["ping"].outcome == "ok"
    talk = talk_of(evidence)
    assert talk.without_credentials is not None
    assert talk.without_credentials.outcome == "ok"
    assert evidence.registrations.value is not None


def test_a_user_with_few_permissions_is_no_fault(locked: RedisServer) -> None:
    """NOPERM on INFO is missing evidence; NOPERM on SET shows that the user may not write."""
    talk = talk_of(collect(locked.url("app:app-password")))
    assert talk.denied["INFO"] == "NOPERM"
    assert {stage.name: stage.outcome for stage in talk.stages}["ping"] == "ok"
    assert (talk.can_write, talk.why_not_write) == ("no", "NOPERM")
    reader = talk_of(collect(locked.url("app:app-password"), needs_write=False))
    assert (reader.write, reader.can_write) == (None, "unknown")
    administrator = talk_of(collect(locked.url(f":{PASSWORD}")))
    assert not [entry for entry in administrator.acl_log if entry["object"] in {"info", "role", "time"}]


def test_what_these_probes_were_refused_is_no_news_to_the_next_ones(locked: RedisServer) -> None:
    """A SET refused for its key stands in Redis' ACL LOG, and is left out there: its name is ours."""
    few = ("ACL", "SETUSER", "other", "on", ">other-password", "~else:*", "+@all")
    locked.send(*few, password=PASSWORD)
    assert talk_of(collect(locked.url("other:other-password"))).why_not_write == "NOPERM"
    entries = talk_of(collect(locked.url(f":{PASSWORD}"))).acl_log
    assert not [entry for entry in entries if "runbooklab" in entry["object"]]


def test_the_protocol_of_the_url_is_spoken(locked: RedisServer) -> None:
    """protocol=3 authenticates by HELLO and sees the same."""
    evidence = collect(locked.url(f":{PASSWORD}", "/1?protocol=3"))
    talk = talk_of(evidence)
    assert [stage.outcome for stage in talk.stages] == ["ok", "not-needed", "ok", "ok", "ok", "ok"]
    assert talk.settings["databases"] == "16"
    assert outcomes(locked.url("", "?protocol=3"))["auth"] == "NOAUTH"


# --- database, role, capacity ----------------------------------------------------------------


def test_a_database_index_out_of_range(plain: RedisServer) -> None:
    """SELECT fails, and the number of databases is known all the same."""
    evidence = collect(plain.url(path="/16"))
    select = stages_of(evidence)["select"]
    assert (select.code, select.message) == ("ERR", "DB index is out of range")
    assert talk_of(evidence).settings["databases"] == "16"


def test_a_cluster_has_one_database() -> None:
    """In cluster mode SELECT is refused; the cluster's state is among the facts."""
    with redis_server("--cluster-enabled", "yes", "--cluster-port", str(free_port())) as server:
        evidence = collect(server.url(path="/1"))
        assert stages_of(evidence)["select"].message == "SELECT is not allowed in cluster mode"
        assert talk_of(evidence).info["cluster_state"] == "fail"


def test_a_full_memory_refuses_writes() -> None:
    """Used memory above maxmemory under noeviction: no write would be taken."""
    with redis_server("--maxmemory", "100kb") as server:
        talk = talk_of(collect(server.url()))
        assert (talk.can_write, talk.why_not_write) == ("no", "OOM")
        server.send("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")  # and there is nothing to evict
        assert talk_of(collect(server.url())).why_not_write == "OOM"
        server.send("CONFIG", "SET", "maxmemory", "1gb")
        assert talk_of(collect(server.url())).can_write == "yes"


def test_no_room_for_another_client() -> None:
    """All client slots taken: the server's words come through on every connection."""
    with redis_server("--maxclients", "1") as server, hold_the_slot(server):
        evidence = collect(server.url(), names=("address", "name", "tcp", "redis"))
        stage = stages_of(evidence)["ping"]
        assert (stage.code, stage.message) == ("ERR", "max number of clients reached")


def test_a_failed_snapshot_answers_misconf(tmp_path: Path) -> None:
    """PING itself says MISCONF, and INFO still answers."""
    folder = tmp_path / "data"
    folder.mkdir()
    with redis_server("--dir", str(folder), "--save", "3600 1") as server:
        server.send("SET", "x", "1")
        folder.rmdir()
        server.send("BGSAVE")
        until(lambda: "rdb_last_bgsave_status:err" in server.send("INFO", "persistence"))
        talk = talk_of(collect(server.url()))
        assert {stage.name: stage.code for stage in talk.stages}["ping"] == "MISCONF"
        assert (talk.can_write, talk.why_not_write) == ("no", "MISCONF")
        assert talk.info["rdb_last_bgsave_status"] == "err"
        folder.mkdir()


def test_a_replica_takes_no_writes() -> None:
    """A replica whose master is away: READONLY, and MASTERDOWN if it must not serve stale data."""
    with redis_server("--replicaof", "127.0.0.1", str(free_port())) as server:
        talk = talk_of(collect(server.url()))
        assert talk.role[0] == "slave"
        assert (talk.can_write, talk.why_not_write) == ("no", "READONLY")
        server.send("CONFIG", "SET", "replica-serve-stale-data", "no")
        assert talk_of(collect(server.url())).stages[4].code == "MASTERDOWN"


def test_too_few_replicas_refuse_writes() -> None:
    """min-replicas-to-write above the number of replicas."""
    with redis_server("--min-replicas-to-write", "1") as server:
        assert talk_of(collect(server.url())).why_not_write == "NOREPLICAS"


def test_a_loading_server_says_so(tmp_path: Path) -> None:
    """While the dataset is read PING says LOADING, and INFO says how far it is."""
    with redis_server("--dir", str(tmp_path)) as server:
        server.send("MSET", *[word for number in range(3000) for word in (f"key:{number}", "x" * 100)])
        server.send("SAVE")
    slow = ("--key-load-delay", "2000", "--loading-process-events-interval-bytes", "1024")
    with redis_server("--dir", str(tmp_path), *slow) as server:
        talk = talk_of(collect(server.url()))
        assert {stage.name: stage.code for stage in talk.stages}["ping"] == "LOADING"
        assert talk.info["loading"] == "1"


def test_slow_commands_are_listed(plain: RedisServer) -> None:
    """The slow log's entries come with their time and length, and without secrets."""
    plain.send("CONFIG", "SET", "slowlog-log-slower-than", "0")
    plain.send("SET", "session", "password=s3cr3t-of-a-command")
    plain.send("CONFIG", "SET", "slowlog-log-slower-than", "10000")
    talk = talk_of(collect(plain.url()))
    commands = [entry.command for entry in talk.slow_commands]
    assert any(command.startswith("SET session password=***secret-") for command in commands)
    assert all(entry.at.endswith("Z") for entry in talk.slow_commands)
    plain.send("SLOWLOG", "RESET")
    plain.send("FLUSHALL")


def hold_the_slot(server: RedisServer) -> socket.socket:
    """A connection that holds the only client slot, once the start-up check's has been let go."""
    while True:
        held = socket.create_connection(("127.0.0.1", server.port))
        held.sendall(b"PING\r\n")
        if held.recv(100).startswith(b"+PONG"):
            return held
        held.close()


def until(condition: object) -> None:
    """Wait for ``condition()``; the test's own timeout is the bound."""
    assert callable(condition)
    while not condition():
        time.sleep(0.02)


# --- rejected connections ----------------------------------------------------------------------


def own_address() -> str:
    """An address of this host that is not loopback; without one the test is skipped."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("192.0.2.1", 9))  # sends nothing: it asks for the route
        except OSError:
            pytest.skip("this host has no address beyond loopback")
        return str(sock.getsockname()[0])


def last_words(host: str, port: int) -> bytes:
    """What a server says to a connection that it closes by itself."""
    with socket.create_connection((host, port), 5) as connection:
        connection.settimeout(5)
        return connection.recv(20)


def refuse_strangers(server: RedisServer) -> set[bytes]:
    """Protected mode refuses three connections; the first word of what they are told."""
    host = own_address()
    return {last_words(host, server.port).split()[0] for _ in range(3)}


def refuse_many(server: RedisServer) -> set[bytes]:
    """maxclients refuses three connections; the first words of what they are told."""
    with socket.create_connection(("127.0.0.1", server.port)) as held:
        replies = []
        for limit, words in ((b"1", 3), (b"100", 0)):
            held.sendall(b"CONFIG SET maxclients " + limit + b"\r\n")
            assert held.recv(20) == b"+OK\r\n"
            replies += [last_words("127.0.0.1", server.port).split()[0] for _ in range(words)]
    return set(replies)


@pytest.mark.parametrize(("refuse", "told"), [(refuse_strangers, b"-DENIED"), (refuse_many, b"-ERR")])
def test_connections_that_redis_has_just_rejected_are_a_warning(
    refuse: Callable[[RedisServer], set[bytes]], told: bytes
) -> None:
    """Redis counts both kinds alike; what says how many is a warning while it has run for minutes."""
    with redis_server("--bind", "0.0.0.0", "--protected-mode", "yes") as server:
        assert refuse(server) == {told}
        evidence = collect(server.url())
    assert talk_of(evidence).info["rejected_connections"] == "3"
    clients, statistics = redis_clients(evidence), redis_stats(evidence)
    assert (clients.status, statistics.status) == ("warning", "warning")
    assert "3 connections were rejected since its start" in clients.summary
    assert "or protected mode" in clients.summary
    assert "rejected 3 connections" in statistics.summary
