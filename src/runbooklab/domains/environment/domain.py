"""Environment, as one value."""

from __future__ import annotations

from runbooklab.domain.domain import Domain
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.standing import STANDING

DOMAIN: Domain[Evidence] = Domain(
    name="environment",
    title="Environment",
    view=Evidence,
    runbook="environment-setup",
    uses=("address",),
    standing=STANDING,
)
