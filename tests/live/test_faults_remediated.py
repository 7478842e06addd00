"""The remedy that is recommended for a fault fixes it."""

from __future__ import annotations

import pytest
from docker import DockerClient

from runbooklab.domains.redis.lab.faults import LAB
from runbooklab.lab.drill import drill
from runbooklab.lab.lab import Place
from runbooklab.lab.registry import case_named

#: What each fault's remedy is, if it can be applied from here.
REMEDIES = {
    "container-stopped": "start-container",
    "container-killed": "start-container",
    "container-never-started": "start-container",
    "container-paused": "unpause-container",
    "container-oom-killed": "raise-memory-limit",
    "container-crash-looping": "stop-crash-loop",
    "redis-config-invalid/bad-value": "fix-redis-config",
    "port-not-published": "publish-port",
    "redis-port-mismatch": "publish-port",
    "port-conflict-container": "use-other-port",
    "network-missing": "create-network",
    "network-not-shared": "connect-network",
    "bind-loopback-only": "bind-all-interfaces",
    "memory-exhausted": "raise-maxmemory",
    "maxclients-reached": "raise-maxclients",
    "script-busy": "kill-script",
}


#: The others rarely break: ``make drill`` does all of them, too.
OFTEN = ("container-stopped", "redis-config-invalid/bad-value", "port-not-published", "network-not-shared")


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        pytest.param(*row, id=row[0], marks=[] if row[0] in OFTEN else [pytest.mark.exhaustive])
        for row in REMEDIES.items()
    ],
)
def test_remedy_fixes_its_cause(fault: str, remedy: str, docker_engine: DockerClient, lab_image: str) -> None:
    """After the recommended remedy, a second run does not find the cause any more."""
    result = drill(case_named(fault)[1], Place(LAB, docker_engine, lab_image), remediate=True)
    assert not result.failed, result.failed
    assert result.remediation is not None
    assert not result.remediation.failed, result.remediation.failed
    assert result.primary == result.expected
    first = result.remediation.steps[0]
    assert (first.cause, first.remedy) == (result.expected, remedy)
