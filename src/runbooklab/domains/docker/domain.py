"""Docker, as one value."""

from __future__ import annotations

from runbooklab.domain.domain import Domain
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.standing import STANDING

DOMAIN: Domain[Evidence] = Domain(
    name="docker",
    title="Docker",
    view=Evidence,
    runbook="docker-setup",
    uses=("container",),
    standing=STANDING,
)
