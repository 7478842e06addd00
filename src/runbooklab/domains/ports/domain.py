"""Ports, as one value."""

from __future__ import annotations

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import Domain
from runbooklab.domain.later import LaterTable, later
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.layers import LAYERS
from runbooklab.domains.ports.probes.table import PROBES
from runbooklab.domains.ports.standing import STANDING

_HERE = "runbooklab.domains.ports"

DOMAIN: Domain[Evidence] = Domain(
    name="ports",
    title="Ports",
    view=Evidence,
    uses=("docker", "environment"),
    probes=PROBES,
    checks=LaterTable(f"{_HERE}.checks.table:CHECKS"),
    causes=LaterTable(f"{_HERE}.causes.table:ROWS"),
    remedies=LaterTable(f"{_HERE}.remedies.table:REMEDIES"),
    layers=LAYERS,
    standing=STANDING,
    contributions=Contributions(pinned=later(f"{_HERE}.contributions.pinned:pinned")),
)
