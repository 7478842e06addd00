"""INFO of servers that can't be installed here, written after their documentation, is read as Redis' own.

What Valkey and older versions of Redis say is seen live: see tests/live/test_other_servers.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from evidence_samples import healthy, talk
from judging import judge_causes
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.redis_facts import flattened
from runbooklab.domains.redis.probes.redis_use import can_write
from runbooklab.domains.redis.records.info import version

TEXTS = Path(__file__).parents[2] / "golden" / "info"


def _info(name: str) -> dict[str, str]:
    return flattened((TEXTS / f"{name}.txt").read_text())


def _seen(name: str) -> Evidence:
    info = _info(name)
    may, why = can_write(info, {}, True)
    return healthy(redis=talk(info=info, can_write=may, why_not_write=why))


@pytest.mark.parametrize(
    ("name", "reported"),
    [
        ("redis-8", "8.0.2"),
        ("keydb-6.3", "6.3.4"),
        ("dragonfly-1", "Dragonfly df-v1.27.1, compatible with Redis 7.4.0"),
    ],
)
def test_version_is_what_the_server_says(name: str, reported: str) -> None:
    """A fork is named with its own version."""
    assert version(_info(name)) == reported


@pytest.mark.parametrize("name", ["redis-8", "dragonfly-1"])
def test_a_well_server_of_another_kind_raises_no_alarm(name: str) -> None:
    """Fields that are new, renamed or not there support no cause."""
    assert [cause.id for cause in judge_causes(_seen(name)) if cause.state == "supported"] == []


def test_a_full_memory_is_seen_in_another_server_too() -> None:
    """KeyDB, as an active replica at its memory limit, refuses writes."""
    supported = [cause.id for cause in judge_causes(_seen("keydb-6.3")) if cause.state == "supported"]
    assert supported == ["memory-exhausted"]


def test_a_renamed_field_keeps_its_name() -> None:
    """Dragonfly's limit of clients is read like Redis'."""
    assert _info("dragonfly-1")["maxclients"] == "64000"
