"""What a redis check sees of a real Redis; and of what is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis_servers import RedisServer, redis_server

import fake_servers
from asking import asked, command, context, looked, refused
from runbooklab.domains.generic.records import Seen
from runbooklab.redaction import Vault


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    """A real Redis with a list of jobs."""
    with redis_server() as server:
        server.send("RPUSH", "jobs", "a", "b", "c")
        server.send("RPUSH", "my queue; FLUSHALL", "a")
        server.send("ZADD", "scores", "1.5", "one")
        server.send("SET", "note", "password=hunter2-of-redis")
        yield server


def ask(server: RedisServer, line: str, timeout_s: float = 3.0, **values: str) -> Seen:
    """What a check sees."""
    return looked(asked("redis", line, {"server": server.url()}, timeout_s=timeout_s, **values))


@pytest.mark.parametrize(
    ("line", "reply", "number"),
    [
        ("PING", "PONG", None),
        ("LLEN jobs", "3", 3),
        ("llen 'jobs'", "3", 3),
        ("ZSCORE scores one", "1.5", 1.5),
        ("TTL nobody", "-2", -2),
        ("ZSCORE scores nobody", "", None),
        ("SISMEMBER nobody x", "0", 0),
        ("ZRANGE scores 0 5", "one", None),
    ],
)
def test_a_reply_is_a_text_and_a_number_where_it_is_one(
    server: RedisServer, line: str, reply: str, number: float | None
) -> None:
    """As redis-cli prints it; nil is an empty text."""
    seen = ask(server, line)
    assert seen.values["reply"] == reply
    assert seen.values.get("number") == number
    assert "field" not in seen.values
    assert (seen.values["error"], seen.values["refused"]) == ("", False)


def test_info_and_config_have_fields(server: RedisServer) -> None:
    """A line of INFO and a setting are values by their names."""
    info = ask(server, "INFO replication").values["field"]
    assert info["role"] == "master"
    assert info["connected_slaves"] == 0
    assert ask(server, "CONFIG GET maxmemory databases").values["field"]["maxmemory"] == 0


def test_a_value_stays_one_word(server: RedisServer) -> None:
    """However hostile it is, it is the key's name."""
    assert ask(server, "LLEN ${key}", key="my queue; FLUSHALL").values["number"] == 1
    assert ask(server, "LLEN ${key}", key="jobs\r\nFLUSHALL\r\n").values["number"] == 0
    assert ask(server, "LLEN jobs").values["number"] == 3


def test_a_secret_in_a_reply_is_a_token(server: RedisServer) -> None:
    """What a key holds is searched for secrets."""
    seen = ask(server, "GETRANGE note 0 100")
    assert "hunter2" not in repr(seen)
    assert seen.values["reply"].startswith("password=***secret-")


def test_an_error_of_the_server_is_data(server: RedisServer) -> None:
    """A wrong type is an error, and no reply."""
    seen = ask(server, "LLEN scores")
    assert seen.values["error"].startswith("WRONGTYPE")
    assert "reply" not in seen.values


def test_a_password_is_used_and_not_written() -> None:
    """With it the server answers, without it NOAUTH; it is nowhere in what is kept."""
    with redis_server("--requirepass", "pass-word-of-redis") as server:
        vault = Vault(b"a key for tests")
        token = vault.learn("pass-word-of-redis")
        for url in (server.url(f":{token}"), "${url}"):
            ctx = context(vault)
            whole = vault.learn(server.url(":pass-word-of-redis"))
            seen = looked(asked("redis", "DBSIZE", {"server": url}, url=whole), ctx)
            assert seen.values["number"] == 0
            assert "pass-word" not in repr(seen) + repr(ctx.ledger)
        assert ask(server, "DBSIZE").values["error"].startswith("NOAUTH")
        wrong = server.url(f":{vault.learn('something-else')}")
        assert (
            looked(asked("redis", "DBSIZE", {"server": wrong}), context(vault))
            .values["error"]
            .startswith("WRONGPASS")
        )


def test_another_database_is_chosen(server: RedisServer) -> None:
    """The URL's path is the database."""
    assert looked(asked("redis", "LLEN jobs", {"server": server.url(path="/3")})).values["number"] == 0


def test_nobody_there_is_data() -> None:
    """A closed port and a missing unix socket are refused; the place is named, of a secret URL too."""
    port, vault = fake_servers.closed_port(), Vault(b"a key for tests")
    url = vault.learn(f"redis://127.0.0.1:{port}/2")
    seen = looked(asked("redis", "PING", {"server": "${url}"}, url=url), context(vault)).values
    assert seen["refused"] is True
    assert (seen["host"], seen["port"], seen["database"]) == ("127.0.0.1", str(port), "2")
    seen = looked(asked("redis", "PING", {"server": "unix:///nowhere/redis.sock"})).values
    assert seen["refused"] is True
    assert (seen["host"], "port" in seen) == ("/nowhere/redis.sock", False)


def test_a_server_that_hangs_times_out(server: RedisServer) -> None:
    """Stopped by SIGSTOP: no reply in time."""
    server.freeze()
    try:
        seen = ask(server, "LLEN jobs", timeout_s=0.5)
    finally:
        server.thaw()
    assert seen.values["timed_out"] is True
    assert "reply" not in seen.values


@pytest.mark.parametrize(
    "answer",
    [
        fake_servers.saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        fake_servers.endless(b"$9999999\r\n", b"x" * 65536),
        fake_servers.endless(b"*90000000\r\n", b":1\r\n" * 9999),
        fake_servers.dripping(b"$100\r\n"),
        lambda sock: sock.close(),
    ],
)
def test_what_is_no_redis_is_told_in_time(answer: fake_servers.Answer) -> None:
    """Garbage, endless replies, slow drips: an error, within the check's own time."""
    with fake_servers.serving(answer) as port:
        seen = looked(asked("redis", "PING", {"server": f"redis://127.0.0.1:{port}"}, timeout_s=1.0))
    assert seen.values["error"]
    assert "reply" not in seen.values


@pytest.mark.parametrize(
    "line",
    [
        "SET a b", "DEL jobs", "FLUSHALL", "KEYS *", "MONITOR", "GET jobs", "AUTH x", "HELLO 3", "SELECT 1",
        "CONFIG SET maxmemory 1", "CONFIG GET requirepass", "CONFIG GET *", "DEBUG SLEEP 1", "SHUTDOWN",
        "EVAL 'return 1' 0", "LRANGE jobs 0 -1", "ZRANGE scores 0 -1", "ZRANGE scores 0 1000",
        "CLIENT KILL ID 1", "SUBSCRIBE x", "BLPOP jobs 0", "XREAD BLOCK 0 STREAMS a 0", "LLEN", "LLEN a b",
        "SENTINEL FAILOVER x", "CLUSTER RESET", "MEMORY PURGE", "LATENCY RESET", "LLEN 'a", "", "${any}",
    ],
)  # fmt: skip
def test_what_may_change_block_or_never_end_is_refused(line: str) -> None:
    """A command that is on no list, or without its bound, is refused in one sentence."""
    why = refused(asked("redis", line, {"server": "redis://db"}, any="FLUSHALL"))
    assert why.endswith(".")


@pytest.mark.parametrize(
    "url",
    [
        "http://db",
        "redis://:hunter2@db",
        "redis://-x",
        "redis://db:99999",
        "redis://db/x",
        "",
        "rediss://a b",
    ],
)
def test_a_servers_url_that_cannot_be_used_is_refused(url: str) -> None:
    """One sentence, and no password in it."""
    why = refused(asked("redis", "PING", {"server": url}))
    assert why
    assert "hunter2" not in why


def test_the_command_is_pasted_with_its_address() -> None:
    """Words are quoted for a shell."""
    line = command(asked("redis", "LLEN ${key}", {"server": "redis://db"}, key="my queue"))
    assert line == "redis-cli -u redis://db LLEN 'my queue'"
