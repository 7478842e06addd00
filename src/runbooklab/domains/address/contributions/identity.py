"""Which configuration was read, and which address it led to."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domains.address.evidence import Evidence
from runbooklab.model.drawing import Fact
from runbooklab.words import plural


def identity(e: Evidence) -> Iterator[Fact]:
    """What was observed of them."""
    if address := e.address.value:
        yield Fact("Redis address", address.text)
    if config := e.config.value:
        yield Fact("Configuration file", config.path)
        yield Fact("Redis URL in it", config.url or "none")
        yield Fact("Database in it", "none" if config.db is None else str(config.db))
        pool = config.connection_pool_size
        yield Fact("Connection pool in it", "not set" if pool is None else plural(pool, "connection"))
