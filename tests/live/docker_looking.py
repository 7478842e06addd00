"""Running the probes that look at Docker against a target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from judging import REDIS
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.observation import Observation
from runbooklab.notebook.target import target_of
from runbooklab.observe.collect import Collection
from runbooklab.redaction import Vault

NAMES = (
    "config", "address", "error-text", "name", "listeners", "docker", "container", "logs", "events",
    "network", "process", "inside", "orchestrator", "orchestrator-view",
)  # fmt: skip


def observed(*, everything: bool = False, **parameters: Any) -> Evidence:
    """What the Docker probes (or all) see of the target that these parameters of the runbook name."""
    vault = Vault(b"a key for tests")
    target, problems = target_of({"docker_network": "", "probe_timeout_s": 10.0} | parameters, REDIS, vault)
    assert problems == ()
    probes = [probe for probe in REDIS.probes.values() if everything or probe.name in NAMES]
    collection = Collection(target, Path.cwd(), vault, probes=probes)
    collection.start()
    return Evidence.of(collection.evidence())


def seen(observation: Observation[Any]) -> Any:
    """The observation's value, which must be there."""
    assert observation.value is not None, observation.missing
    return observation.value


def missing(observation: Observation[Any]) -> str:
    """The reason why there is no value."""
    assert observation.missing is not None, observation.value
    return observation.missing.reason
