"""A container, the engine that runs it and its network, as one value."""

from __future__ import annotations

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import Domain
from runbooklab.domain.later import LaterTable, later
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.layers import LAYERS
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.probes.table import PROBES
from runbooklab.domains.container.standing import STANDING
from runbooklab.domains.container.target import PARAMETERS
from runbooklab.domains.container.verbs import VERBS

_HERE = "runbooklab.domains.container"
_CONTRIBUTIONS = f"{_HERE}.contributions"

DOMAIN: Domain[Evidence] = Domain(
    name="container",
    title="Docker",
    view=Evidence,
    runbook="docker-setup",
    parameters=PARAMETERS,
    probes=PROBES,
    checks=LaterTable(f"{_HERE}.checks.table:CHECKS"),
    causes=LaterTable(f"{_HERE}.causes.table:CAUSES"),
    remedies=LaterTable(f"{_HERE}.remedies.table:REMEDIES"),
    layers=LAYERS,
    standing=STANDING,
    contributions=Contributions(
        name_to_confirm=container_name,
        pinned=later(f"{_CONTRIBUTIONS}.pinned:pinned"),
        moments=later(f"{_CONTRIBUTIONS}.moments:moments"),
        left_out=later(f"{_CONTRIBUTIONS}.left_out:left_out"),
        identity=later(f"{_CONTRIBUTIONS}.identity:identity"),
    ),
    verbs=VERBS,
)
