"""Docker's set-up, as one value."""

from __future__ import annotations

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import Domain
from runbooklab.domain.later import LaterTable, later
from runbooklab.domain.layer import ladder_of
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.layers import LAYERS
from runbooklab.domains.docker.probes.table import PROBES
from runbooklab.domains.docker.signs import SIGNS
from runbooklab.domains.docker.standing import STANDING
from runbooklab.domains.docker.target import PARAMETERS
from runbooklab.model.drawing import Vocabulary

_HERE = "runbooklab.domains.docker"
_REPORTING = f"{_HERE}.contributions.reporting"

DOMAIN: Domain[Evidence] = Domain(
    name="docker",
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
        in_error=later(f"{_HERE}.in_error:in_error"),
        vocabulary=Vocabulary(ladder="From the client to the container"),
        ladder=ladder_of(LAYERS),
        target_name=later(f"{_REPORTING}:target_name"),
        name_to_confirm=later(f"{_REPORTING}:name_to_confirm"),
        pinned=later(f"{_REPORTING}:pinned"),
        moments=later(f"{_REPORTING}:moments"),
        identity=later(f"{_REPORTING}:identity"),
    ),
    signs=SIGNS,
    uses=("container/probes",),
    lab="runbooklab.domains.docker.lab.faults:LAB",
)
