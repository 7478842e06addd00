"""Ports, as one value."""

from __future__ import annotations

from runbooklab.domain.domain import Domain
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.standing import STANDING

DOMAIN: Domain[Evidence] = Domain(
    name="ports",
    title="Ports",
    view=Evidence,
    runbook="port-conflicts",
    uses=("endpoint",),
    standing=STANDING,
)
