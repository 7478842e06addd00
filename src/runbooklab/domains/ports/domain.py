"""Ports, as one value."""

from __future__ import annotations

from runbooklab.domain.domain import Domain
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.probes.table import PROBES

DOMAIN: Domain[Evidence] = Domain(
    name="ports",
    title="Ports",
    view=Evidence,
    uses=("docker", "environment"),
    probes=PROBES,
)
