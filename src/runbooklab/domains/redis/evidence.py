"""The evidence as Redis' rules see it."""

from __future__ import annotations

from msgspec import field

from runbooklab.domains.endpoint import evidence as ports
from runbooklab.domains.redis.probes import table
from runbooklab.domains.redis.target import Target
from runbooklab.model.evidence import seen


class Evidence(ports.Evidence, frozen=True, kw_only=True):
    target: Target = field(default_factory=Target)
    tls = seen(table.TLS)
    redis = seen(table.REDIS)
    registrations = seen(table.REGISTRATIONS)
    inside = seen(table.INSIDE)
    orchestrator_view = seen(table.ORCHESTRATOR_VIEW)
    server_config = seen(table.SERVER_CONFIG)
    process = seen(table.PROCESS)
