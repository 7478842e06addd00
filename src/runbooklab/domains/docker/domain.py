"""Docker, as one value."""

from __future__ import annotations

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import Domain
from runbooklab.domains.docker.causes.table import CAUSES
from runbooklab.domains.docker.checks.table import CHECKS
from runbooklab.domains.docker.contributions.identity import identity
from runbooklab.domains.docker.contributions.left_out import left_out
from runbooklab.domains.docker.contributions.moments import moments
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.layers import LAYERS
from runbooklab.domains.docker.meant import container_name
from runbooklab.domains.docker.probes.table import PROBES
from runbooklab.domains.docker.remedies.table import REMEDIES
from runbooklab.domains.docker.standing import STANDING
from runbooklab.domains.docker.target import PARAMETERS
from runbooklab.domains.docker.verbs import VERBS

DOMAIN: Domain[Evidence] = Domain(
    name="docker",
    title="Docker",
    view=Evidence,
    parameters=PARAMETERS,
    probes=PROBES,
    checks=CHECKS,
    causes=CAUSES,
    remedies=REMEDIES,
    layers=LAYERS,
    standing=STANDING,
    contributions=Contributions(
        name_to_confirm=container_name, moments=moments, left_out=left_out, identity=identity
    ),
    verbs=VERBS,
)
