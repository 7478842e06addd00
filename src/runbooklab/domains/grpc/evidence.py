"""The evidence as the rules of gRPC workers see it."""

from __future__ import annotations

from msgspec import field

from runbooklab.domains.grpc.probes import table
from runbooklab.domains.grpc.target import Target
from runbooklab.domains.redis import evidence as redis
from runbooklab.model.evidence import seen


class Evidence(redis.Evidence, frozen=True, kw_only=True):
    target: Target = field(default_factory=Target)
    workers = seen(table.WORKERS)
    walks = seen(table.WALKS)
    inside_walks = seen(table.INSIDE_WALKS)
    containers = seen(table.CONTAINERS)
    insides = seen(table.INSIDES)
    owners = seen(table.OWNERS)
    worker_logs = seen(table.WORKER_LOGS)
    clients = seen(table.CLIENTS)
    inside_clients = seen(table.INSIDE_CLIENTS)
    firewall = seen(table.FIREWALL)
