"""Causes: Redis answers, and cannot serve."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.redis.causes import server, slowness, topology
from runbooklab.domains.redis.causes.table.groups import SILENT
from runbooklab.domains.redis.causes.table.sources import (
    CLIENTS,
    CLUSTER,
    LATENCY,
    MEMORY,
    PERSISTENCE,
    REPLICATION,
)

ROWS: tuple[Cause, ...] = (
    # --- the server answers, and cannot serve
    Cause("loading", "Redis is still loading its data", "ping",
          server.loading, ("wait-for-loading",), PERSISTENCE),
    Cause("maxclients-reached", "Redis takes no more connections", "ping",
          server.maxclients_reached, ("raise-maxclients",), CLIENTS, look_alikes=("pool-exhausted",)),
    Cause("script-busy", "Redis is busy with a script", "ping",
          slowness.script_busy, ("kill-script", "restart-redis"), LATENCY, look_alikes=SILENT),
    Cause("clients-paused", "Redis holds back all answers", "ping",
          slowness.clients_paused, ("unpause-clients", "restart-redis"), CLIENTS, look_alikes=SILENT),
    Cause("cpu-throttled", "The Redis container gets too little CPU", "ping",
          slowness.cpu_throttled, ("raise-cpu-limit",), LATENCY, "warning", look_alikes=("path-latency",
          "slow-commands")),
    Cause("slow-commands", "Single commands hold up Redis", "ping",
          slowness.slow_commands, ("avoid-slow-command", "restart-redis"), LATENCY, "warning",
          consequence_of=("cpu-throttled",), look_alikes=("path-latency", "script-busy")),
    Cause("path-latency", "The way to Redis is slow", "ping",
          slowness.path_latency, ("find-slow-path",), LATENCY, "warning", look_alikes=("slow-commands",
          "cpu-throttled")),
    Cause("idle-timeout", "Redis cuts idle connections", "ping",
          slowness.idle_timeout, ("raise-idle-timeout",), CLIENTS, "warning",
          look_alikes=("output-buffer-limit",)),
    Cause("output-buffer-limit", "Redis cuts off clients with large replies", "ping",
          slowness.output_buffer_limit, ("raise-output-buffer-limit",), CLIENTS, "warning",
          look_alikes=("idle-timeout",)),
    Cause("sentinel-port", "The URL leads to a Sentinel", "role",
          topology.sentinel_port, ("fix-redis-url",), CLUSTER),
    Cause("cluster-down", "The Redis Cluster is down", "role",
          topology.cluster_down, ("repair-cluster",), CLUSTER),
    Cause("cluster-client-needed", "This Redis needs a client that speaks to clusters", "role",
          topology.cluster_client_needed, ("use-cluster-client",), CLUSTER),
    Cause("replica-link-down", "This Redis is a replica that has lost its master", "role",
          topology.replica_link_down, ("mend-replication", "fix-redis-url"), REPLICATION,
          look_alikes=("replica-read-only",)),
    Cause("replica-read-only", "The URL leads to a replica that takes no writes", "role",
          topology.replica_read_only, ("fix-redis-url", "promote-replica"), REPLICATION),
    Cause("not-enough-replicas", "Redis refuses writes for want of replicas", "role",
          topology.not_enough_replicas, ("mend-replication",), REPLICATION),
    Cause("persistence-failing", "Redis cannot save its data and refuses writes", "capacity",
          server.persistence_failing, ("mend-persistence",), PERSISTENCE),
    Cause("memory-exhausted", "Redis is full and refuses writes", "capacity",
          server.memory_exhausted, ("raise-maxmemory", "set-eviction-policy"), MEMORY),
)  # fmt: skip
