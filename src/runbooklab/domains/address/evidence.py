"""The evidence as the rules of the service's surroundings see it."""

from __future__ import annotations

from msgspec import field

from runbooklab.domains.address.probes import table
from runbooklab.domains.address.target import Target
from runbooklab.domains.container import evidence as docker
from runbooklab.model.evidence import seen


class Evidence(docker.Evidence, frozen=True, kw_only=True):
    target: Target = field(default_factory=Target)
    config = seen(table.CONFIG)
    address = seen(table.ADDRESS)
    name = seen(table.NAME)
