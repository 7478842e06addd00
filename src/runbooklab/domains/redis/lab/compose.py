"""What Compose adds: health checks and the order of start."""

from __future__ import annotations

from typing import Any

from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Bench, LabRedis, Situation

_SECOND = 1_000_000_000  # docker's unit is the nanosecond
_PASSWORD = "s3cret-Passw0rd"


def health_check(*test: str) -> dict[str, Any]:
    """A quick health check of docker's."""
    return {"test": ["CMD", *test], "interval": _SECOND // 5, "timeout": _SECOND, "retries": 1}


def becomes(bench: Bench, redis: LabRedis, health: str) -> None:
    """Wait until the engine says that the container's health is this."""
    container = redis.container

    def is_so() -> bool:
        container.reload()
        return bool(container.attrs["State"]["Health"]["Status"] == health)

    bench.until(is_so, lambda: str(container.attrs["State"]["Health"]))


def dependency_unhealthy(bench: Bench) -> Situation:
    project, network = {"com.docker.compose.project": bench.prefix}, bench.network()
    redis = bench.redis(
        network=network.name,
        healthcheck=health_check("redis-cli", "-e", "-p", "6380", "ping"),
        labels=project | {"com.docker.compose.service": "redis"},
    )
    becomes(bench, redis, "unhealthy")
    dependent = bench.created(
        "orchestrator",
        ["sleep", "600"],
        network=network.name,
        labels=project
        | {
            "com.docker.compose.service": "orchestrator",
            "com.docker.compose.depends_on": "redis:service_healthy:false",
        },
    )
    return bench.situation(
        redis,
        docker_network=network.name,
        orchestrator_container=dependent.name,
        redis_url=f"redis://{redis.name}:6379/0",
    )


def healthcheck_false_healthy(bench: Bench) -> Situation:
    redis = bench.redis("--requirepass", _PASSWORD, healthcheck=health_check("redis-cli", "ping"))
    becomes(bench, redis, "healthy")
    return bench.situation(redis, redis_url=f"redis://:{_PASSWORD}@127.0.0.1:{redis.port}/0")


def startup_race(bench: Bench) -> Situation:
    network = bench.network()
    orchestrator = bench.container(
        "orchestrator",
        ["sh", "-c", "redis-cli -h redis ping || exit 1; exec sleep 600"],
        network=network.name,
    )
    bench.exited(orchestrator)
    endpoint = bench.docker.api.create_endpoint_config(aliases=["redis"])
    redis = bench.redis(network=network.name, networking_config={network.name: endpoint})
    return bench.situation(
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
