"""Causes: the server's place among others, its memory and its disk."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.redis.causes import server, topology
from runbooklab.domains.redis.causes.table.sources import CLUSTER, MEMORY, PERSISTENCE, REPLICATION
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.inspections import redis

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="sentinel-port",
        title="The URL leads to a Sentinel",
        layer="role",
        judge=topology.sentinel_port,
        distinguishing="INFO says `redis_mode:sentinel`.",
        shown_by="redis-role",
        inspect=Inspection(redis("INFO", "server"), "redis_mode:sentinel"),
        remedies=("fix-redis-url",),
        source=CLUSTER,
    ),
    Cause(
        id="cluster-down",
        title="The Redis Cluster is down",
        layer="role",
        judge=topology.cluster_down,
        distinguishing="The server answers CLUSTERDOWN, or CLUSTER INFO says that its state is fail.",
        shown_by="redis-role",
        inspect=Inspection(redis("CLUSTER", "INFO"), "cluster_state:fail"),
        remedies=("repair-cluster",),
        source=CLUSTER,
    ),
    Cause(
        id="cluster-client-needed",
        title="This Redis needs a client that speaks to clusters",
        layer="role",
        judge=topology.cluster_client_needed,
        distinguishing="A MOVED, ASK or CROSSSLOT was seen.",
        shown_by="redis-read",
        inspect=Inspection(redis("INFO", "cluster"), "cluster_enabled:1"),
        remedies=("use-cluster-client",),
        source=CLUSTER,
    ),
    Cause(
        id="replica-link-down",
        title="This Redis is a replica that has lost its master",
        layer="role",
        judge=topology.replica_link_down,
        distinguishing="The server is a replica whose `master_link_status` is down, or answers MASTERDOWN.",
        shown_by="redis-role",
        inspect=Inspection(redis("INFO", "replication"), "role:slave"),
        remedies=("mend-replication", "fix-redis-url"),
        source=REPLICATION,
        look_alikes=("replica-read-only",),
    ),
    Cause(
        id="replica-read-only",
        title="The URL leads to a replica that takes no writes",
        layer="role",
        judge=topology.replica_read_only,
        distinguishing="The server is a replica, and something is to be written to it.",
        shown_by="redis-role",
        inspect=Inspection(redis("INFO", "replication"), "role:slave"),
        remedies=("fix-redis-url", "promote-replica"),
        source=REPLICATION,
    ),
    Cause(
        id="not-enough-replicas",
        title="Redis refuses writes for want of replicas",
        layer="role",
        judge=topology.not_enough_replicas,
        distinguishing="`min-replicas-to-write` is above the number of good replicas.",
        shown_by="redis-role",
        inspect=Inspection(redis("INFO", "replication"), "connected_slaves below min-replicas-to-write"),
        remedies=("mend-replication",),
        source=REPLICATION,
    ),
    Cause(
        id="persistence-failing",
        title="Redis cannot save its data and refuses writes",
        layer="capacity",
        judge=server.persistence_failing,
        distinguishing="The server answers MISCONF, or INFO says that the last save failed.",
        shown_by="redis-persistence",
        inspect=Inspection(redis("INFO", "persistence"), "rdb_last_bgsave_status:err"),
        remedies=("mend-persistence",),
        source=PERSISTENCE,
    ),
    Cause(
        id="memory-exhausted",
        title="Redis is full and refuses writes",
        layer="capacity",
        judge=server.memory_exhausted,
        distinguishing="used_memory has reached maxmemory, and the policy may evict nothing.",
        shown_by="redis-memory",
        inspect=Inspection(redis("INFO", "memory"), "used_memory at maxmemory"),
        remedies=("raise-maxmemory", "set-eviction-policy"),
        source=MEMORY,
    ),
)
