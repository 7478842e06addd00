"""Redis answers, and not as it should: memory, clients, persistence, loading, scripts."""

from __future__ import annotations

import re
import threading
from contextlib import suppress

from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Bench, LabRedis, Situation


def fill(
    bench: Bench,
    redis: LabRedis,
    *,
    prefix: str = "cache",
    until_error: bool = True,
    password: str | None = None,
) -> None:
    """Write 10 kB values until the server refuses, or 2000 of them."""
    import redis as client_library

    client = bench.client(redis.url, password=password)
    for number in range(2000):
        try:
            client.set(f"{prefix}:{number}", "x" * 10_000)
        except client_library.ResponseError:
            if until_error:
                return
            raise


def memory_exhausted(bench: Bench) -> Situation:
    redis = bench.redis("--maxmemory", "4mb", "--maxmemory-policy", "noeviction")
    fill(bench, redis)
    return bench.situation(redis)


def memory_exhausted_nothing_to_evict(bench: Bench) -> Situation:
    redis = bench.redis("--maxmemory", "4mb", "--maxmemory-policy", "volatile-lru")
    fill(bench, redis)
    return bench.situation(redis)


def keys_evicted(bench: Bench) -> Situation:
    redis = bench.redis("--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru")
    client = bench.client(redis.url)
    for number in range(2):
        client.set(f"worker:tts-worker-{number}", '{"host": "127.0.0.1", "port": 50051}')

    def gone() -> bool:  # what is evicted is drawn at random
        fill(bench, redis)
        return not client.exists("worker:tts-worker-0", "worker:tts-worker-1")

    bench.until(gone)
    return bench.situation(redis, expected_workers=2)


def maxclients_reached(bench: Bench) -> Situation:
    redis = bench.redis("--maxclients", "4")
    for _ in range(4):
        bench.client(redis.url, single_connection_client=True).ping()
    return bench.situation(redis)


def persistence_failing(bench: Bench) -> Situation:
    redis = bench.redis("--dir", "/full", "--save", "3600", "1", tmpfs={"/full": "size=64k"})
    client = bench.client(redis.url)
    client.set("big", "x" * 200_000)
    client.config_set("rdbcompression", "no")
    client.bgsave()
    bench.until(lambda: client.info("persistence")["rdb_last_bgsave_status"] == "err")
    return bench.situation(redis)


def append_only_file_full(bench: Bench) -> Situation:
    import redis as client_library

    redis = bench.redis(
        "--dir", "/full", "--appendonly", "yes", "--appendfsync", "always", tmpfs={"/full": "size=100k"}
    )
    with suppress(client_library.ConnectionError):
        bench.client(redis.url).set("big", "x" * 300_000)
    bench.exited(redis.container)
    return bench.situation(redis)


def _meanwhile(bench: Bench, redis: LabRedis, *words: str) -> None:
    """A client that waits for one command, until the server is gone."""
    import redis as client_library

    client = bench.client(redis.url, socket_timeout=60)

    def ask() -> None:
        with suppress(client_library.RedisError, ValueError):
            client.execute_command(*words)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    # The bench removes the container first, so that the connection ends and the thread with it.
    bench.later(lambda: thread.join(timeout=10))
    bench.later(lambda: bench.gone(redis.name))


def writes_paused(bench: Bench) -> Situation:
    redis = bench.redis()
    client = bench.client(redis.url)
    client.execute_command("CLIENT", "PAUSE", "600000", "WRITE")
    _meanwhile(bench, redis, "SET", "worker:tts-worker-0", "{}", "EX", "60")
    bench.until(lambda: any(one["cmd"] == "set" for one in client.client_list()))
    return bench.situation(redis)


def asleep_in_a_command(bench: Bench) -> Situation:
    redis = bench.redis("--enable-debug-command", "yes")
    _meanwhile(bench, redis, "DEBUG", "SLEEP", "60")
    bench.until(lambda: bench.reply(redis.url, "PING") == "")
    return bench.situation(redis)


def read_only_without_its_master(bench: Bench) -> Situation:
    return bench.situation(bench.redis("--replicaof", "127.0.0.1", "1"))


def loading(bench: Bench) -> Situation:
    keys = b"".join(b"\x00" + bytes([9]) + b"key-%05d" % number + b"\x05value" for number in range(10_000))
    bench.file("data/dump.rdb", b"REDIS0010\xfe\x00" + keys + b"\xff" + bytes(8))
    redis = bench.redis(
        "--key-load-delay",
        "10000",
        "--loading-process-events-interval-bytes",
        "1024",
        "--rdb-del-sync-files",
        "no",
        wait="",
        volumes=[f"{bench.folder / 'data'}:/data"],
    )
    bench.until(lambda: bench.reply(redis.url, "PING").startswith("LOADING"))
    return bench.situation(redis)


def _replica(bench: Bench, *arguments: str, master_stays: bool) -> LabRedis:
    network = bench.network()
    master = bench.redis("--repl-diskless-sync-delay", "0", suffix="master", network=network.name)
    replica = bench.redis("--replicaof", master.name, "6379", *arguments, network=network.name)
    client = bench.client(replica.url)
    bench.until(lambda: client.info("replication")["master_link_status"] == "up")
    if not master_stays:
        master.container.kill()
        bench.until(lambda: client.info("replication")["master_link_status"] == "down")
    return replica


def replica_read_only(bench: Bench) -> Situation:
    return bench.situation(_replica(bench, master_stays=True))


def replica_link_down(bench: Bench) -> Situation:
    return bench.situation(_replica(bench, "--replica-serve-stale-data", "no", master_stays=False))


def not_enough_replicas(bench: Bench) -> Situation:
    return bench.situation(bench.redis("--min-replicas-to-write", "1"))


def script_busy(bench: Bench) -> Situation:
    redis = bench.redis("--busy-reply-threshold", "100")
    _meanwhile(bench, redis, "EVAL", "while true do end", "0")
    bench.says(redis.container, "Slow script detected")
    return bench.situation(redis)


def busy_before_its_threshold(bench: Bench) -> Situation:
    redis = bench.redis("--busy-reply-threshold", "600000")
    _meanwhile(bench, redis, "EVAL", "while true do end", "0")
    bench.until(lambda: bench.reply(redis.url, "PING") == "")
    return bench.situation(redis)


def clients_paused(bench: Bench) -> Situation:
    redis = bench.redis()
    bench.client(redis.url).execute_command("CLIENT", "PAUSE", "600000", "ALL")
    return bench.situation(redis)


def paused_on_host(bench: Bench) -> Situation:
    redis = bench.host_redis()
    bench.client(redis.url).execute_command("CLIENT", "PAUSE", "600000", "ALL")
    return bench.situation(redis)


def idle_timeout(bench: Bench) -> Situation:
    redis = bench.redis("--timeout", "1")
    return bench.situation(redis, error_text="redis.exceptions.ConnectionError: Connection closed by server.")


def output_buffer_limit(bench: Bench) -> Situation:
    import redis as client_library

    redis = bench.redis("--client-output-buffer-limit", "normal 1mb 1mb 1")
    client = bench.client(redis.url)
    client.set("report", "x" * 8_000_000)
    reader = bench.client(redis.url)
    with suppress(client_library.ConnectionError):
        pipeline = reader.pipeline(transaction=False)
        for _ in range(200):
            pipeline.get("report")
        pipeline.execute()
    return bench.situation(redis, error_text="redis.exceptions.ConnectionError: Connection closed by server.")


def cluster_down(bench: Bench) -> Situation:
    return bench.situation(bench.redis("--cluster-enabled", "yes"))


def cluster_is_whole(bench: Bench, redis: LabRedis) -> bool:
    """Whether all slots are served and the node says so: for two seconds after its start it does not."""
    told = re.sub(r"[' ]", "", str(bench.client(redis.url).execute_command("CLUSTER", "INFO")))
    return "cluster_state:ok" in told and "cluster_slots_ok:16384" in told


def cluster_client_needed(bench: Bench) -> Situation:
    redis = bench.redis("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no")
    other = bench.redis("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no", suffix="other")
    bench.client(redis.url).execute_command("CLUSTER", "ADDSLOTSRANGE", "0", "8191")
    bench.client(other.url).execute_command("CLUSTER", "ADDSLOTSRANGE", "8192", "16383")
    bench.client(redis.url).execute_command("CLUSTER", "MEET", bench.address(other.container), "6379")
    bench.until(lambda: cluster_is_whole(bench, redis))
    return bench.situation(redis, error_text="redis.exceptions.ResponseError: MOVED 12539 172.17.0.3:6379")


def sentinel_port(bench: Bench) -> Situation:
    bench.file(
        "sentinel/sentinel.conf", "protected-mode no\nport 6379\nsentinel resolve-hostnames yes\n", mode=0o666
    )
    port = free_port()
    sentinel = bench.container(
        "redis",
        ["redis-server", "/sentinel/sentinel.conf", "--sentinel"],
        ports={"6379/tcp": ("127.0.0.1", port)},
        volumes=[f"{bench.folder / 'sentinel'}:/sentinel"],
    )
    bench.says(sentinel, "Sentinel ID is")
    return bench.situation(LabRedis(str(sentinel.name), port))


def slow_commands(bench: Bench) -> Situation:
    redis = bench.redis("--enable-debug-command", "yes", "--slowlog-log-slower-than", "10000")
    client = bench.client(redis.url)
    for _ in range(3):
        client.execute_command("DEBUG", "SLEEP", "0.4")
    return bench.situation(redis, error_text="redis.exceptions.TimeoutError: Timeout reading from 127.0.0.1")


def path_latency(bench: Bench) -> Situation:
    redis = bench.redis(ports={})
    port = free_port()
    bench.squatter("relay", str(port), bench.address(redis.container), "6379", "0.25")
    return bench.situation(LabRedis(redis.name, port))


def cpu_throttled(bench: Bench) -> Situation:
    import redis as client_library

    redis = bench.redis(cpu_period=100_000, cpu_quota=1_000)
    client = bench.client(redis.url)
    with suppress(client_library.RedisError):
        client.eval("for i = 1, 300000 do local x = i * 2 end", 0)
    return bench.situation(redis)


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
    Fault("slow-commands", "Commands of 400 ms are in the slow log.", slow_commands),
    Fault("path-latency", "A relay in front of Redis delays each request by 250 ms.", path_latency),
    Fault("cpu-throttled", "The container may use 1 % of a processor.", cpu_throttled),
)
