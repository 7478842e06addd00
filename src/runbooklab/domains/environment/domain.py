"""What a project needs to start on this host, as one value."""

from __future__ import annotations

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import Domain
from runbooklab.domain.later import LaterTable, later
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.layers import LAYERS, ladder
from runbooklab.domains.environment.probes.table import PROBES
from runbooklab.domains.environment.signs import SIGNS
from runbooklab.domains.environment.standing import STANDING
from runbooklab.domains.environment.target import PARAMETERS
from runbooklab.model.drawing import Vocabulary

_HERE = "runbooklab.domains.environment"
_CONTRIBUTIONS = f"{_HERE}.contributions.all"

DOMAIN: Domain[Evidence] = Domain(
    name="environment",
    title="Environment",
    view=Evidence,
    runbook="environment-setup",
    parameters=PARAMETERS,
    probes=PROBES,
    checks=LaterTable(f"{_HERE}.checks.table:CHECKS"),
    causes=LaterTable(f"{_HERE}.causes.table:ROWS"),
    remedies=LaterTable(f"{_HERE}.remedies.table:REMEDIES"),
    layers=LAYERS,
    standing=STANDING,
    signs=SIGNS,
    contributions=Contributions(
        ladder=ladder,
        target_name=later(f"{_CONTRIBUTIONS}:target_name"),
        identity=later(f"{_CONTRIBUTIONS}:identity"),
        measures=later(f"{_CONTRIBUTIONS}:measures"),
        plots=later(f"{_CONTRIBUTIONS}:plots"),
        vocabulary=Vocabulary(
            spellings={"env": ".env", "venv": "virtual environment", "gpu": "GPU"},
            ladder="Surroundings",
            rungs_stand_alone=True,
        ),
    ),
    lab=f"{_HERE}.lab.faults:LAB",
)
