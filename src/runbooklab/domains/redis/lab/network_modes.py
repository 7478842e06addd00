"""Containers without a network of their own: the host's, none, or another container's that is gone."""

from __future__ import annotations

import contextlib

from docker.errors import APIError

from runbooklab.domains.redis.lab.from_container import from_container, orchestrator
from runbooklab.domains.redis.lab.testbed import OPEN_SERVER, LabRedis, RedisTestbed, published
from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation


def none_redis(testbed: RedisTestbed) -> Situation:
    """The port is asked for, and Docker publishes none on the network none."""
    port = free_port()
    redis = testbed.redis(network_mode="none", ports=published(port))
    return testbed.situation(redis, redis_url=f"redis://localhost:{port}/0")


def none_and_not_published(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis(network_mode="none")
    return testbed.situation(LabRedis(redis.name, free_port()))


def none_orchestrator(testbed: RedisTestbed) -> Situation:
    network = testbed.network()
    redis = testbed.redis(network=network.name)
    return from_container(testbed, redis, orchestrator(testbed, network_mode="none"), network)


def host_by_name(testbed: RedisTestbed) -> Situation:
    network, port = testbed.network(), free_port()
    redis = testbed.redis("--port", str(port), network_mode="host")
    client = orchestrator(testbed, network=network.name)
    return from_container(testbed, redis, client, network, url=f"redis://{redis.name}:{port}/0")


def container_gone(testbed: RedisTestbed) -> Situation:
    owner = testbed.container("owner", ["sleep", "600"])
    redis = testbed.redis(network_mode=f"container:{owner.id}")
    redis.container.stop(timeout=1)
    owner.stop(timeout=1)
    with contextlib.suppress(APIError):
        redis.container.start()
    return testbed.situation(redis, redis_url=f"redis://localhost:{free_port()}/0")


def published_on_foreign_address(testbed: RedisTestbed) -> Situation:
    port = free_port()
    redis = testbed.created("redis", OPEN_SERVER, ports={"6379/tcp": ("192.0.2.77", port)})
    with contextlib.suppress(APIError):
        redis.start()
    return testbed.situation(LabRedis(str(redis.name), port, redis), redis_url=f"redis://localhost:{port}/0")


FAULTS = (
    Fault(
        "published-address-unavailable",
        "The port is published on an address that the host does not have.",
        published_on_foreign_address,
    ),
    Fault("network-none", "Redis was started with --network none.", none_redis),
    Fault("network-none/not-published", "Run with --network none and without -p.", none_and_not_published),
    Fault(
        "network-none/orchestrator",
        "The orchestrator was started with --network none.",
        none_orchestrator,
    ),
    Fault(
        "redis-on-host-network",
        "Redis is on the host's network; the orchestrator, in a container, uses its name.",
        host_by_name,
    ),
    Fault(
        "network-container-gone",
        "Redis uses the network of a container that has been stopped.",
        container_gone,
    ),
)
