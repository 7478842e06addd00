"""How faults are brought about without a Docker engine, on redis-server processes of this host.

Most recipes need no container and are taken as they are; those that start one anyway raise
:class:`~runbooklab.lab.testbed.Unavailable`. Here are the two exceptions: recipes of their own for
what a container merely made easier, and faults that are none without a container.
"""

from __future__ import annotations

from msgspec import structs

from runbooklab.domains.redis.lab import access
from runbooklab.domains.redis.lab.server import cluster_is_whole, linked, meanwhile
from runbooklab.domains.redis.lab.server_program import INSTALL, server_program
from runbooklab.domains.redis.lab.testbed import LabRedis, Recipe, RedisTestbed
from runbooklab.lab.lab import WithoutDocker
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation

#: Their recipes run without a container and bring nothing about: what is wrong would be between the
#: container and this host, or is shown by the container's log and processes alone.
_MEAN_A_CONTAINER = frozenset(
    {
        "auth-wrong-credentials/and-memory-exhausted",
        "acl-permission-denied/write",
        "bind-loopback-only",
        "clients-paused",
        "clients-paused/write",
        "container-name-from-host",
        "network-missing/host",
        "orchestrator-missing",
        "output-buffer-limit",
        "port-published-elsewhere",
        "protected-mode",
        "redis-port-mismatch",
        "redis-port-mismatch/none",
        "script-busy/early",
        "slow-commands/now",
        "wrong-redis-answering/container",
    }
)


def _behind_docker(recipe: Recipe) -> Recipe:
    """Redis is to be in a container and does not answer: only then is the engine missed."""

    def unanswered(testbed: RedisTestbed) -> Situation:
        situation = recipe(testbed)
        target = {"redis_container": testbed.name("redis"), "redis_url": LabRedis("", free_port()).url}
        return structs.replace(situation, parameters=situation.parameters | target)

    return unanswered


def persistence_failing(testbed: RedisTestbed) -> Situation:
    redis = testbed.host_redis("--save", "3600", "1")
    client = testbed.client(redis.url)
    # A folder that is not empty has the snapshot's name.
    testbed.file(f"redis-{redis.port}/dump.rdb/in-the-way", "")
    client.set("key", "value")
    client.bgsave()
    testbed.until(lambda: client.info("persistence")["rdb_last_bgsave_status"] == "err")
    return testbed.situation(redis)


def loading(testbed: RedisTestbed) -> Situation:
    keys = b"".join(b"\x00" + bytes([9]) + b"key-%05d" % number + b"\x05value" for number in range(10_000))
    snapshot = testbed.file("data/dump.rdb", b"REDIS0009\xfe\x00" + keys + b"\xff" + bytes(8))
    slowly = ["--key-load-delay", "10000", "--loading-process-events-interval-bytes", "1024"]
    redis = testbed.host_redis("--dir", str(snapshot.parent), *slowly, wait="Configuration loaded")
    testbed.until(lambda: testbed.reply(redis.url, "PING").startswith("LOADING"))
    return testbed.situation(redis)


def _replica(testbed: RedisTestbed, *arguments: str, master_stays: bool = True) -> LabRedis:
    master = testbed.host_redis("--repl-diskless-sync-delay", "0")
    replica = testbed.host_redis("--replicaof", "127.0.0.1", str(master.port), *arguments)
    return linked(testbed, master, replica, master_stays=master_stays)


def replica_read_only(testbed: RedisTestbed) -> Situation:
    return testbed.situation(_replica(testbed))


def replica_link_down(testbed: RedisTestbed) -> Situation:
    return testbed.situation(_replica(testbed, "--replica-serve-stale-data", "no", master_stays=False))


def replica_by_design(testbed: RedisTestbed) -> Situation:
    return testbed.situation(_replica(testbed), needs_write=False)


def script_busy(testbed: RedisTestbed) -> Situation:
    redis = testbed.host_redis("--lua-time-limit", "100")
    meanwhile(testbed, redis, "EVAL", "while true do end", "0")
    testbed.until(lambda: testbed.reply(redis.url, "PING").startswith("BUSY"))
    return testbed.situation(redis)


def cluster_client_needed(testbed: RedisTestbed) -> Situation:
    nodes = [
        testbed.host_redis("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no")
        for _ in range(2)
    ]
    for node, slots in zip(nodes, (range(8192), range(8192, 16384)), strict=True):
        testbed.client(node.url).execute_command("CLUSTER", "ADDSLOTS", *slots)
    client = testbed.client(nodes[0].url)
    client.execute_command("CLUSTER", "MEET", "127.0.0.1", str(nodes[1].port))
    testbed.until(lambda: cluster_is_whole(testbed, nodes[0]))
    moved = f"redis.exceptions.ResponseError: MOVED 12539 127.0.0.1:{nodes[1].port}"
    return testbed.situation(nodes[0], error_text=moved)


def sentinel_port(testbed: RedisTestbed) -> Situation:
    port = free_port()
    settings = testbed.file(
        "sentinel.conf", f"port {port}\nbind 127.0.0.1\ndir {testbed.folder}\n", mode=0o666
    )
    testbed.host_program(str(settings), "--sentinel", wait="Sentinel ID is")
    return testbed.situation(LabRedis("", port))


def path_latency(testbed: RedisTestbed) -> Situation:
    port = testbed.listening("relay", "127.0.0.1", str(testbed.host_redis().port), "0.25")
    return testbed.situation(LabRedis("", port))


def logs_to_a_file(testbed: RedisTestbed) -> Situation:
    redis = testbed.host_redis("--logfile", str(testbed.folder / "redis.log"), wait="")
    testbed.until(lambda: testbed.reply(redis.url, "PING") == "PONG")
    return testbed.situation(redis)


WITHOUT_DOCKER = WithoutDocker(
    server_program,
    INSTALL,
    recipes={
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
    },
    impossible=_MEAN_A_CONTAINER,
)
