"""What Compose adds: health checks and the order of start."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.redis.lab.testbed import PASSWORD, LabRedis, RedisTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Situation

_SECOND = 1_000_000_000  # docker's unit is the nanosecond


def health_check(*test: str) -> dict[str, Any]:
    """A quick health check of docker's."""
    return {"test": ["CMD", *test], "interval": _SECOND // 5, "timeout": _SECOND, "retries": 1}


def becomes(testbed: RedisTestbed, redis: LabRedis, health: str) -> None:
    """Wait until the engine says that the container's health is this."""
    container = redis.container

    def is_so() -> bool:
        container.reload()
        return bool(container.attrs["State"]["Health"]["Status"] == health)

    testbed.until(is_so, lambda: str(container.attrs["State"]["Health"]))


def dependency_unhealthy(testbed: RedisTestbed) -> Situation:
    project, network = {"com.docker.compose.project": testbed.prefix}, testbed.network()
    redis = testbed.redis(
        network=network.name,
        healthcheck=health_check("redis-cli", "-e", "-p", "6380", "ping"),
        labels=project | {"com.docker.compose.service": "redis"},
    )
    becomes(testbed, redis, "unhealthy")
    dependent = testbed.created(
        "orchestrator",
        ["sleep", "600"],
        network=network.name,
        labels=project
        | {
            "com.docker.compose.service": "orchestrator",
            "com.docker.compose.depends_on": "redis:service_healthy:false",
        },
    )
    return testbed.situation(
        redis,
        docker_network=network.name,
        orchestrator_container=dependent.name,
        redis_url=f"redis://{redis.name}:6379/0",
    )


def healthcheck_false_healthy(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--requirepass", PASSWORD, healthcheck=health_check("redis-cli", "ping"))
    becomes(testbed, redis, "healthy")
    return testbed.situation(redis, redis_url=redis.url_of())


def startup_race(testbed: RedisTestbed) -> Situation:
    network = testbed.network()
    orchestrator = testbed.container(
        "orchestrator",
        ["sh", "-c", "redis-cli -h redis ping || exit 1; exec sleep 600"],
        network=network.name,
    )
    testbed.exited(orchestrator)
    endpoint = testbed.docker.api.create_endpoint_config(aliases=["redis"])
    redis = testbed.redis(network=network.name, networking_config={network.name: endpoint})
    return testbed.situation(
        redis,
        redis_url="redis://redis:6379/0",
        docker_network=network.name,
        orchestrator_container=orchestrator.name,
    )


FAULTS = (
    Fault(
        "dependency-unhealthy",
        "Redis is unhealthy by its health check; the orchestrator waits for it.",
        dependency_unhealthy,
    ),
    Fault(
        "healthcheck-false-healthy",
        "redis-cli ping is the health check of a server with a password.",
        healthcheck_false_healthy,
    ),
    Fault("startup-race", "The orchestrator gave up before Redis was started.", startup_race),
)
