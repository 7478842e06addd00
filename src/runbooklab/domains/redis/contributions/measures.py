"""The numbers that are compared between runs."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import info, ping_ms
from runbooklab.domains.redis.records.info import key_count
from runbooklab.model.drawing import Measure
from runbooklab.words import milliseconds, size

#: A number, or None if it was not observed.
Number = float | None


class _Row(Struct, frozen=True):
    """One number: how it is read and shown, and its noise (see :class:`Measure`)."""

    name: str
    read: Callable[[Evidence], Number]
    show: Callable[[float], str]
    noise: float = 0.0


def _of_info(name: str) -> Callable[[Evidence], Number]:
    def read(e: Evidence) -> Number:
        try:
            return float(info(e)[name])
        except (KeyError, ValueError):
            return None

    return read


def _keys(e: Evidence) -> Number:
    """Keys in all databases."""
    values = info(e)
    return float(key_count(values)) if values else None


def _tcp(e: Evidence) -> Number:
    return next((tried.ms for tried in e.tcp.value or () if tried.outcome == "connected"), None)


def _workers(e: Evidence) -> Number:
    return None if e.registrations.value is None else float(len(e.registrations.value.keys))


def _slow(e: Evidence) -> Number:
    talk = e.redis.value
    return (
        None if talk is None or not talk.info or "SLOWLOG" in talk.denied else float(len(talk.slow_commands))
    )


def _container_memory(e: Evidence) -> Number:
    used = e.process.value.memory_bytes if e.process.value else None
    return None if used is None else float(used)


def _restarts(e: Evidence) -> Number:
    found = container(e)
    return None if found is None else float(found.restart_count)


def _bytes(number: float) -> str:
    return size(int(number))


def _count(number: float) -> str:
    return f"{number:,.0f}"


def _limit(number: float) -> str:
    return _bytes(number) if number else "none"


_ROWS = (
    _Row("Workers registered", _workers, _count),
    _Row("Memory used by Redis", _of_info("used_memory"), _bytes, noise=0.02),
    _Row("Memory limit of Redis", _of_info("maxmemory"), _limit),
    _Row("Memory fragmentation ratio", _of_info("mem_fragmentation_ratio"), "{:.2f}".format, noise=0.2),
    _Row("Memory of the container", _container_memory, _bytes, noise=0.05),
    _Row("Clients connected", _of_info("connected_clients"), _count),
    _Row("Clients blocked", _of_info("blocked_clients"), _count),
    _Row("Clients allowed", _of_info("maxclients"), _count),
    _Row("Connections refused by Redis", _of_info("rejected_connections"), _count),
    _Row("Keys", _keys, _count),
    _Row("Keys evicted", _of_info("evicted_keys"), _count),
    _Row("Commands per second", _of_info("instantaneous_ops_per_sec"), _count, noise=0.2),
    _Row("Commands in the slow log", _slow, _count),
    _Row("TCP connection", _tcp, milliseconds, noise=0.75),
    _Row("PING, median", ping_ms, milliseconds, noise=0.75),
    _Row("Restarts of the container", _restarts, _count),
)


def measures(e: Evidence) -> tuple[Measure, ...]:
    """All rows, read from ``e``."""
    return tuple(_measure(row, row.read(e)) for row in _ROWS)


def _measure(row: _Row, value: Number) -> Measure:
    return Measure(row.name, value, "" if value is None else row.show(value), row.noise)
