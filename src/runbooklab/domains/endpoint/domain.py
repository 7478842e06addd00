"""The port that the URL leads to: who owns it, what answers there."""

from __future__ import annotations

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import Domain
from runbooklab.domain.later import LaterTable, later
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.layers import LAYERS
from runbooklab.domains.endpoint.probes.table import PROBES
from runbooklab.domains.endpoint.standing import STANDING

_HERE = "runbooklab.domains.endpoint"

DOMAIN: Domain[Evidence] = Domain(
    name="endpoint",
    title="Ports",
    view=Evidence,
    runbook="port-conflicts",
    uses=("container", "address"),
    probes=PROBES,
    checks=LaterTable(f"{_HERE}.checks.table:CHECKS"),
    causes=LaterTable(f"{_HERE}.causes.table:ROWS"),
    remedies=LaterTable(f"{_HERE}.remedies.table:REMEDIES"),
    layers=LAYERS,
    standing=STANDING,
    contributions=Contributions(pinned=later(f"{_HERE}.contributions.pinned:pinned")),
)
