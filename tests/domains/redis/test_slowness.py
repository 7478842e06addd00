"""A slow Redis, a slow way and the slow log: check and cause judge by one reading, and say what was seen."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from test_verdict import diagnose, from_a_container

from cause_samples_network import process
from evidence_samples import FOUR_MINUTES_AGO, TWO_HOURS_AGO, alter_container, change, healthy, talk
from runbooklab.domains.redis.records.conversation import SlowCommand
from runbooklab.domains.redis.records.inside import ExecResult
from runbooklab.model.evidence import Evidence
from runbooklab.observe.docker.records import RunOption
from runbooklab.observe.host.records import Listener

SLOW = (240.0, 251.0, 250.0)


def command(ms: float, at: str = FOUR_MINUTES_AGO) -> tuple[SlowCommand, ...]:
    return (SlowCommand(1, at, int(ms * 1000), "KEYS *"),)


def proof(e: Evidence, cause: str) -> str:
    return next(found.proof for found in diagnose(e).causes if found.id == cause)


def supported(e: Evidence) -> list[str]:
    return [found.id for found in diagnose(e).causes if found.state == "supported"]


def status(e: Evidence, check: str) -> str:
    return next(found.status for found in diagnose(e).findings if found.id == check)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((), "the slow log is empty"),
        (command(40), "no command in the slow log of the last 15 min took longer than 40 ms"),
        (command(900, TWO_HOURS_AGO), "the slow log names no command of the last 15 min"),
    ],
)
def test_the_proof_says_what_the_slow_log_holds(entries: tuple[SlowCommand, ...], said: str) -> None:
    """It is called empty only if nothing is in it."""
    e = healthy(redis=talk(ping_ms=SLOW, slow_commands=entries))
    assert f", and {said}: the time is lost on the way" in proof(e, "path-latency")


@pytest.mark.parametrize(
    ("denied", "settings", "said"),
    [
        ({"SLOWLOG": "NOPERM"}, {}, "the slow log could not be read (NOPERM)"),
        ({}, {"slowlog-log-slower-than": "-1"}, "the slow log is switched off"),
    ],
)
def test_an_unread_slow_log_proves_nothing(
    denied: dict[str, str], settings: dict[str, str], said: str
) -> None:
    """What nobody could read is not called empty, and the time may be lost elsewhere."""
    e = healthy(redis=talk(ping_ms=SLOW, denied=denied, settings=settings))
    assert f", and {said}: the time may be lost on the way" in proof(e, "path-latency")
    assert status(e, "redis-slowlog") in ("unknown", "skipped")


@pytest.mark.parametrize(("ms", "slow"), [(99.0, False), (100.0, True)])
def test_a_ping_is_slow_for_check_and_cause_alike(ms: float, slow: bool) -> None:
    """One limit."""
    e = healthy(redis=talk(ping_ms=(ms,)))
    assert (status(e, "redis-latency"), supported(e)) == (
        ("warning", ["path-latency"]) if slow else ("ok", [])
    )


@pytest.mark.parametrize(("ms", "slow"), [(199.0, False), (200.0, True)])
def test_a_command_is_long_for_check_and_cause_alike(ms: float, slow: bool) -> None:
    """One limit here too, while PINGs are quick."""
    e = healthy(redis=talk(slow_commands=command(ms)))
    assert (status(e, "redis-slowlog"), supported(e)) == (
        ("warning", ["slow-commands"]) if slow else ("ok", [])
    )


def test_a_command_that_took_as_long_explains_a_slow_ping() -> None:
    """Shorter than what is long by itself, and no slow way: it is named, by the check too."""
    e = healthy(redis=talk(ping_ms=(140.0,), slow_commands=command(150)))
    assert supported(e) == ["slow-commands"]
    assert (status(e, "redis-slowlog"), status(e, "redis-latency")) == ("warning", "warning")


@pytest.mark.parametrize(("ms", "slow"), [(400.0, False), (1200.0, True)])
def test_from_a_container_the_start_of_the_tool_is_allowed_for(ms: float, slow: bool) -> None:
    """A PING by a program that is started for it takes longer: check and cause know."""
    e = from_a_container()
    view = e.orchestrator_view.value
    assert view is not None
    ping = ExecResult(("redis-cli", "ping"), "ok", 0, "PONG", ms)
    e = change(e, orchestrator_view=replace(view, ping=ping))
    assert (status(e, "redis-latency"), supported(e)) == (
        ("warning", ["path-latency"]) if slow else ("ok", [])
    )


@pytest.mark.parametrize(
    ("options", "slow", "named"),
    [
        ({"--cpu-quota": "1000", "--cpu-period": "100000"}, False, True),
        ({"--cpus": "0.5"}, False, True),
        ({"--cpu-quota": "100000", "--cpu-period": "100000"}, False, False),
        ({"--cpus": "2"}, False, False),
        ({"--cpus": "2"}, True, True),
    ],
)
def test_a_cpu_limit_that_was_raised_is_no_cause(options: dict[str, str], slow: bool, named: bool) -> None:
    """What held the container back is counted since its start; with a whole processor it is over."""
    throttled = process("redis-server", "S", Listener("0.0.0.0", 6379), throttled_periods=90, cpu_periods=100)
    given = tuple(RunOption(name, value) for name, value in options.items())
    e = alter_container(healthy(process=throttled), options=given)
    assert ("cpu-throttled" in supported(change(e, redis=talk(ping_ms=SLOW)) if slow else e)) == named
