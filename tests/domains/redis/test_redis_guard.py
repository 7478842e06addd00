"""The guard on what is sent to Redis: a closed list, enforced where the bytes leave."""

from __future__ import annotations

import socket

import pytest

from runbooklab.domains.redis.probes.redis_guard import (
    READABLE_SETTINGS,
    GuardedConnection,
    RefusedCommandError,
    ask,
    ask_many,
    is_allowed,
    shown,
    unpack,
)

#: What a key is called that nobody can have made.
RANDOM = "worker:runbooklab-" + "0123456789abcdef" * 2

REFUSED = [
    f"SET {RANDOM} x", f"SET {RANDOM} x NX", f"SET {RANDOM} x xx", f"SET {RANDOM} xx XX",
    f"SET {RANDOM} x XX EX", f"SET {RANDOM} x XX PX 1", f"SET {RANDOM} x GET XX", f"SET {RANDOM[:-1]} x XX",
    f"SET {RANDOM.upper()} x XX",
    "SET worker:runbooklab x XX", "SET worker:1 x XX", f"SETNX {RANDOM} x", f"APPEND {RANDOM} x",
    "SET x 1", "GET x", "DEL x", "KEYS *", "FLUSHALL", "FLUSHDB", "MONITOR", "SHUTDOWN", "SAVE", "BGSAVE",
    "EVAL return 0", "EVALSHA x 0", "FCALL f 0", "SCRIPT KILL", "DEBUG SLEEP 1", "CLIENT KILL ID 1",
    "CLIENT PAUSE 1", "CLIENT SETNAME x", "CLIENT", "CONFIG", "CONFIG SET maxmemory 1", "CONFIG RESETSTAT",
    "CONFIG REWRITE", "CONFIG GET *", "CONFIG GET", "CONFIG GET requirepass", "CONFIG GET masterauth",
    "CONFIG GET maxmemory requirepass", "CONFIG GET MAXMEMORY*", "CONFIG GET tls-key-file-pass",
    "SLOWLOG RESET", "SLOWLOG GET", "SLOWLOG GET -1", "SLOWLOG GET 1000", "ACL LOG RESET", "ACL LOG",
    "ACL SETUSER x", "ACL LIST", "ACL GETUSER default", "ACL SAVE", "SCAN 0", "SCAN 0 MATCH *",
    "SCAN 0 COUNT 100000", "SCAN 0 COUNT 10 COUNT 1000000", "SCAN 0 TYPE string", "HGETALL x", "HSCAN x 0",
    "GETRANGE x 0 -1", "GETRANGE x 0 99999999", "SUBSCRIBE x", "PSUBSCRIBE *", "PSYNC ? -1", "SYNC",
    "REPLICAOF NO ONE", "FAILOVER", "MODULE LOAD x", "MULTI", "EXEC", "SWAPDB 0 1", "MIGRATE",
    "LATENCY RESET",
    "HELLO 3 SETNAME x", "HELLO 3 AUTH u p SETNAME x", "SELECT x", "PING a b", "CLUSTER RESET", "INFO *",
    "COMMAND", "QUIT", "RESET", "",
]  # fmt: skip

ALLOWED = [
    "PING", "ping", "PING x", "ECHO x", "AUTH p", "AUTH u p", "HELLO 3", "HELLO 3 AUTH u p", "SELECT 15",
    "ROLE", "INFO", "INFO memory", "INFO commandstats", "CONFIG GET maxmemory", "config get maxmemory save",
    "SLOWLOG GET 10", "SLOWLOG LEN", "CLIENT LIST", "ACL WHOAMI", "ACL LOG 10", "ACL DRYRUN u SET k v",
    "CLUSTER INFO", "TIME", "DBSIZE", "SCAN 0 COUNT 1000",
    "SCAN 18446744073709551615 MATCH worker:* COUNT 10",
    "TYPE x", "PTTL x", "STRLEN x", "GETRANGE x 0 16383", "HLEN x", "HSCAN x 0 COUNT 100",
    "GET worker:runbooklab", f"SET {RANDOM} x XX", f"set {RANDOM} x XX",
    f"SET {{worker:runbooklab-3}}{RANDOM} x XX",
]  # fmt: skip


@pytest.fixture
def connection() -> GuardedConnection:
    """A connection whose port nothing listens on: it must never get that far."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    return GuardedConnection(host="127.0.0.1", port=port, protocol=2, socket_timeout=1)


@pytest.mark.parametrize("command", REFUSED)
def test_what_may_change_or_burden_is_refused_before_anything_is_sent(
    command: str, connection: GuardedConnection
) -> None:
    """By every way of sending: refused, and no connection is even opened."""
    words = tuple(command.split())
    assert not is_allowed(words)
    with pytest.raises(RefusedCommandError):
        connection.send_packed_command(connection.pack_command(*words or ("",)))
    if words:
        with pytest.raises(RefusedCommandError):
            ask(connection, *words)
        with pytest.raises(RefusedCommandError):
            ask_many(connection, [("PING",), words])
    assert connection.opened_at is None


@pytest.mark.parametrize("command", ALLOWED)
def test_what_the_probes_need_is_allowed(command: str) -> None:
    """The closed list holds what is sent."""
    assert is_allowed(tuple(command.split()))


def test_the_one_write_is_sent_once_on_a_connection() -> None:
    """A second one is refused, also in the same bytes: to ask twice is a mistake."""
    write = ("SET", RANDOM, "x", "XX")
    here, there = socket.socketpair()
    with here, there:
        connection = GuardedConnection(host="127.0.0.1", port=1, protocol=2)
        connection._sock = here
        with pytest.raises(RefusedCommandError):
            connection.send_packed_command(connection.pack_commands([("PING",), write, write]))
        there.setblocking(False)
        with pytest.raises(BlockingIOError):
            there.recv(1)


@pytest.mark.parametrize(
    "data",
    [
        b"SET x 1\r\n",
        b"PING\r\nFLUSHALL\r\n",
        b"*1\r\n$4\r\nPINGFLUSHALL\r\n",
        b"*1\r\n$-1\r\n",
        b"*2\r\n$4\r\nPING\r\n",
        b"*1\r\n$3\r\nPING\r\n",
        "FLUSHALL\r\n",
    ],
)
def test_bytes_that_are_no_packed_command_are_refused(
    data: bytes | str, connection: GuardedConnection
) -> None:
    """Inline commands and malformed arrays, in which a command could hide, never leave."""
    with pytest.raises(RefusedCommandError):
        connection.send_packed_command(data)
    assert connection.opened_at is None


def test_packed_commands_are_taken_apart(connection: GuardedConnection) -> None:
    """A pipeline's bytes give back every command in it, whatever the arguments hold."""
    commands = [("PING",), ("ECHO", "a\r\n*1\r\n$8\r\nFLUSHALL\r\n"), ("TYPE", "ключ")]
    packed = b"".join(connection.pack_commands(commands))
    assert unpack(packed) == tuple(commands)


def test_credentials_are_not_shown() -> None:
    """The ledger's form of a command names no credential and is not too long."""
    assert shown(("AUTH", "user", "hunter2")) == "AUTH (credentials)"
    assert shown(("hello", "3", "AUTH", "user", "hunter2")) == "HELLO (credentials)"
    assert shown(("HELLO", "3")) == "HELLO 3"
    assert len(shown(("ECHO", "x" * 1000))) < 220
    assert "hunter2" not in str(RefusedCommandError(("AUTH", "a", "b", "hunter2")))


def test_no_readable_setting_holds_a_secret() -> None:
    """The list of settings names no password, key or user."""
    words = ("pass", "auth", "user", "key", "secret")
    assert not [name for name in READABLE_SETTINGS if any(word in name for word in words)]
