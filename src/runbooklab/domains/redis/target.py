"""The parameters of a Redis and of those who use it."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.address import target as environment
from runbooklab.model.parameter import Parameter

WORKER_KEY_PATTERN = Parameter("worker_key_pattern", "", preset="worker:*")
EXPECTED_WORKERS = Parameter("expected_workers", 0, least=0)
NEEDS_WRITE = Parameter("needs_write", True)

PARAMETERS: tuple[Parameter[Any], ...] = (WORKER_KEY_PATTERN, EXPECTED_WORKERS, NEEDS_WRITE)


class Target(environment.Target, frozen=True):
    """A Redis, and the workers that register there."""

    worker_key_pattern = WORKER_KEY_PATTERN
    expected_workers = EXPECTED_WORKERS
    needs_write = NEEDS_WRITE
