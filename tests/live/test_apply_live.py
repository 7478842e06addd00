"""Remedies carried out on a real engine: done as written, and recorded in the trail."""

from __future__ import annotations

import pytest
from docker.errors import NotFound

from judging import REDIS
from runbooklab.apply.apply import Consent, Required, apply
from runbooklab.domains.redis.lab.testbed import LabRedis, RedisTestbed
from runbooklab.lab.ports import free_port
from runbooklab.model.conclusions import AuditEntry, RemedyPlan
from runbooklab.redaction import Vault

PASSWORD = "correcthorse42"


def carry_out(*commands: str, url: str = "") -> tuple[AuditEntry, ...]:
    plan = RemedyPlan("some-remedy", "Do it", commands, "something", "low", appliable=True)
    return apply(plan, Required("some-remedy"), Consent(), REDIS.verbs, Vault(b"key"), url=url)


def done(*acts: AuditEntry) -> bool:
    """Whether every command was done; shows the trail if not."""
    assert [act.outcome for act in acts] == ["done"] * len(acts), acts
    return True


def state(testbed: RedisTestbed, name: str) -> str:
    return str(testbed.docker.api.inspect_container(name)["State"]["Status"])


def test_a_container_is_stopped_started_restarted_and_unpaused(testbed: RedisTestbed) -> None:
    """Each verb leaves the state that its docker command would."""
    name = testbed.redis().name
    assert done(*carry_out(f"docker stop {name}"))
    assert state(testbed, name) == "exited"
    assert done(*carry_out(f"docker start {name}", f"docker restart {name}"))
    testbed.docker.api.pause(name)
    assert done(*carry_out(f"docker unpause {name}"))
    assert state(testbed, name) == "running"


def test_a_container_is_force_recreated_as_the_plan_says(testbed: RedisTestbed) -> None:
    """Name, ports with address and protocol, network, mount, restart policy, memory and command."""
    old, network, port = testbed.redis(), str(testbed.network().name), free_port()
    folder = testbed.file("data/x", "").parent
    acts = carry_out(
        f"docker rm -f {old.name}",
        f"docker run -d --name {old.name} --network {network} -p 127.0.0.1:{port}:6379 -p {port}:53/udp "
        f"--restart on-failure:3 -v {folder}:/data:ro --memory 64m {testbed.image} "
        "redis-server --protected-mode no --save ''",
    )
    testbed.later(lambda: _gone(testbed, old.name))
    assert done(*acts)
    said = testbed.docker.api.inspect_container(old.name)
    host = said["HostConfig"]
    assert host["PortBindings"] == {
        "6379/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(port)}],
        "53/udp": [{"HostIp": "", "HostPort": str(port)}],
    }
    assert host["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 3}
    assert (host["Memory"], host["Binds"], host["NetworkMode"]) == (
        64 * 2**20,
        [f"{folder}:/data:ro"],
        network,
    )
    assert said["Config"]["Cmd"] == ["redis-server", "--protected-mode", "no", "--save", ""]
    assert said["State"]["Running"]


def test_a_network_is_created_and_joined_under_another_name(testbed: RedisTestbed) -> None:
    """The alias is what a URL may use."""
    redis, name = testbed.redis(), testbed.name("made")
    acts = carry_out(
        f"docker network create {name}", f"docker network connect --alias cache {name} {redis.name}"
    )
    testbed.later(lambda: testbed.docker.api.remove_network(name))
    testbed.later(lambda: testbed.docker.api.disconnect_container_from_network(redis.name, name))
    assert done(*acts)
    joined = testbed.docker.api.inspect_container(redis.name)["NetworkSettings"]["Networks"][name]
    assert "cache" in joined["Aliases"]


def test_a_memory_limit_is_raised(testbed: RedisTestbed) -> None:
    """Limits come in bytes or with a unit, as docker takes them."""
    redis = testbed.redis(mem_limit="32m", memswap_limit="32m")
    assert done(*carry_out(f"docker update --memory 67108864 --memory-swap 64m {redis.name}"))
    host = testbed.docker.api.inspect_container(redis.name)["HostConfig"]
    assert (host["Memory"], host["MemorySwap"]) == (64 * 2**20, 64 * 2**20)


def _setting(testbed: RedisTestbed, redis: LabRedis, name: str, url: str) -> str:
    values: dict[str, str] = testbed.client(url).config_get(name)
    return values[name]


def test_redis_is_set_inside_its_container_with_the_urls_password(testbed: RedisTestbed) -> None:
    """The password travels in the exec's environment; neither command nor trail has it."""
    redis = testbed.redis("--requirepass", PASSWORD)
    url = redis.url.replace("://", f"://:{PASSWORD}@")
    (act,) = carry_out(
        f"docker exec -e REDISCLI_AUTH {redis.name} redis-cli CONFIG SET maxclients 4321", url=url
    )
    assert (act.outcome, act.output) == ("done", "OK")
    assert _setting(testbed, redis, "maxclients", url) == "4321"
    assert PASSWORD not in repr(act)


@pytest.mark.parametrize("inside", [True, False])
def test_what_redis_refuses_is_a_failed_act_with_its_words(testbed: RedisTestbed, inside: bool) -> None:
    """redis-cli would exit 0 on it."""
    redis = testbed.redis()
    there = f"docker exec {redis.name} redis-cli" if inside else f"redis-cli -h 127.0.0.1 -p {redis.port}"
    acts = carry_out(f"{there} CONFIG SET maxmemory nonsense", f"{there} FLUSHALL")
    assert [act.outcome for act in acts] == ["failed"]
    assert "maxmemory" in acts[0].output


def test_redis_is_set_from_this_host(testbed: RedisTestbed) -> None:
    """Where it runs without a container."""
    server = testbed.host_redis()
    assert done(*carry_out(f"redis-cli -h 127.0.0.1 -p {server.port} CONFIG SET maxclients 4321"))
    assert _setting(testbed, server, "maxclients", server.url) == "4321"


def test_an_engine_that_refuses_is_a_failed_act(testbed: RedisTestbed) -> None:
    """What the engine says is in the trail, and the next command isn't tried."""
    acts = carry_out("docker start no-such-container", f"docker network create {testbed.name('never')}")
    assert [act.outcome for act in acts] == ["failed"]
    assert "no-such-container" in acts[0].output
    assert testbed.docker.networks.list(names=[testbed.name("never")]) == []


def _gone(testbed: RedisTestbed, name: str) -> None:
    try:
        testbed.docker.api.remove_container(name, force=True)
    except NotFound:
        return
