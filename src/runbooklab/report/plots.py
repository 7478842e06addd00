"""Small plots of memory, clients and latency, drawn where they say something.

Leather draws them as plain SVG shapes; ``page.css`` gives them their colours, so they follow light and dark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from runbooklab.domains.redis.records.conversation import RedisTalk
from runbooklab.model.evidence import Evidence
from runbooklab.redaction.text import visible
from runbooklab.report.plain import count
from runbooklab.report.words import duration
from runbooklab.words import size

#: A level below this share of its limit says nothing that a number doesn't.
TELLING_SHARE = 0.25

#: Answers to PING all faster than this are no plot, in milliseconds.
TELLING_PING_MS = 10.0

#: So many of the slow commands are plotted, the slowest first.
SLOW_LIMIT = 6

#: In pixels: as wide as a narrow phone leaves room for.
_WIDTH, _ROW, _MARGINS = 340, 24, 70


@dataclass(frozen=True)
class Plot:
    """A picture, what it shows in a word, and what it says in a sentence."""

    title: str
    says: str
    picture: Markup


Bars = Sequence[tuple[str, float, str]]  # name, value, the value in words


def plots(evidence: Evidence | None) -> tuple[Plot, ...]:
    """The plots that say something, in the order memory, clients, latency, slow commands."""
    talk = evidence.redis.value if evidence else None
    if evidence is None or talk is None:
        return ()
    return (*_memory(evidence, talk), *_clients(talk), *_latency(talk), *_slow(talk))


def _memory(evidence: Evidence, talk: RedisTalk) -> Iterator[Plot]:
    used, limit = _number(talk.info, "used_memory"), _number(talk.info, "maxmemory")
    name = "maxmemory"
    look = evidence.container.value
    if not limit and look and look.found:
        limit, name = look.found.memory_limit_bytes, "the container's limit"
    peak = max(used, _number(talk.info, "used_memory_peak"))
    if limit and peak >= TELLING_SHARE * limit:
        values = {"used": used, "peak": peak, "limit": limit}
        says = f"{size(used)} used, {size(peak)} at the peak; {name} is {size(limit)}."
        yield _plot("Memory", says, [(label, value, size(value)) for label, value in values.items()])


def _clients(talk: RedisTalk) -> Iterator[Plot]:
    connected, limit = _number(talk.info, "connected_clients"), _number(talk.info, "maxclients")
    rejected = _number(talk.info, "rejected_connections")
    if limit and (connected >= TELLING_SHARE * limit or rejected):
        values = {"connected": connected, "rejected": rejected, "limit": limit}
        since = f"; {count(rejected, 'connection')} rejected since the start" if rejected else ""
        says = f"{count(connected, 'client')} of {limit:,} connected{since}."
        yield _plot(
            "Clients", says, [(label, value, f"{value:,}") for label, value in values.items() if value]
        )


def _latency(talk: RedisTalk) -> Iterator[Plot]:
    answers = talk.ping_ms
    if len(answers) > 1 and max(answers) >= TELLING_PING_MS:
        says = f"{len(answers)} PINGs in a row took {duration(min(answers))} to {duration(max(answers))}."
        yield _plot("Latency", says, [(f"PING {n}", ms, duration(ms)) for n, ms in enumerate(answers, 1)])


def _slow(talk: RedisTalk) -> Iterator[Plot]:
    slowest = sorted(talk.slow_commands, key=lambda command: -command.duration_us)[:SLOW_LIMIT]
    if len(slowest) > 1:
        bars = [
            (f"{n}. {visible(command.command.split(' ')[0])[:10]}", took, duration(took))
            for n, command in enumerate(slowest, 1)
            for took in (command.duration_us / 1_000,)
        ]
        cut = len(talk.slow_commands) - len(slowest)
        says = f"The {len(slowest)} slowest commands of the slow log" + (
            f"; {cut:,} left out." if cut else "."
        )
        yield _plot("Slow commands", says, bars)


def _number(info: Mapping[str, str], name: str) -> int:
    text = info.get(name, "")
    return int(text) if _INTEGER.fullmatch(text) else 0


_INTEGER = re.compile(r"[0-9]{1,18}")


def _plot(title: str, says: str, bars: Bars) -> Plot:
    """Horizontal bars from nought, each with its name and its value before it."""
    import leather  # type: ignore[import-untyped] # it ships no types; 50 ms, and most reports need none

    chart = leather.Chart()
    chart.add_bars([(value, f"{name}  {words}") for name, value, words in bars])
    chart.add_x_scale(0, max(value for _, value, _ in bars) or 1)
    chart.add_x_axis(ticks=[0], tick_formatter=lambda *_: "")
    height = _ROW * len(bars) + _MARGINS
    drawn = chart.to_svg(width=_WIDTH, height=height)
    shapes = _LONG_NUMBER.sub(r"\1", drawn[drawn.index("<g>") :])
    head = Markup('<svg class="plot" viewBox="0 0 {} {}" width="{}" role="img" aria-label="{}: {}">')
    picture = head.format(_WIDTH, height, _WIDTH, title, visible(says))
    return Plot(title, says, picture + Markup(shapes))  # noqa: S704 # Leather escapes its texts


_LONG_NUMBER = re.compile(r"\b([0-9]+\.[0-9])[0-9]+\b")
