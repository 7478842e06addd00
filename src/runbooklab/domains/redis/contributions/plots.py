"""Memory, clients and latency, plotted if they say more than a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import RedisTalk
from runbooklab.domains.redis.records.info import number
from runbooklab.model.drawing import Bar, BarPlot
from runbooklab.words import count, duration_ms, size

#: A level below this share of its limit says nothing that a number doesn't.
TELLING_SHARE = 0.25

#: Answers to PING all faster than this are no plot, in milliseconds.
TELLING_PING_MS = 10.0

#: So many of the slow commands are plotted, the slowest first.
SLOW_LIMIT = 6


def plots(e: Evidence) -> Iterator[BarPlot]:
    """In the order memory, clients, latency, slow commands."""
    talk = e.redis.value
    if talk is not None:
        yield from _memory(e, talk)
        yield from _clients(talk)
        yield from _latency(talk)
        yield from _slow(talk)


def _memory(e: Evidence, talk: RedisTalk) -> Iterator[BarPlot]:
    used, limit = _number(talk.info, "used_memory"), _number(talk.info, "maxmemory")
    name = "maxmemory"
    found = container(e)
    if not limit and found:
        limit, name = found.memory_limit_bytes, "the container's limit"
    peak = max(used, _number(talk.info, "used_memory_peak"))
    if limit and peak >= TELLING_SHARE * limit:
        says = f"{size(used)} used, {size(peak)} at the peak; {name} is {size(limit)}."
        values = {"used": used, "peak": peak, "limit": limit}
        yield _plot("Memory", says, (Bar(label, value, size(value)) for label, value in values.items()))


def _clients(talk: RedisTalk) -> Iterator[BarPlot]:
    connected, limit = _number(talk.info, "connected_clients"), _number(talk.info, "maxclients")
    rejected = _number(talk.info, "rejected_connections")
    if limit and (connected >= TELLING_SHARE * limit or rejected):
        since = f"; {count(rejected, 'connection')} rejected since its start" if rejected else ""
        says = f"{count(connected, 'client')} of {limit:,} connected{since}."
        values = {"connected": connected, "rejected": rejected, "limit": limit}
        yield _plot(
            "Clients", says, (Bar(label, value, f"{value:,}") for label, value in values.items() if value)
        )


def _latency(talk: RedisTalk) -> Iterator[BarPlot]:
    answers = talk.ping_ms
    if len(answers) > 1 and max(answers) >= TELLING_PING_MS:
        fastest, slowest = duration_ms(min(answers)), duration_ms(max(answers))
        says = f"{len(answers)} PINGs in a row took {fastest} to {slowest}."
        bars = (Bar(f"PING {n}", ms, duration_ms(ms)) for n, ms in enumerate(answers, 1))
        yield _plot("Latency", says, bars)


def _slow(talk: RedisTalk) -> Iterator[BarPlot]:
    slowest = sorted(talk.slow_commands, key=lambda command: -command.duration_us)[:SLOW_LIMIT]
    if len(slowest) > 1:
        bars = (
            Bar(f"{n}. {command.command.split(' ')[0]}", took, duration_ms(took))
            for n, command in enumerate(slowest, 1)
            for took in (command.duration_us / 1_000,)
        )
        cut = len(talk.slow_commands) - len(slowest)
        left_out = f"; {cut:,} left out." if cut else "."
        yield _plot("Slow commands", f"The {len(slowest)} slowest commands of the slow log{left_out}", bars)


def _plot(title: str, says: str, bars: Iterable[Bar]) -> BarPlot:
    return BarPlot(title, says, tuple(bars))


def _number(values: Mapping[str, str], name: str) -> int:
    """A number that can be drawn; 0 for any other: what a server says of itself need be none."""
    value = number(values, name) or 0
    return value if 0 < value < 10**18 else 0
