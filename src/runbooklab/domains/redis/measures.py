"""What is compared of two runs' evidence: one table of numbers and one of what says which thing it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from runbooklab.domains.docker.readings.containers import container
from runbooklab.domains.redis.readings.conversation import info, ping_ms
from runbooklab.domains.redis.records.info import key_count
from runbooklab.model.evidence import Evidence
from runbooklab.observe.docker.records import Container
from runbooklab.words import milliseconds, moment, plural, size

#: A number, or None where it was not observed.
Number = float | None


@dataclass(frozen=True)
class Measure:
    """One number. ``noise``: the change, relative to the larger value, below which it counts as the same."""

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


MEASURES = (
    Measure("Workers registered", _workers, _count),
    Measure("Memory used by Redis", _of_info("used_memory"), _bytes, noise=0.02),
    Measure("Memory limit of Redis", _of_info("maxmemory"), _limit),
    Measure("Memory fragmentation ratio", _of_info("mem_fragmentation_ratio"), "{:.2f}".format, noise=0.2),
    Measure("Memory of the container", _container_memory, _bytes, noise=0.05),
    Measure("Clients connected", _of_info("connected_clients"), _count),
    Measure("Clients blocked", _of_info("blocked_clients"), _count),
    Measure("Clients allowed", _of_info("maxclients"), _count),
    Measure("Connections refused by Redis", _of_info("rejected_connections"), _count),
    Measure("Keys", _keys, _count),
    Measure("Keys evicted", _of_info("evicted_keys"), _count),
    Measure("Commands per second", _of_info("instantaneous_ops_per_sec"), _count, noise=0.2),
    Measure("Commands in the slow log", _slow, _count),
    Measure("TCP connection", _tcp, milliseconds, noise=0.75),
    Measure("PING, median", ping_ms, milliseconds, noise=0.75),
    Measure("Restarts of the container", _restarts, _count),
)


def identity(e: Evidence) -> dict[str, str]:
    """What says which thing was looked at and how it was set up; what was not observed is left out."""
    return {name: text for part in _IDENTITY for name, text in part(e) if text}


Facts = Iterator[tuple[str, str]]


def _configuration(e: Evidence) -> Facts:
    if address := e.address.value:
        yield "Redis address", address.text
    if config := e.config.value:
        yield "Configuration file", config.path
        yield "Redis URL in it", config.url or "none"
        yield "Database in it", "none" if config.db is None else str(config.db)
        pool = config.connection_pool_size
        yield "Connection pool in it", "not set" if pool is None else plural(pool, "connection")


def _of_container(e: Evidence) -> Facts:
    if e.container.value is None:
        return
    found = e.container.value.found
    if found is None:
        yield "Container", f"{e.container.value.name} does not exist"
        return
    yield "Container", found.name
    yield "Container id", found.id[:12]
    yield "Container image", found.image
    yield (
        "Container state",
        f"{found.state}, code {found.exit_code}" if found.state == "exited" else found.state,
    )
    yield "Container created", found.created_at
    yield "Container started", found.started_at if moment(found.started_at) else "never"
    yield "Container health", found.health or "no health check"
    yield "Restart policy", found.restart_policy
    yield "Container command", " ".join(found.command)
    yield "Container networks", ", ".join(sorted(one.network for one in found.networks)) or "none"
    yield "Published ports", ", ".join(_published(found)) or "none"
    yield "Container memory limit", _limit(found.memory_limit_bytes)


def _published(found: Container) -> list[str]:
    return sorted(
        f"{port.host_ip}:{port.host_port}->{port.container_port}/{port.protocol}"
        for port in found.ports_asked
        if port.host_port is not None
    )


def _server(e: Evidence) -> Facts:
    values = info(e)
    for name, field in (
        ("Redis version", "redis_version"), ("Redis run id", "run_id"), ("Redis role", "role"),
        ("Redis mode", "redis_mode"), ("Redis configuration file", "config_file"),
    ):  # fmt: skip
        yield name, values.get(field, "")


def _settings(e: Evidence) -> Facts:
    for name, value in (e.redis.value.settings if e.redis.value else {}).items():
        yield f"Setting {name}", value or '""'


def _place(e: Evidence) -> Facts:
    yield "Looked at from host", e.hostname
    if e.docker.value:
        yield "Docker engine", e.docker.value.server_version


_IDENTITY = (_configuration, _of_container, _server, _settings, _place)
