"""The ports of a system, as one value."""

from __future__ import annotations

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import Domain
from runbooklab.domain.later import LaterTable, later
from runbooklab.domain.layer import ladder_of
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.layers import LAYERS
from runbooklab.domains.ports.probes.table import PROBES
from runbooklab.domains.ports.signs import SIGNS
from runbooklab.domains.ports.standing import STANDING
from runbooklab.domains.ports.target import PARAMETERS
from runbooklab.model.drawing import Vocabulary

_HERE = "runbooklab.domains.ports"

DOMAIN: Domain[Evidence] = Domain(
    name="ports",
    title="Ports",
    view=Evidence,
    runbook="port-conflicts",
    uses=("container/probes", "address/probes"),
    parameters=PARAMETERS,
    probes=PROBES,
    checks=LaterTable(f"{_HERE}.checks.table:CHECKS"),
    causes=LaterTable(f"{_HERE}.causes.table:ROWS"),
    remedies=LaterTable(f"{_HERE}.remedies.table:REMEDIES"),
    layers=LAYERS,
    standing=STANDING,
    contributions=Contributions(
        in_error=later(f"{_HERE}.in_error:in_error"),
        vocabulary=Vocabulary(ladder="Way to the port"),
        ladder=ladder_of(LAYERS),
        target_name=later(f"{_HERE}.contributions.target:target_name"),
        name_to_confirm=later(f"{_HERE}.contributions.target:name_to_confirm"),
        own_words=later(f"{_HERE}.contributions.target:own_words"),
        pinned=later(f"{_HERE}.contributions.target:pinned"),
    ),
    signs=SIGNS,
    lab=f"{_HERE}.lab.faults:LAB",
)
