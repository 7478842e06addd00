"""The orchestrator's own container ends, restarts, is paused, or is not the one that is named."""

from __future__ import annotations

from typing import Any

from docker.models.containers import Container

from runbooklab.domains.redis.lab.from_container import from_container
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Situation

_DIES = ["sh", "-c", "echo 'ModuleNotFoundError: No module named grpc'; exit 1"]
#: Fails at its first start only, as a program whose other dependency was late.
_DIES_ONCE = [
    "sh",
    "-c",
    "[ -e /tmp/once ] && exec sleep 600; : > /tmp/once; echo 'OSError: the store is not mounted'; exit 1",
]


def _beside_redis(testbed: RedisTestbed, command: list[str], **options: Any) -> tuple[Container, Situation]:
    network = testbed.network()
    redis = testbed.redis(network=network.name)
    orchestrator = testbed.container("orchestrator", command, network=network.name, **options)
    situation = from_container(testbed, redis, orchestrator, network)
    return orchestrator, situation


def stopped(testbed: RedisTestbed) -> Situation:
    orchestrator, situation = _beside_redis(testbed, _DIES_ONCE)
    testbed.exited(orchestrator)
    return situation


def restarting(testbed: RedisTestbed) -> Situation:
    orchestrator, situation = _beside_redis(testbed, _DIES, restart_policy={"Name": "always"})

    def loops() -> bool:
        orchestrator.reload()
        return int(orchestrator.attrs["RestartCount"]) > 1

    testbed.until(loops, lambda: "the orchestrator does not restart")
    return situation


def paused(testbed: RedisTestbed) -> Situation:
    orchestrator, situation = _beside_redis(testbed, ["sleep", "600"])
    orchestrator.pause()
    return situation


def missing(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis(), orchestrator_container=testbed.name("orchestrator"))


def stopped_on_another_network(testbed: RedisTestbed) -> Situation:
    """Nothing can be asked from inside it; the engine knows its networks, and its log what it met."""
    network, other = testbed.network(), testbed.network("other")
    redis = testbed.redis(network=network.name)
    orchestrator = testbed.container(
        "orchestrator",
        ["sh", "-c", f"redis-cli -h {redis.name} ping || exit 1; exec sleep 600"],
        network=other.name,
    )
    testbed.exited(orchestrator)
    return from_container(testbed, redis, orchestrator, network)


FAULTS = (
    Fault("orchestrator-stopped", "The orchestrator failed at its start.", stopped),
    Fault("orchestrator-restarting", "The orchestrator fails at every start.", restarting),
    Fault("orchestrator-paused", "The orchestrator's container is paused.", paused),
    Fault("orchestrator-missing", "No container has the name given for the orchestrator's.", missing),
    Fault(
        "network-not-shared/orchestrator-stopped",
        "The orchestrator ended because Redis is on another network.",
        stopped_on_another_network,
    ),
)
