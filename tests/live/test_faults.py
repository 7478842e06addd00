"""Every fault of the lab is named and fixed by its remedy, and no healthy target raises an alarm."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

import pytest
from docker import DockerClient
from drilling import Drilled, Fixed, drilling, fixed_by

from runbooklab.domains.redis.lab.faults import LAB
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.fault import Case
from runbooklab.lab.lab import Place

IDS = attrgetter("id")

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


@pytest.fixture(scope="module")
def drilled(request: pytest.FixtureRequest, docker_engine: DockerClient, lab_image: str) -> Iterator[Drilled]:
    """The result of a case's drill."""
    with drilling(request, Place(LAB, docker_engine, lab_image)) as result_of:
        yield result_of


@pytest.fixture(scope="module")
def fixed(drilled: Drilled) -> Fixed:
    """What a case's remedies did in its drill."""
    return fixed_by(drilled)


@pytest.mark.parametrize("case", LAB.faults, ids=IDS)
def test_fault_is_named_first(case: Case[RedisTestbed], drilled: Drilled) -> None:
    """The injected cause is the primary one, and the verdict is not ok."""
    result = drilled(case)
    assert not result.failed, result.failed
    assert result.primary == result.expected, f"{result.verdict}, {result.supported}: {result.proof}"
    assert result.verdict != "ok"


@pytest.mark.parametrize("case", LAB.healthy, ids=IDS)
def test_healthy_target_raises_no_alarm(case: Case[RedisTestbed], drilled: Drilled) -> None:
    """A target that is unusual and works supports no cause, and its verdict is ok."""
    result = drilled(case)
    assert not result.failed, result.failed
    assert result.supported == (), result.proof
    assert result.verdict == "ok"


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.id, marks=[] if case.id in OFTEN else [pytest.mark.exhaustive])
        for case in LAB.faults
        if case.id in REMEDIES
    ],
)
def test_remedy_fixes_its_cause(case: Case[RedisTestbed], fixed: Fixed) -> None:
    """After the recommended remedy, a second inspection does not find the cause any more."""
    remediation = fixed(case)
    assert not remediation.failed, remediation.failed
    first = remediation.steps[0]
    assert (first.cause, first.remedy) == (case.cause, REMEDIES[case.id])
