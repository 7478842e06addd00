"""What is plotted of Redis: only what says more than a number."""

from __future__ import annotations

from evidence_samples import NOW, alter_container, healthy, talk
from runbooklab.domains.redis.contributions.plots import SLOW_LIMIT, plots
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import SlowCommand


def titles(evidence: Evidence) -> list[str]:
    return [plot.title for plot in plots(evidence)]


def test_a_healthy_server_has_no_plots() -> None:
    """Levels far below their limits and fast answers are given as a number."""
    assert titles(healthy()) == []
    assert titles(Evidence()) == []


def test_memory_near_its_limit_is_plotted() -> None:
    """Against maxmemory, else against the container's limit."""
    used = talk(info={"used_memory": "90", "used_memory_peak": "95", "maxmemory": "100"})
    (plot,) = plots(healthy(redis=used))
    assert plot.says == "90 B used, 95 B at the peak; maxmemory is 100 B."
    unlimited = talk(info={"used_memory": "900000", "maxmemory": "0"})
    (plot,) = plots(alter_container(healthy(redis=unlimited), memory_limit_bytes=1_048_576))
    assert "the container's limit is 1.0 MiB" in plot.says


def test_refused_clients_are_plotted() -> None:
    """Where connections were rejected, however few are connected now."""
    few = {"connected_clients": "1", "maxclients": "10000", "rejected_connections": "7"}
    (plot,) = plots(healthy(redis=talk(info=few)))
    assert plot.says == "1 client of 10,000 connected; 7 connections rejected since its start."


def test_slow_answers_are_plotted() -> None:
    """One bar a PING; the sentence names the fastest and the slowest."""
    (plot,) = plots(healthy(redis=talk(ping_ms=(1.0, 312.0, 2.0))))
    assert plot.says == "3 PINGs in a row took 1.0 ms to 312 ms."
    assert [bar.words for bar in plot.bars] == ["1.0 ms", "312 ms", "2.0 ms"]


def test_the_slowest_commands_are_plotted_and_the_rest_counted() -> None:
    """Their names only; how many are left out is said."""
    slow = tuple(SlowCommand(n, NOW, 1_000 * n, f"KEYS {n}") for n in range(1, SLOW_LIMIT + 4))
    (plot,) = plots(healthy(redis=talk(slow_commands=slow)))
    assert plot.says == f"The {SLOW_LIMIT} slowest commands of the slow log; 3 left out."
    assert plot.bars[0].name == "1. KEYS"


def test_numbers_that_are_none_are_no_plot() -> None:
    """What a server says of itself is never trusted to be a number."""
    odd = {"used_memory": "nan", "maxmemory": "1e400", "connected_clients": "-5", "maxclients": "9" * 40}
    assert titles(healthy(redis=talk(info=odd))) == []
