"""Redis answers, but not as it should: memory, clients, persistence, loading, scripts."""

from __future__ import annotations

import re
import threading
from contextlib import suppress

from runbooklab.domains.redis.lab.testbed import LabRedis, RedisTestbed, published
from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation


def fill(
    testbed: RedisTestbed,
    redis: LabRedis,
    *,
    prefix: str = "cache",
    until_error: bool = True,
    password: str | None = None,
) -> None:
    """Write 10 kB values until the server refuses, or 2000 of them."""
    import redis as client_library

    client = testbed.client(redis.url, password=password)
    for number in range(2000):
        try:
            client.set(f"{prefix}:{number}", "x" * 10_000)
        except client_library.ResponseError:
            if until_error:
                return
            raise


def memory_exhausted(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--maxmemory", "4mb", "--maxmemory-policy", "noeviction")
    fill(testbed, redis)
    return testbed.situation(redis)


def memory_exhausted_nothing_to_evict(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--maxmemory", "4mb", "--maxmemory-policy", "volatile-lru")
    fill(testbed, redis)
    return testbed.situation(redis)


def keys_evicted(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru")
    client = testbed.client(redis.url)
    for number in range(2):
        client.set(f"worker:tts-worker-{number}", '{"host": "127.0.0.1", "port": 50051}')

    def gone() -> bool:  # what is evicted is drawn at random
        fill(testbed, redis)
        return not client.exists("worker:tts-worker-0", "worker:tts-worker-1")

    testbed.until(gone)
    return testbed.situation(redis, expected_workers=2)


def maxclients_reached(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--maxclients", "4")
    for _ in range(4):
        testbed.client(redis.url, single_connection_client=True).ping()
    return testbed.situation(redis)


def persistence_failing(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--dir", "/full", "--save", "3600", "1", tmpfs={"/full": "size=64k"})
    client = testbed.client(redis.url)
    client.set("big", "x" * 200_000)
    client.config_set("rdbcompression", "no")
    client.bgsave()
    testbed.until(lambda: client.info("persistence")["rdb_last_bgsave_status"] == "err")
    return testbed.situation(redis)


def append_only_file_full(testbed: RedisTestbed) -> Situation:
    import redis as client_library

    redis = testbed.redis(
        "--dir", "/full", "--appendonly", "yes", "--appendfsync", "always", tmpfs={"/full": "size=100k"}
    )
    with suppress(client_library.ConnectionError):
        testbed.client(redis.url).set("big", "x" * 300_000)
    testbed.exited(redis.container)
    return testbed.situation(redis)


def meanwhile(testbed: RedisTestbed, redis: LabRedis, *words: str) -> None:
    """A client that waits for one command, until the server is gone."""
    import redis as client_library

    client = testbed.client(redis.url, socket_timeout=60)

    def ask() -> None:
        with suppress(client_library.RedisError, ValueError):
            client.execute_command(*words)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    # The testbed ends the server first, so that the connection ends and the thread with it.
    testbed.later(lambda: thread.join(timeout=10))
    testbed.later(redis.program.kill if redis.program else lambda: testbed.gone(redis.name))


def writes_paused(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    client = testbed.client(redis.url)
    client.execute_command("CLIENT", "PAUSE", "600000", "WRITE")
    meanwhile(testbed, redis, "SET", "worker:tts-worker-0", "{}", "EX", "60")
    testbed.until(lambda: any(other["cmd"] == "set" for other in client.client_list()))
    return testbed.situation(redis)


def asleep_in_a_command(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--enable-debug-command", "yes")
    meanwhile(testbed, redis, "DEBUG", "SLEEP", "60")
    testbed.until(lambda: testbed.reply(redis.url, "PING") == "")
    return testbed.situation(redis)


def asleep_on_host(testbed: RedisTestbed) -> Situation:
    redis = testbed.host_redis("--enable-debug-command", "yes")
    meanwhile(testbed, redis, "DEBUG", "SLEEP", "60")
    testbed.until(lambda: testbed.reply(redis.url, "PING") == "")
    return testbed.situation(redis)


def read_only_without_its_master(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis("--replicaof", "127.0.0.1", "1"))


def loading(testbed: RedisTestbed) -> Situation:
    keys = b"".join(b"\x00" + bytes([9]) + b"key-%05d" % number + b"\x05value" for number in range(10_000))
    testbed.file("data/dump.rdb", b"REDIS0010\xfe\x00" + keys + b"\xff" + bytes(8))
    redis = testbed.redis(
        "--key-load-delay",
        "10000",
        "--loading-process-events-interval-bytes",
        "1024",
        "--rdb-del-sync-files",
        "no",
        wait="",
        volumes=[f"{testbed.folder / 'data'}:/data"],
    )
    testbed.until(lambda: testbed.reply(redis.url, "PING").startswith("LOADING"))
    return testbed.situation(redis)


def replica(testbed: RedisTestbed, *arguments: str, master_stays: bool = True) -> LabRedis:
    """A replica of a master in the same network; see :func:`linked`."""
    network = testbed.network()
    master = testbed.redis("--repl-diskless-sync-delay", "0", suffix="master", network=network.name)
    redis = testbed.redis("--replicaof", master.name, "6379", *arguments, network=network.name)
    return linked(testbed, master, redis, master_stays=master_stays)


def linked(testbed: RedisTestbed, master: LabRedis, replica: LabRedis, *, master_stays: bool) -> LabRedis:
    """The replica when it is linked with its master; unless that stays, when it has lost it."""
    client = testbed.client(replica.url)

    def link_is(state: str) -> bool:
        return bool(client.info("replication")["master_link_status"] == state)

    testbed.until(lambda: link_is("up"))
    if not master_stays:
        master.kill()
        testbed.until(lambda: link_is("down"))
    return replica


def replica_read_only(testbed: RedisTestbed) -> Situation:
    return testbed.situation(replica(testbed))


def replica_link_down(testbed: RedisTestbed) -> Situation:
    return testbed.situation(replica(testbed, "--replica-serve-stale-data", "no", master_stays=False))


def not_enough_replicas(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis("--min-replicas-to-write", "1"))


def script_busy(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--busy-reply-threshold", "100")
    meanwhile(testbed, redis, "EVAL", "while true do end", "0")
    testbed.says(redis.container, "Slow script detected")
    return testbed.situation(redis)


def busy_before_its_threshold(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--busy-reply-threshold", "600000")
    meanwhile(testbed, redis, "EVAL", "while true do end", "0")
    testbed.until(lambda: testbed.reply(redis.url, "PING") == "")
    return testbed.situation(redis)


def clients_paused(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    testbed.client(redis.url).execute_command("CLIENT", "PAUSE", "600000", "ALL")
    return testbed.situation(redis)


def paused_on_host(testbed: RedisTestbed) -> Situation:
    redis = testbed.host_redis()
    testbed.client(redis.url).execute_command("CLIENT", "PAUSE", "600000", "ALL")
    return testbed.situation(redis)


def idle_timeout(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--timeout", "1")
    return testbed.situation(
        redis, error_text="redis.exceptions.ConnectionError: Connection closed by server."
    )


def output_buffer_limit(testbed: RedisTestbed) -> Situation:
    import redis as client_library

    redis = testbed.redis("--client-output-buffer-limit", "normal 1mb 1mb 1")
    client = testbed.client(redis.url)
    client.set("report", "x" * 8_000_000)
    reader = testbed.client(redis.url)
    with suppress(client_library.ConnectionError):
        pipeline = reader.pipeline(transaction=False)
        for _ in range(200):
            pipeline.get("report")
        pipeline.execute()
    return testbed.situation(
        redis, error_text="redis.exceptions.ConnectionError: Connection closed by server."
    )


def cluster_down(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis("--cluster-enabled", "yes"))


def cluster_is_whole(testbed: RedisTestbed, redis: LabRedis) -> bool:
    """Whether all slots are served and the node says so: for two seconds after its start it does not."""
    said = re.sub(r"[' ]", "", str(testbed.client(redis.url).execute_command("CLUSTER", "INFO")))
    return "cluster_state:ok" in said and "cluster_slots_ok:16384" in said


def cluster_client_needed(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no")
    other = testbed.redis("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no", suffix="other")
    testbed.client(redis.url).execute_command("CLUSTER", "ADDSLOTSRANGE", "0", "8191")
    testbed.client(other.url).execute_command("CLUSTER", "ADDSLOTSRANGE", "8192", "16383")
    testbed.client(redis.url).execute_command("CLUSTER", "MEET", testbed.address(other.container), "6379")
    testbed.until(lambda: cluster_is_whole(testbed, redis))
    return testbed.situation(redis, error_text="redis.exceptions.ResponseError: MOVED 12539 172.17.0.3:6379")


def sentinel_port(testbed: RedisTestbed) -> Situation:
    testbed.file(
        "sentinel/sentinel.conf", "protected-mode no\nport 6379\nsentinel resolve-hostnames yes\n", mode=0o666
    )
    port = free_port()
    sentinel = testbed.container(
        "redis",
        ["redis-server", "/sentinel/sentinel.conf", "--sentinel"],
        ports=published(port),
        volumes=[f"{testbed.folder / 'sentinel'}:/sentinel"],
    )
    testbed.says(sentinel, "Sentinel ID is")
    return testbed.situation(LabRedis(str(sentinel.name), port))


def slow_commands(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--enable-debug-command", "yes", "--slowlog-log-slower-than", "10000")
    client = testbed.client(redis.url)
    for _ in range(3):
        client.execute_command("DEBUG", "SLEEP", "0.4")
    return testbed.situation(
        redis, error_text="redis.exceptions.TimeoutError: Timeout reading from 127.0.0.1"
    )


def path_latency(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis(ports={})
    port = testbed.listening("relay", testbed.address(redis.container), "6379", "0.25")
    return testbed.situation(LabRedis(redis.name, port))


def cpu_throttled(testbed: RedisTestbed) -> Situation:
    import redis as client_library

    redis = testbed.redis(cpu_period=100_000, cpu_quota=1_000)
    client = testbed.client(redis.url)
    with suppress(client_library.RedisError):
        client.eval("for i = 1, 300000 do local x = i * 2 end", 0)
    return testbed.situation(redis)


FAULTS = (
    Fault("memory-exhausted", "Filled up to maxmemory, noeviction.", memory_exhausted),
    Fault(
        "memory-exhausted/volatile",
        "Filled up to maxmemory with keys that volatile-lru may not evict.",
        memory_exhausted_nothing_to_evict,
    ),
    Fault("keys-evicted", "allkeys-lru evicted the workers' registrations.", keys_evicted),
    Fault("maxclients-reached", "All four allowed connections are taken.", maxclients_reached),
    Fault("persistence-failing", "A snapshot failed: the disk is full.", persistence_failing),
    Fault("persistence-failing/append-only", "The append-only file filled the disk.", append_only_file_full),
    Fault("loading", "Redis loads a snapshot slowly.", loading),
    Fault(
        "replica-read-only/without-its-master",
        "The URL leads to a replica that serves its old data.",
        read_only_without_its_master,
    ),
    Fault("replica-read-only", "The URL leads to a replica; the orchestrator writes.", replica_read_only),
    Fault(
        "replica-link-down", "The replica has lost its master and serves no stale data.", replica_link_down
    ),
    Fault("not-enough-replicas", "min-replicas-to-write 1 without a replica.", not_enough_replicas),
    Fault("script-busy", "A script runs for ever.", script_busy),
    Fault("clients-paused", "CLIENT PAUSE ALL.", clients_paused),
    Fault("clients-paused/write", "CLIENT PAUSE WRITE, and a worker waits for its SET.", writes_paused),
    Fault("clients-paused/host", "CLIENT PAUSE ALL to a Redis without a container.", paused_on_host),
    Fault("idle-timeout", "timeout 1: idle connections are closed.", idle_timeout),
    Fault("output-buffer-limit", "A client's output buffer was over its limit.", output_buffer_limit),
    Fault("cluster-down", "A cluster node without its slots.", cluster_down),
    Fault("cluster-client-needed", "A cluster of two nodes, a client that knows one.", cluster_client_needed),
    Fault("sentinel-port", "The URL leads to a Sentinel.", sentinel_port),
    Fault("script-busy/early", "A script runs, and its threshold is 10 minutes.", busy_before_its_threshold),
    Fault("slow-commands/now", "DEBUG SLEEP 60.", asleep_in_a_command),
    Fault("slow-commands/host", "DEBUG SLEEP 60 to a Redis without a container.", asleep_on_host),
    Fault("slow-commands", "Commands of 400 ms are in the slow log.", slow_commands),
    Fault("path-latency", "A relay in front of Redis delays each request by 250 ms.", path_latency),
    Fault("cpu-throttled", "The container may use 1 % of a processor.", cpu_throttled),
)
