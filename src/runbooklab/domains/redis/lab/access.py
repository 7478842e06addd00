"""Docker itself cannot be used. Redis is healthy, and judged over TCP alone."""

from __future__ import annotations

from msgspec import structs

from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation


def _docker_host(testbed: RedisTestbed, endpoint: str) -> Situation:
    return structs.replace(testbed.situation(testbed.redis()), environment={"DOCKER_HOST": endpoint})


def docker_unreachable(testbed: RedisTestbed) -> Situation:
    return _docker_host(testbed, f"unix://{testbed.folder / 'docker.sock'}")


def docker_refused(testbed: RedisTestbed) -> Situation:
    return _docker_host(testbed, f"tcp://127.0.0.1:{free_port()}")


def docker_permission_denied(testbed: RedisTestbed) -> Situation:
    path = testbed.folder / "docker.sock"
    testbed.fake_listener("locked-socket", str(path))
    return structs.replace(_docker_host(testbed, f"unix://{path}"), unprivileged=True)


def docker_unresponsive(testbed: RedisTestbed) -> Situation:
    path = testbed.folder / "docker.sock"
    testbed.fake_listener("silent-socket", str(path))
    return _docker_host(testbed, f"unix://{path}")


def docker_api_version(testbed: RedisTestbed) -> Situation:
    return _docker_host(testbed, f"tcp://127.0.0.1:{testbed.listening('old-engine')}")


def docker_endpoint_unusable(testbed: RedisTestbed) -> Situation:
    return _docker_host(testbed, "ssh://runbook@127.0.0.1")


def docker_context_missing(testbed: RedisTestbed) -> Situation:
    testbed.file("docker/config.json", '{"currentContext": "production"}')
    situation = testbed.situation(testbed.redis())
    environment = {"DOCKER_HOST": "", "DOCKER_CONFIG": str(testbed.folder / "docker")}
    return structs.replace(situation, environment=environment)


FAULTS = (
    Fault("docker-unreachable", "DOCKER_HOST names a socket that isn't there.", docker_unreachable),
    Fault("docker-unreachable/refused", "DOCKER_HOST names a TCP port nobody listens on.", docker_refused),
    Fault(
        "docker-permission-denied",
        "The engine's socket may not be opened.",
        docker_permission_denied,
        ("setpriv",),
    ),
    Fault("docker-unresponsive", "The engine's socket accepts and never answers.", docker_unresponsive),
    Fault("docker-api-version", "The engine refuses every API version asked for.", docker_api_version),
    Fault("docker-endpoint-unusable", "DOCKER_HOST names an engine behind ssh.", docker_endpoint_unusable),
    Fault("docker-context-missing", "The current Docker context isn't defined.", docker_context_missing),
)
