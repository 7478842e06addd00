"""The Redis container's life cycle: missing, stopped, killed, hung."""

from __future__ import annotations

import signal
from contextlib import suppress

from runbooklab.domains.redis.lab.testbed import OPEN_SERVER, LabRedis, RedisTestbed, published
from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation


def container_missing(testbed: RedisTestbed) -> Situation:
    name = testbed.name("redis")
    testbed.later(lambda: testbed.gone(name))  # a remedy may make it
    return testbed.situation(LabRedis(name, free_port()))


def container_removed(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    redis.container.remove(force=True)
    return testbed.situation(redis)


def container_stopped(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    redis.container.stop()
    return testbed.situation(redis)


def told_to_shut_down(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    testbed.client(redis.url).shutdown(nosave=True)
    testbed.exited(redis.container)
    return testbed.situation(redis)


def container_killed(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    redis.container.kill()
    testbed.exited(redis.container)
    return testbed.situation(redis)


def container_oom_killed(testbed: RedisTestbed) -> Situation:
    import redis as client

    redis = testbed.redis("--enable-debug-command", "yes", mem_limit="24m", memswap_limit="24m")
    with suppress(client.ConnectionError):
        testbed.client(redis.url).execute_command("DEBUG", "POPULATE", "1000000", "key", "100")
    testbed.exited(redis.container)
    return testbed.situation(redis)


def redis_not_running(testbed: RedisTestbed) -> Situation:
    redis = testbed.host_redis()
    redis.process.terminate()
    redis.process.wait(timeout=10)
    return testbed.situation(redis)


def frozen_on_host(testbed: RedisTestbed) -> Situation:
    redis = testbed.host_redis()
    redis.process.send_signal(signal.SIGSTOP)
    return testbed.situation(redis)


def container_never_started(testbed: RedisTestbed) -> Situation:
    port = free_port()
    created = testbed.created("redis", OPEN_SERVER, ports=published(port))
    return testbed.situation(LabRedis(str(created.name), port))


def container_paused(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    redis.container.pause()
    return testbed.situation(redis)


def looping(testbed: RedisTestbed, command: list[str]) -> Situation:
    """A container whose main process ends, and that its restart policy starts again and again."""
    port = free_port()
    container = testbed.container("redis", command, ports=published(port), restart_policy={"Name": "always"})

    def restarted() -> bool:
        container.reload()
        return bool(container.attrs["RestartCount"] >= 2)

    testbed.until(restarted)
    return testbed.situation(LabRedis(str(container.name), port))


def container_crash_looping(testbed: RedisTestbed) -> Situation:
    return looping(testbed, ["sh", "-c", "sleep 0.1; exit 1"])


def crash_looping_after_start(testbed: RedisTestbed) -> Situation:
    return looping(testbed, ["timeout", "-s", "KILL", "0.3", *OPEN_SERVER])


def crash_looping_slowly(testbed: RedisTestbed) -> Situation:
    return looping(testbed, ["timeout", "3", *OPEN_SERVER])


def oom_beside_a_wrapper(testbed: RedisTestbed) -> Situation:
    import redis as client

    port = free_port()
    server = "redis-server --protected-mode no --enable-debug-command yes; sleep 600"
    container = testbed.container(
        "redis", ["sh", "-c", server], ports=published(port),
        mem_limit="24m", memswap_limit="24m",
    )  # fmt: skip
    testbed.says(container, "Ready to accept connections")
    redis = LabRedis(str(container.name), port)
    with suppress(client.ConnectionError):
        testbed.client(redis.url).execute_command("DEBUG", "POPULATE", "1000000", "key", "100")
    return testbed.situation(redis)


def redis_crashed(testbed: RedisTestbed) -> Situation:
    import redis as client

    server = testbed.redis("--enable-debug-command", "yes")
    with suppress(client.ConnectionError):
        testbed.client(server.url).execute_command("DEBUG", "SEGFAULT")
    testbed.exited(server.container)
    return testbed.situation(server)


def redis_not_running_in_container(testbed: RedisTestbed) -> Situation:
    port = free_port()
    container = testbed.container("redis", ["sleep", "600"], ports=published(port))
    return testbed.situation(LabRedis(str(container.name), port))


def redis_frozen(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    redis.container.kill(signal="SIGSTOP")
    return testbed.situation(redis)


FAULTS = (
    Fault("container-missing", "No container has the name.", container_missing),
    Fault("container-missing/removed", "The container ran and was removed by force.", container_removed),
    Fault("container-stopped", "docker stop.", container_stopped),
    Fault("container-stopped/shutdown", "SHUTDOWN was sent to Redis.", told_to_shut_down),
    Fault("container-killed", "docker kill.", container_killed),
    Fault("container-oom-killed", "Redis grew past the container's memory limit.", container_oom_killed),
    Fault("container-never-started", "docker create, and no start.", container_never_started),
    Fault("container-paused", "docker pause.", container_paused),
    Fault(
        "container-crash-looping",
        "The main process exits with 1 at once, restart policy always.",
        container_crash_looping,
    ),
    Fault(
        "container-crash-looping/after-start",
        "Redis starts well and is killed each time 0.3 s later.",
        crash_looping_after_start,
    ),
    Fault(
        "container-crash-looping/answers-in-between",
        "Redis is ended each time 3 s after it is ready, restart policy always.",
        crash_looping_slowly,
    ),
    Fault(
        "container-oom-killed/wrapper-lives-on",
        "The kernel killed Redis at the memory limit, and the shell that started it lives on.",
        oom_beside_a_wrapper,
        also=("redis-not-running-in-container",),
    ),
    Fault("redis-crashed", "DEBUG SEGFAULT.", redis_crashed),
    Fault(
        "redis-not-running-in-container",
        "The container's main process is sleep.",
        redis_not_running_in_container,
    ),
    Fault("redis-frozen", "SIGSTOP to Redis.", redis_frozen),
    Fault("redis-frozen/host", "SIGSTOP to a Redis of this host, without a container.", frozen_on_host),
    Fault("redis-not-running", "A Redis of this host, without a container, was ended.", redis_not_running),
)
