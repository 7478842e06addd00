"""The pages that the rules come from, by the name that the rows use."""

from __future__ import annotations

from runbooklab.domains.container.sources import INSPECT as INSPECT
from runbooklab.domains.container.sources import NETWORKS as NETWORKS
from runbooklab.domains.container.sources import RUN as RUN

COMPOSE = "Docker manual: Compose, control startup order"
CONF = "redis.conf of Redis 7, comments on the directive"
LOG = "Redis server log, as its source writes it (server.c, rdb.c, aof.c, debug.c)"
SECURITY = "Redis manual: security; ACL"
CLIENTS = "Redis manual: client handling (maxclients, timeouts, output buffers)"
MEMORY = "Redis manual: key eviction; INFO memory"
PERSISTENCE = "Redis manual: persistence; INFO persistence"
REPLICATION = "Redis manual: replication; INFO replication"
CLUSTER = "Redis manual: cluster specification; Sentinel"
LATENCY = "Redis manual: diagnosing latency issues; SLOWLOG"
TLS = "Redis manual: TLS; OpenSSL verification errors"
RESP = "Redis manual: RESP; redis-py: from_url"
RESOLVER = "getaddrinfo(3); Docker manual: networking overview (DNS services)"
PROC = "proc(5): process states, net/tcp"
REGISTRATION = "the orchestrator's registration contract: one key a worker, with expiry and heartbeat"
