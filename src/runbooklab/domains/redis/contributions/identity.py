"""Which server answered, and how it is set up."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import info
from runbooklab.model.drawing import Fact

_FIELDS = (
    ("Redis version", "redis_version"),
    ("Redis run id", "run_id"),
    ("Redis role", "role"),
    ("Redis mode", "redis_mode"),
    ("Redis configuration file", "config_file"),
)


def identity(e: Evidence) -> Iterator[Fact]:
    """What it said of itself. A setting counts only if both runs saw it: a server may show some to few."""
    values = info(e)
    for name, field in _FIELDS:
        yield Fact(name, values.get(field, ""))
    for name, value in (e.redis.value.settings if e.redis.value else {}).items():
        yield Fact(f"Setting {name}", value or '""', needs_both=True)
