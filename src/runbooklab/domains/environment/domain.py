"""The service's surroundings, as one value."""

from __future__ import annotations

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import Domain
from runbooklab.domains.environment.causes.table import ROWS
from runbooklab.domains.environment.checks.table import CHECKS
from runbooklab.domains.environment.contributions.identity import identity
from runbooklab.domains.environment.contributions.target import target_name
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.layers import LAYERS
from runbooklab.domains.environment.probes.table import PROBES
from runbooklab.domains.environment.remedies.table import REMEDIES
from runbooklab.domains.environment.standing import STANDING
from runbooklab.domains.environment.target import PARAMETERS


def _url(e: Evidence) -> str:
    """The Redis URL as it was given, redacted."""
    return e.address.value.text if e.address.value is not None else ""


DOMAIN: Domain[Evidence] = Domain(
    name="environment",
    title="Environment",
    view=Evidence,
    uses=("docker",),
    parameters=PARAMETERS,
    probes=PROBES,
    checks=CHECKS,
    causes=ROWS,
    remedies=REMEDIES,
    layers=LAYERS,
    standing=STANDING,
    contributions=Contributions(url=_url, identity=identity, target_name=target_name),
)
