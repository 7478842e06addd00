"""A situation that many recipes share: the orchestrator is in a container, and uses Redis by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.domains.redis.lab.testbed import LabRedis, RedisTestbed
from runbooklab.lab.testbed import Situation

if TYPE_CHECKING:
    from docker.models.containers import Container
    from docker.models.networks import Network


def from_container(
    testbed: RedisTestbed, redis: LabRedis, orchestrator: Container, network: Network
) -> Situation:
    """Looked at with the URL that names the Redis container, and ``network`` as the one they share."""
    return testbed.situation(
        redis,
        redis_url=f"redis://{redis.name}:6379/0",
        docker_network=network.name,
        orchestrator_container=orchestrator.name,
    )
