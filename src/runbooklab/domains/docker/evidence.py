"""The evidence as the rules of Docker's set-up see it."""

from __future__ import annotations

from msgspec import field

from runbooklab.domains.container import evidence as container
from runbooklab.domains.docker.probes import table
from runbooklab.domains.docker.target import Target
from runbooklab.model.evidence import seen


class Evidence(container.Evidence, frozen=True, kw_only=True):
    target: Target = field(default_factory=Target)
    endpoint = seen(table.ENDPOINT)
    client = seen(table.CLIENT)
    daemon = seen(table.DAEMON)
    engine = seen(table.ENGINE)
    networks = seen(table.NETWORKS)
    compose = seen(table.COMPOSE)
    compose_engine = seen(table.COMPOSE_ENGINE)
    containers = seen(table.CONTAINERS)
