"""Ports, as one value."""

from __future__ import annotations

from runbooklab.domain.domain import Domain
from runbooklab.domains.ports.causes.table import ROWS
from runbooklab.domains.ports.checks.table import CHECKS
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.layers import LAYERS
from runbooklab.domains.ports.probes.table import PROBES
from runbooklab.domains.ports.remedies.table import REMEDIES
from runbooklab.domains.ports.standing import STANDING

DOMAIN: Domain[Evidence] = Domain(
    name="ports",
    title="Ports",
    view=Evidence,
    uses=("docker", "environment"),
    probes=PROBES,
    checks=CHECKS,
    causes=ROWS,
    remedies=REMEDIES,
    layers=LAYERS,
    standing=STANDING,
)
