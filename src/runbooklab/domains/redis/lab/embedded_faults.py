"""How faults are brought about without a Docker engine, on redis-server processes of this host.

Most recipes need no container and are taken as they are; those that start one anyway raise
:class:`.server_program.NotHere`. Here are the two exceptions: recipes of their own for
what a container merely made easier, and faults that are none where there is no container.
"""

from __future__ import annotations

import dataclasses
import threading
from contextlib import suppress

from runbooklab.domains.redis.lab import access
from runbooklab.domains.redis.lab.server import cluster_is_whole
from runbooklab.domains.redis.lab.server_program import NotHere
from runbooklab.lab.fault import Case, Recipe
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import NEEDS_ENGINE, Bench, LabRedis, Situation

#: Their recipes run without a container and bring nothing about: what is wrong would be between the
#: container and this host, or is told by the container's log and processes alone.
MEAN_A_CONTAINER = frozenset(
    {
        "auth-wrong-credentials/and-memory-exhausted",
        "acl-permission-denied/write",
        "bind-loopback-only",
        "clients-paused",
        "clients-paused/write",
        "container-name-from-host",
        "network-missing/host",
        "output-buffer-limit",
        "port-published-elsewhere",
        "protected-mode",
        "redis-port-mismatch",
        "redis-port-mismatch/none",
        "wrong-redis-answering/container",
    }
)


def without_engine(case: Case) -> Case:
    """The case as it is brought about on a machine where no Docker engine answers."""
    if case.id in MEAN_A_CONTAINER:
        return dataclasses.replace(case, recipe=_needs_container)
    return dataclasses.replace(case, recipe=OWN.get(case.id, case.recipe))


def _needs_container(bench: Bench) -> Situation:
    raise NotHere(NEEDS_ENGINE)


def _behind_docker(recipe: Recipe) -> Recipe:
    """Redis is to be in a container and does not answer: only then is the engine missed."""

    def unanswered(bench: Bench) -> Situation:
        situation = recipe(bench)
        target = {"redis_container": bench.name("redis"), "redis_url": LabRedis("", free_port()).url}
        return dataclasses.replace(situation, parameters=situation.parameters | target)

    return unanswered


def persistence_failing(bench: Bench) -> Situation:
    redis = bench.host_redis("--save", "3600", "1")
    client = bench.client(redis.url)
    # A folder that is not empty has the snapshot's name.
    bench.file(f"redis-{redis.port}/dump.rdb/in-the-way", "")
    client.set("key", "value")
    client.bgsave()
    bench.until(lambda: client.info("persistence")["rdb_last_bgsave_status"] == "err")
    return bench.situation(redis)


def loading(bench: Bench) -> Situation:
    keys = b"".join(b"\x00" + bytes([9]) + b"key-%05d" % number + b"\x05value" for number in range(10_000))
    snapshot = bench.file("data/dump.rdb", b"REDIS0009\xfe\x00" + keys + b"\xff" + bytes(8))
    slowly = ["--key-load-delay", "10000", "--loading-process-events-interval-bytes", "1024"]
    redis = bench.host_redis("--dir", str(snapshot.parent), *slowly, wait="Configuration loaded")
    bench.until(lambda: bench.reply(redis.url, "PING").startswith("LOADING"))
    return bench.situation(redis)


def _replica(bench: Bench, *arguments: str, master_stays: bool) -> LabRedis:
    master = bench.host_redis("--repl-diskless-sync-delay", "0")
    replica = bench.host_redis("--replicaof", "127.0.0.1", str(master.port), *arguments)
    client = bench.client(replica.url)
    bench.until(lambda: client.info("replication")["master_link_status"] == "up")
    if not master_stays:
        assert master.process is not None
        master.process.kill()
        bench.until(lambda: client.info("replication")["master_link_status"] == "down")
    return replica


def replica_read_only(bench: Bench) -> Situation:
    return bench.situation(_replica(bench, master_stays=True))


def replica_link_down(bench: Bench) -> Situation:
    return bench.situation(_replica(bench, "--replica-serve-stale-data", "no", master_stays=False))


def replica_by_design(bench: Bench) -> Situation:
    return bench.situation(_replica(bench, master_stays=True), needs_write=False)


def script_busy(bench: Bench) -> Situation:
    import redis as client_library

    redis = bench.host_redis("--lua-time-limit", "100")
    script = bench.client(redis.url, socket_timeout=60)

    def run() -> None:
        with suppress(client_library.RedisError, ValueError):
            script.eval("while true do end", 0)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert redis.process is not None
    # The bench ends the server first, so that the script's connection ends and the thread with it.
    bench.later(lambda: thread.join(timeout=10))
    bench.later(redis.process.kill)
    bench.until(lambda: bench.reply(redis.url, "PING").startswith("BUSY"))
    return bench.situation(redis)


def cluster_client_needed(bench: Bench) -> Situation:
    nodes = [
        bench.host_redis("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no")
        for _ in range(2)
    ]
    for node, slots in zip(nodes, (range(8192), range(8192, 16384)), strict=True):
        bench.client(node.url).execute_command("CLUSTER", "ADDSLOTS", *slots)
    client = bench.client(nodes[0].url)
    client.execute_command("CLUSTER", "MEET", "127.0.0.1", str(nodes[1].port))
    bench.until(lambda: cluster_is_whole(bench, nodes[0]))
    moved = f"redis.exceptions.ResponseError: MOVED 12539 127.0.0.1:{nodes[1].port}"
    return bench.situation(nodes[0], error_text=moved)


def sentinel_port(bench: Bench) -> Situation:
    port = free_port()
    settings = bench.file("sentinel.conf", f"port {port}\nbind 127.0.0.1\ndir {bench.folder}\n", mode=0o666)
    bench.host_program(str(settings), "--sentinel", wait="Sentinel ID is")
    return bench.situation(LabRedis("", port))


def path_latency(bench: Bench) -> Situation:
    port = free_port()
    bench.squatter("relay", str(port), "127.0.0.1", str(bench.host_redis().port), "0.25")
    return bench.situation(LabRedis("", port))


def logs_to_a_file(bench: Bench) -> Situation:
    redis = bench.host_redis("--logfile", str(bench.folder / "redis.log"), wait="")
    bench.until(lambda: bench.reply(redis.url, "PING") == "PONG")
    return bench.situation(redis)


OWN: dict[str, Recipe] = {
    **{fault.id: _behind_docker(fault.recipe) for fault in access.FAULTS},
    "cluster-client-needed": cluster_client_needed,
    "healthy/logs-to-a-file": logs_to_a_file,
    "healthy/replica-by-design": replica_by_design,
    "loading": loading,
    "path-latency": path_latency,
    "persistence-failing": persistence_failing,
    "replica-link-down": replica_link_down,
    "replica-read-only": replica_read_only,
    "script-busy": script_busy,
    "sentinel-port": sentinel_port,
}
