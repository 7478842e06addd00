"""Two causes at once: both are there, and the one that has to be fixed first is named first."""

from __future__ import annotations

from runbooklab.domains.redis.lab.lifecycle import looping
from runbooklab.domains.redis.lab.server import fill
from runbooklab.domains.redis.lab.testbed import PASSWORD, LabRedis, Recipe, RedisTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation


def _stopped(url: str = "redis://127.0.0.1:{port}/0", network: str = "") -> Recipe:
    """The container was stopped, and the URL or the network that is asked for is wrong."""

    def recipe(testbed: RedisTestbed) -> Situation:
        redis = testbed.redis()
        redis.container.stop()
        given = url.format(port=redis.port, name=redis.name)
        return testbed.situation(redis, redis_url=given, docker_network=network and testbed.name(network))

    return recipe


def stopped_and_config_missing(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    redis.container.stop()
    missing = str(testbed.folder / "orchestrator.yaml")
    return testbed.situation(redis, redis_url="", orchestrator_config=missing)


def stopped_and_port_taken(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    redis.container.stop()
    testbed.fake_listener("banner", str(redis.port), "220 mail ready\r\n")
    return testbed.situation(redis)


def wrong_password_and_memory_full(testbed: RedisTestbed) -> Situation:
    limit = ("--maxmemory", "4mb", "--maxmemory-policy", "noeviction")
    redis = testbed.redis("--requirepass", PASSWORD, *limit)
    fill(testbed, redis, password=PASSWORD)
    url = redis.url_of("other-Passw0rd")
    return testbed.situation(redis, redis_url=url)


def memory_full_and_no_workers(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--maxmemory", "4mb", "--maxmemory-policy", "noeviction")
    fill(testbed, redis)
    return testbed.situation(redis, expected_workers=2)


def not_published_and_wrong_password(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--requirepass", PASSWORD, ports={})
    url = f"redis://:other-Passw0rd@127.0.0.1:{free_port()}/0"
    return testbed.situation(LabRedis(redis.name, free_port()), redis_url=url)


def looping_on_bad_setting(testbed: RedisTestbed) -> Situation:
    return looping(testbed, ["redis-server", "--maxmemory", "plenty"])


FAULTS = (
    Fault(
        "url-scheme-invalid/and-container-stopped",
        "The URL starts with http://, and the container was stopped.",
        _stopped("http://127.0.0.1:{port}"),
        also=("container-stopped",),
    ),
    Fault(
        "url-malformed/and-container-stopped",
        "The port in the URL is a word, and the container was stopped.",
        _stopped("redis://127.0.0.1:redis/0"),
        also=("container-stopped",),
    ),
    Fault(
        "config-missing/and-container-stopped",
        "The configuration is not there, and the container was stopped.",
        stopped_and_config_missing,
        also=("container-stopped",),
    ),
    Fault(
        "container-name-from-host/and-container-stopped",
        "The URL names the container on the host, and the container was stopped.",
        _stopped("redis://{name}:6379/0"),
        also=("container-stopped",),
    ),
    Fault(
        "container-stopped/and-network-missing",
        "The container was stopped, and the network is not there.",
        _stopped(network="net"),
        also=("network-missing",),
    ),
    Fault(
        "not-redis-on-port/and-container-stopped",
        "The container was stopped, and a mail server took its port.",
        stopped_and_port_taken,
        also=("container-stopped",),
    ),
    Fault(
        "auth-wrong-credentials/and-memory-exhausted",
        "The password is another one, and the memory is full.",
        wrong_password_and_memory_full,
        also=("memory-exhausted",),
    ),
    Fault(
        "memory-exhausted/and-workers-none-registered",
        "The memory is full, and no worker could register.",
        memory_full_and_no_workers,
        also=("workers-none-registered",),
    ),
    Fault(
        "port-not-published/and-auth-wrong-credentials",
        "The port is not published, and the password is another one.",
        not_published_and_wrong_password,
    ),
    Fault(
        "redis-config-invalid/and-container-crash-looping",
        "Redis refuses a setting, and its restart policy starts it again and again.",
        looping_on_bad_setting,
        also=("container-crash-looping",),
    ),
)
