"""What redis-cli and getent print, reduced to what it means."""

from __future__ import annotations

import pytest

from runbooklab.domains.redis.probes.cli_replies import (
    attempt_by_redis_cli,
    info_fields,
    name_by_getent,
    name_by_redis_cli,
    reply_code,
)
from runbooklab.observe.docker.records import ExecResult


def _said(output: str, outcome: str = "ok", exit_code: int | None = 0) -> ExecResult:
    return ExecResult(("redis-cli", "ping"), outcome, exit_code, output)  # type: ignore[arg-type] # literals


_WRONG = "AUTH failed: WRONGPASS invalid username-password pair or user is disabled."
_NEEDED = "NOAUTH Authentication required."


@pytest.mark.parametrize("output", [f"{_WRONG}\n{_NEEDED}\n", f"{_NEEDED}\n\n{_WRONG}\n"])
def test_why_the_password_failed_counts_more_than_what_ping_got_after_it(output: str) -> None:
    """The two come by two streams, in either order; NOAUTH alone would hide the wrong password."""
    assert reply_code(output) == "WRONGPASS"


def test_info_keeps_fields_and_nothing_else() -> None:
    """Section titles and error lines are no fields; a value may hold colons."""
    output = f"# Server\r\nrun_id:abc\r\nexecutable:/a:b\r\n\r\n{_WRONG}\r\n"
    assert info_fields(output) == {"run_id": "abc", "executable": "/a:b"}


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("Name or service not known", "not-found"),
        ("Temporary failure in name resolution", "temporary-failure"),
        ("Name does not resolve", "not-found"),
    ],
)
def test_a_name_that_leads_nowhere_is_no_connection_attempt(words: str, outcome: str) -> None:
    """glibc and musl have their own words for it."""
    ping = _said(f"Could not connect to Redis at redis:6379: {words}\n", exit_code=1)
    name = name_by_redis_cli(ping, "redis")
    assert name is not None
    assert name.outcome == outcome
    assert attempt_by_redis_cli(ping, "redis", 6379) == ()


@pytest.mark.parametrize(
    ("output", "outcome"),
    [
        ("PONG\n", "connected"),
        ("NOAUTH Authentication required.\n", "connected"),
        ("Could not connect to Redis at redis:6379: Connection refused\n", "refused"),
        ("Could not connect to Redis at redis:6379: No route to host\n", "no-route"),
        ("Error: Server closed the connection\n", "reset"),
    ],
)
def test_a_ping_tells_how_its_connection_went(output: str, outcome: str) -> None:
    """An error of the server proves the connection as a PONG does."""
    (attempt,) = attempt_by_redis_cli(_said(output), "redis", 6379)
    assert attempt.outcome == outcome


def test_output_that_says_nothing_is_no_attempt() -> None:
    """What was not observed is left out, not guessed."""
    assert attempt_by_redis_cli(_said(""), "redis", 6379) == ()
    assert name_by_redis_cli(_said(""), "redis") is None


def test_getent_gives_each_address_once_and_in_order() -> None:
    """It prints an address once for each kind of socket."""
    output = "10.0.0.2 STREAM redis\n10.0.0.2 DGRAM\n10.0.0.3 STREAM\n"
    found = name_by_getent(_said(output), "redis")
    assert found is not None
    assert (found.outcome, found.addresses) == ("resolved", ("10.0.0.2", "10.0.0.3"))


def test_getents_exit_status_tells_a_missing_name_from_a_missing_tool() -> None:
    """2 is no such name; a resolver that does not answer is a temporary failure; the rest is not known."""
    missing = name_by_getent(_said("", exit_code=2), "redis")
    late = name_by_getent(_said("", "timeout", None), "redis")
    assert missing is not None
    assert missing.outcome == "not-found"
    assert late is not None
    assert late.outcome == "temporary-failure"
    assert name_by_getent(_said("", "no-tool", 127), "redis") is None
    assert name_by_getent(_said("", exit_code=1), "redis") is None
