"""Where the service is told to find Redis: its configuration, the URL in it, the name in that URL."""

from __future__ import annotations

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import Domain
from runbooklab.domain.later import LaterTable, later
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.layers import LAYERS
from runbooklab.domains.address.probes.table import PROBES
from runbooklab.domains.address.standing import STANDING
from runbooklab.domains.address.target import PARAMETERS


def _url(e: Evidence) -> str:
    """The Redis URL as it was given, redacted."""
    return e.address.value.text if e.address.value is not None else ""


_HERE = "runbooklab.domains.address"
_CONTRIBUTIONS = f"{_HERE}.contributions"

DOMAIN: Domain[Evidence] = Domain(
    name="address",
    title="Configuration",
    view=Evidence,
    runbook="redis-connection",
    uses=("container",),
    parameters=PARAMETERS,
    probes=PROBES,
    checks=LaterTable(f"{_HERE}.checks.table:CHECKS"),
    causes=LaterTable(f"{_HERE}.causes.table:ROWS"),
    remedies=LaterTable(f"{_HERE}.remedies.table:REMEDIES"),
    layers=LAYERS,
    standing=STANDING,
    contributions=Contributions(
        url=_url,
        identity=later(f"{_CONTRIBUTIONS}.identity:identity"),
        target_name=later(f"{_CONTRIBUTIONS}.target:target_name"),
    ),
)
