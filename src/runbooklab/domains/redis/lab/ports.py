"""Ports: not published, published elsewhere, taken by something else, or answered by something else."""

from __future__ import annotations

import socket

from runbooklab.domains.redis.lab.testbed import OPEN_SERVER, LabRedis, Recipe, RedisTestbed, published
from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation


def port_not_published(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis(ports={})
    return testbed.situation(LabRedis(redis.name, free_port()))


def port_published_elsewhere(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    return testbed.situation(LabRedis(redis.name, free_port()))


def port_published_other_address(testbed: RedisTestbed) -> Situation:
    port = free_port()
    redis = testbed.redis(ports={"6379/tcp": ("127.0.0.2", port)})
    return testbed.situation(LabRedis(redis.name, port))


def port_published_udp(testbed: RedisTestbed) -> Situation:
    port = free_port()
    redis = testbed.redis(ports={"6379/udp": ("127.0.0.1", port)})
    return testbed.situation(LabRedis(redis.name, port))


def redis_on_another_port(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis("--port", "6380"))


def published_to_another_port(testbed: RedisTestbed) -> Situation:
    port = free_port()
    redis = testbed.redis(ports={"6380/tcp": ("127.0.0.1", port)})
    return testbed.situation(LabRedis(redis.name, port))


def redis_without_port(testbed: RedisTestbed) -> Situation:
    return testbed.situation(
        testbed.redis("--port", "0", "--unixsocket", "/tmp/redis.sock", wait="ready to accept connections")
    )


def _conflict(testbed: RedisTestbed, port: int) -> Situation:
    refused = testbed.refused_container("redis", OPEN_SERVER, ports=published(port))
    return testbed.situation(LabRedis(str(refused.name), port))


def _taken_by(kind: str) -> Recipe:
    """The container's port is held by a fake listener of this kind."""
    return lambda testbed: _conflict(testbed, testbed.listening(kind))


def port_taken_by_host_redis(testbed: RedisTestbed) -> Situation:
    return _conflict(testbed, testbed.host_redis().port)


def port_taken_by_container(testbed: RedisTestbed) -> Situation:
    return _conflict(testbed, testbed.redis(suffix="other").port)


def host_redis_answers(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis(ports={})
    return testbed.situation(LabRedis(redis.name, testbed.host_redis().port))


def other_container_answers(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    other = testbed.redis(suffix="other")
    return testbed.situation(LabRedis(redis.name, other.port))


def host_redis_with_password_answers(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis(ports={})
    return testbed.situation(
        LabRedis(redis.name, testbed.host_redis("--requirepass", "hosts-own-Secret-1").port)
    )


def _answered_by(kind: str) -> Recipe:
    """The URL leads to a fake listener of this kind, although there is a Redis container."""
    return lambda testbed: testbed.situation(LabRedis(testbed.redis().name, testbed.listening(kind)))


def ssh_banner_answers(testbed: RedisTestbed) -> Situation:
    return testbed.situation(LabRedis("", testbed.listening("banner", "SSH-2.0-OpenSSH_9.2p1 Debian-2")))


def stale_docker_proxy(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis(ports={})
    port = free_port()
    # docker-proxy reports on file descriptor 3 that it listens; a shell gives it one.
    testbed.process(
        [
            "sh",
            "-c",
            f"exec docker-proxy -proto tcp -host-ip 127.0.0.1 -host-port {port} "
            f"-container-ip {testbed.unused_address()} -container-port 6379 3>/dev/null",
        ]
    )
    testbed.until(lambda: _listens(port))
    return testbed.situation(LabRedis(redis.name, port))


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


FAULTS = (
    Fault("port-not-published", "Run without -p.", port_not_published),
    Fault("port-published-elsewhere", "Published on another port than the URL's.", port_published_elsewhere),
    Fault(
        "port-published-other-address",
        "Published on 127.0.0.2, the URL says 127.0.0.1.",
        port_published_other_address,
    ),
    Fault("port-published-udp", "-p PORT:6379/udp.", port_published_udp),
    Fault("redis-port-mismatch", "Redis listens on 6380, 6379 is published.", redis_on_another_port),
    Fault(
        "redis-port-mismatch/published",
        "Redis listens on 6379, 6380 is published.",
        published_to_another_port,
    ),
    Fault("redis-port-mismatch/none", "Redis runs with --port 0.", redis_without_port),
    Fault(
        "port-conflict-process",
        "A web server has the port; the container can't start.",
        _taken_by("http"),
    ),
    Fault(
        "port-conflict-process/silent",
        "A process that never answers has the port.",
        _taken_by("silent"),
    ),
    Fault("port-conflict-process/redis", "A Redis of the host has the port.", port_taken_by_host_redis),
    Fault("port-conflict-container", "Another Redis container has the port.", port_taken_by_container),
    Fault(
        "wrong-redis-answering",
        "A Redis of the host answers; the container publishes nothing.",
        host_redis_answers,
    ),
    Fault("wrong-redis-answering/container", "Another Redis container answers.", other_container_answers),
    Fault(
        "wrong-redis-answering/password",
        "A Redis of the host with a password answers.",
        host_redis_with_password_answers,
    ),
    Fault("not-redis-on-port", "The URL leads to a web server.", _answered_by("http")),
    Fault(
        "not-redis-on-port/ssh", "The URL leads to an SSH server; there is no container.", ssh_banner_answers
    ),
    Fault(
        "silent-listener-on-port",
        "The URL leads to a process that never answers.",
        _answered_by("silent"),
    ),
    Fault(
        "stale-docker-proxy",
        "A docker-proxy forwards to an address that no container has.",
        stale_docker_proxy,
        tools=("docker-proxy",),
    ),
)
