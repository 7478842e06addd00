"""Why Redis is slow: the time of a PING, of its commands, and what its process gets of the CPU."""

from __future__ import annotations

from msgspec import Struct

from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import ping_ms
from runbooklab.domains.redis.records.conversation import SlowCommand
from runbooklab.domains.redis.thresholds import (
    BUSY_TICKS,
    BUSY_TICKS_RUNNING,
    LONG_COMMAND_US,
    RECENT_S,
    SLOW_PING_BY_TOOL_MS,
    SLOW_PING_MS,
    THROTTLED_PERIODS,
)
from runbooklab.observe.host.records import ContainerProcess
from runbooklab.words import seconds_between

#: How a check from the orchestrator's container that starts a program for its PING calls itself.
_BY_TOOL = "exec redis-cli"


class Ping(Struct, frozen=True):
    """A PING on the client's way."""

    ms: float
    by_tool: bool = False  # the start of the program that sends it is included

    @property
    def is_slow(self) -> bool:
        return self.ms >= (SLOW_PING_BY_TOOL_MS if self.by_tool else SLOW_PING_MS)


def client_ping(e: Evidence) -> Ping | None:
    """The time of a PING on the way that the client goes; None if none was timed."""
    view = e.orchestrator_view.value
    if (
        in_container(e)
        and view is not None
        and view.code == "PONG"
        and view.ping is not None
        and view.ping.ms
    ):
        return Ping(view.ping.ms, _BY_TOOL in view.method)
    ms = ping_ms(e)
    return None if ms is None else Ping(ms)


def recent_commands(e: Evidence) -> tuple[SlowCommand, ...]:
    """The slow log's commands of the last minutes: it keeps entries for weeks."""
    talk = e.redis.value
    return tuple(command for command in talk.slow_commands if _is_recent(e, command)) if talk else ()


def _is_recent(e: Evidence, command: SlowCommand) -> bool:
    passed = seconds_between(command.at, e.gathered_at)
    return passed is None or passed < RECENT_S


def long_commands(e: Evidence) -> tuple[SlowCommand, ...]:
    """Those of them that held up every other client: each long one, or any that explains a slow PING."""
    ping = client_ping(e)
    limit_us = min(LONG_COMMAND_US, SLOW_PING_MS * 1000) if ping and ping.is_slow else LONG_COMMAND_US
    return tuple(command for command in recent_commands(e) if command.duration_us >= limit_us)


# --- its process ------------------------------------------------------------------------------


def ticks(seen: ContainerProcess | None) -> int | None:
    """Ticks of the CPU that the process used between two samples; None if there is only one."""
    if seen is None or seen.cpu_ticks_later is None:
        return None
    return seen.cpu_ticks_later - seen.cpu_ticks


def is_busy(seen: ContainerProcess | None) -> bool:
    """Whether the process uses the CPU; one that is seen to run may have to share it with others."""
    used = ticks(seen) or 0
    runs = seen is not None and seen.state.upper() == "R"
    return used >= (BUSY_TICKS_RUNNING if runs else BUSY_TICKS)


def throttled_share(e: Evidence) -> float:
    """The share of its scheduling periods in which the container was held back; 0 for hardly any periods."""
    seen = e.process.value
    if seen is None or not seen.throttled_periods or seen.throttled_periods < THROTTLED_PERIODS:
        return 0.0
    return seen.throttled_periods / max(seen.cpu_periods or 0, seen.throttled_periods)


def processors(e: Evidence) -> float:
    """How many processors' time the container may use as it is set now; infinite without a limit.

    Source: docker run(1), --cpus and --cpu-quota with --cpu-period (100,000 us by default).
    """
    look = e.container.value
    options = look.found.options if look and look.found else None
    values = {option.option: option.value for option in options or ()}
    if "--cpu-quota" in values:
        return int(values["--cpu-quota"]) / int(values.get("--cpu-period", "100000"))
    return float(values.get("--cpus", "inf"))
