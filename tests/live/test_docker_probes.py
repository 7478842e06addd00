"""What the probes see of real containers, networks, logs and events, and that they only look."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from docker import DockerClient
from docker_looking import observed, seen

from runbooklab.domains.redis.lab.testbed import LabRedis, RedisTestbed

PASSWORD = "correcthorse42"


@pytest.fixture(scope="module")
def home(docker_engine: DockerClient, lab_image: str) -> Iterator[RedisTestbed]:
    """A testbed that the tests of this file share."""
    with RedisTestbed(docker_engine, lab_image) as testbed:
        yield testbed


@pytest.fixture(scope="module")
def network(home: RedisTestbed) -> str:
    return str(home.network().name)


@pytest.fixture(scope="module")
def redis(home: RedisTestbed, network: str) -> LabRedis:
    """A healthy Redis with a password, on a network of its own."""
    return home.redis(
        *("--requirepass", PASSWORD),
        network=network,
        environment={"REDIS_PASSWORD": PASSWORD},
        healthcheck={"test": ["CMD", "redis-cli", "-a", PASSWORD, "ping"], "interval": 10**12},
    )


@pytest.fixture(scope="module")
def orchestrator(home: RedisTestbed, network: str) -> str:
    """A container on the same network that has redis-cli."""
    return str(home.container("orchestrator", ["sleep", "600"], network=network).name)


def test_the_container_is_described_and_its_secrets_are_not(redis: LabRedis, network: str) -> None:
    """Command line, health test and environment hold the password; the record holds a token."""
    evidence = observed(redis_container=redis.name, redis_url=f"redis://:{PASSWORD}@127.0.0.1:{redis.port}")
    found = seen(evidence.container).found
    assert (found.name, found.state, found.networks[0].network) == (redis.name, "running", network)
    assert [(mapping.container_port, mapping.host_port) for mapping in found.ports] == [(6379, redis.port)]
    assert found.environment_names[0] == "REDIS_PASSWORD"
    assert PASSWORD not in repr(evidence)
    token = found.command[found.command.index("--requirepass") + 1]
    assert re.fullmatch(r"\*\*\*secret-[0-9a-f]{8}\*\*\*", token)
    assert token in found.health_test


def test_the_network_knows_its_members_and_who_owns_which_address(redis: LabRedis, network: str) -> None:
    """An address in a URL can be traced to a container."""
    found = seen(observed(redis_container=redis.name, docker_network=network).network)
    address = found.found.containers[redis.name]
    assert found.owners[address] == redis.name
    assert {"bridge", "host", "none", network} <= set(found.names)


def test_the_forwarder_on_the_host_is_traced_to_the_container(redis: LabRedis) -> None:
    """docker-proxy's own command line says where it leads."""
    evidence = observed(redis_container=redis.name, redis_url=f"redis://127.0.0.1:{redis.port}")
    (listener,) = seen(evidence.listeners).listeners
    assert (listener.process, listener.container) == ("docker-proxy", redis.name)


def test_a_listener_of_this_host_is_named_with_its_process(home: RedisTestbed) -> None:
    """No Docker needed: the kernel knows who has the port."""
    server = home.host_redis()
    evidence = observed(redis_container="", redis_url=f"redis://127.0.0.1:{server.port}")
    (listener,) = seen(evidence.listeners).listeners
    assert (listener.process, listener.container) == ("redis-server", "")


def test_the_process_is_seen_with_the_listeners_of_its_namespace(redis: LabRedis) -> None:
    """Redis' own listeners carry its name; Docker's resolver in the same namespace doesn't."""
    found = seen(observed(redis_container=redis.name).process)
    own = {
        (listener.address, listener.port)
        for listener in found.listeners
        if listener.process == "redis-server"
    }
    assert (found.name, own) == ("redis-server", {("0.0.0.0", 6379), ("::", 6379)})
    assert found.state in "SR"


def test_redis_is_asked_inside_with_the_urls_password(redis: LabRedis) -> None:
    """PONG and the run_id come from the very server in the container."""
    evidence = observed(redis_container=redis.name, redis_url=f"redis://:{PASSWORD}@127.0.0.1:{redis.port}")
    talk = seen(evidence.inside)
    assert (talk.code, talk.answers, talk.port) == ("PONG", True, 6379)
    assert re.fullmatch("[0-9a-f]{40}", talk.run_id)


def test_a_wrong_password_is_told_from_a_missing_one(redis: LabRedis) -> None:
    """redis-cli exits 0 on both."""
    wrong = observed(redis_container=redis.name, redis_url=f"redis://:batterystaple@127.0.0.1:{redis.port}")
    without = observed(redis_container=redis.name, redis_url=f"redis://127.0.0.1:{redis.port}")
    assert seen(wrong.inside).code == "WRONGPASS"
    assert seen(without.inside).code == "NOAUTH"


def test_the_orchestrators_container_resolves_connects_and_pings(redis: LabRedis, orchestrator: str) -> None:
    """The name is resolved and the connection made from in there, with the container's address as proof."""
    url = f"redis://:{PASSWORD}@{redis.name}:6379"
    evidence = observed(redis_container=redis.name, orchestrator_container=orchestrator, redis_url=url)
    view = seen(evidence.orchestrator_view)
    (attempt,) = view.tcp
    assert (view.name.outcome, attempt.outcome, view.code) == ("resolved", "connected", "PONG")
    assert view.name.addresses == (attempt.address,)
    assert seen(evidence.network).owners[attempt.address] == redis.name


def test_from_another_network_the_name_is_unknown(home: RedisTestbed, redis: LabRedis) -> None:
    """The default bridge resolves no names of containers."""
    stranger = home.container("stranger", ["sleep", "600"])
    evidence = observed(
        redis_container=redis.name,
        orchestrator_container=str(stranger.name),
        redis_url=f"redis://{redis.name}:6379",
    )
    view = seen(evidence.orchestrator_view)
    assert view.name.outcome in ("not-found", "temporary-failure")
    assert view.tcp == ()


def test_the_log_tells_levels_and_known_lines(redis: LabRedis) -> None:
    """The ready line is found by name, in Redis' own words."""
    tail = seen(observed(redis_container=redis.name).logs)
    assert "Ready to accept connections" in tail.known["ready"]
    assert {line.severity for line in tail.lines} >= {"notice"}
    assert tail.driver == "json-file"


def test_events_tell_the_life_of_the_container(home: RedisTestbed, network: str) -> None:
    """Creation, connection and start, oldest first; no exec of ours."""
    young = home.redis(suffix="young", network=network)
    found = seen(observed(redis_container=young.name, docker_network=network).events)
    actions = [event.action for event in found if event.container == young.name]
    assert [action for action in actions if action in ("create", "network connect", "start")] == [
        "create",
        "network connect",
        "start",
    ]
    assert not [action for action in actions if action.startswith("exec")]


def test_a_container_that_is_not_there_is_an_answer(home: RedisTestbed, redis: LabRedis) -> None:
    """The one that publishes the URL's port is looked at instead, and every name is known."""
    evidence = observed(redis_container="no-such-redis", redis_url=f"redis://127.0.0.1:{redis.port}")
    found = seen(evidence.container)
    assert found.found is not None
    assert found.found.name == redis.name
    assert str(redis.port) in found.meant_because
    assert redis.name in found.names
    assert "no-such-redis" not in found.names


#: What the engine reports of a probe: execs, and files that were read out of a container (GET /archive).
READING = {"exec_create", "exec_start", "exec_die", "archive-path"}


def test_a_whole_look_changes_nothing(
    docker_engine: DockerClient, redis: LabRedis, orchestrator: str, network: str
) -> None:
    """The engine itself reports nothing but execs, and of none that isn't on the closed list."""
    url = f"redis://:{PASSWORD}@{redis.name}:6379"
    before = _lasting(docker_engine, redis.name)
    since = time.time()
    evidence = observed(
        everything=True,
        redis_container=redis.name,
        orchestrator_container=orchestrator,
        docker_network=network,
        redis_url=url,
    )
    names = (redis.name, orchestrator)
    happened = [
        str(event["Action"])
        for event in docker_engine.events(since=f"{since:.3f}", until=f"{time.time():.3f}", decode=True)
        if event["Actor"]["Attributes"].get("name") in names
    ]
    assert happened
    assert {action.partition(":")[0] for action in happened} <= READING
    words = {action.split(": ")[1] for action in happened if action.startswith("exec_create")}
    assert all(re.match(r"(timeout \d+ )?(redis-cli|getent|cat) ", f"{word} ") for word in words), words
    assert _lasting(docker_engine, redis.name) == before
    assert PASSWORD not in repr(evidence)
    asked = [entry.what for entry in evidence.ledger if entry.to == "docker"]
    assert all(what.startswith("GET /") or "/exec" in what for what in asked)


def _lasting(engine: DockerClient, name: str) -> dict[str, Any]:
    """The container as the engine describes it, without its execs and health checks."""
    said = dict(engine.api.inspect_container(name))
    said.pop("ExecIDs")
    said["State"] = {key: value for key, value in said["State"].items() if key != "Health"}
    return said
