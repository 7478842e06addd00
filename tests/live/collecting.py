"""Running some of the real probes against a target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import redis.connection  # noqa: F401 - loaded before any deadline runs

from judging import REDIS, target_with
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import RedisTalk, Stage
from runbooklab.observe.collect import Collection
from runbooklab.redaction import Vault, clean

WITHOUT_DOCKER = (
    "config", "address", "error-text", "name", "tcp", "first-bytes", "tls", "redis", "registrations",
)  # fmt: skip


def collect(
    url: str,
    *,
    timeout_s: float = 15.0,
    pattern: str = "worker:*",
    names: tuple[str, ...] = WITHOUT_DOCKER,
    vault: Vault | None = None,
    **parameters: Any,
) -> Evidence:
    """What the probes of the address and of Redis itself see of the Redis at ``url``."""
    vault = vault or Vault(b"a key for tests")
    target = target_with(
        redis_url=clean(url, vault), worker_key_pattern=pattern, probe_timeout_s=timeout_s, **parameters
    )
    probes = [probe for probe in REDIS.probes.values() if probe.name in names]
    collection = Collection(target, Path.cwd(), vault, probes=probes)
    collection.start()
    return Evidence.of(collection.evidence())


def talk_of(evidence: Evidence) -> RedisTalk:
    """The conversation with Redis, which must have been observed."""
    assert evidence.redis.value is not None, evidence.redis.missing
    return evidence.redis.value


def stages_of(evidence: Evidence) -> dict[str, Stage]:
    """The conversation's stages by name."""
    return {stage.name: stage for stage in talk_of(evidence).stages}


def as_bytes(evidence: Evidence) -> bytes:
    """The evidence as it is stored."""
    return msgspec.json.encode(evidence)
