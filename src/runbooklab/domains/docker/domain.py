"""Docker, as one value."""

from __future__ import annotations

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import Domain
from runbooklab.domain.later import LaterTable, later
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.layers import LAYERS
from runbooklab.domains.docker.meant import container_name
from runbooklab.domains.docker.probes.table import PROBES
from runbooklab.domains.docker.standing import STANDING
from runbooklab.domains.docker.target import PARAMETERS
from runbooklab.domains.docker.verbs import VERBS

_HERE = "runbooklab.domains.docker"
_CONTRIBUTIONS = f"{_HERE}.contributions"

DOMAIN: Domain[Evidence] = Domain(
    name="docker",
    title="Docker",
    view=Evidence,
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
