"""A situation that many recipes share: the orchestrator is in a container, and uses Redis by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runbooklab.domains.redis.lab.testbed import LabRedis, RedisTestbed
from runbooklab.lab.testbed import Situation

if TYPE_CHECKING:
    from docker.models.containers import Container
    from docker.models.networks import Network


def orchestrator(testbed: RedisTestbed, **options: Any) -> Container:
    """A container in which an orchestrator would run; ``options`` are those of docker-py."""
    return testbed.container("orchestrator", ["sleep", "600"], **options)


def from_container(
    testbed: RedisTestbed, redis: LabRedis, client: Container, network: Network, url: str = ""
) -> Situation:
    """Inspected from the client's container, with the URL that names the Redis container unless one is given.

    ``network`` is the one that the runbook's parameters name.
    """
    return testbed.situation(
        redis,
        redis_url=url or f"redis://{redis.name}:6379/0",
        docker_network=network.name,
        orchestrator_container=client.name,
    )
