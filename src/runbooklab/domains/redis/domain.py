"""Redis, as one value."""

from __future__ import annotations

from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import Domain
from runbooklab.domain.later import LaterTable, later
from runbooklab.domains.redis.contributions.vocabulary import FOLLOW_UPS, VOCABULARY
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.layers import LAYERS
from runbooklab.domains.redis.probes.table import PROBES
from runbooklab.domains.redis.signs import TABLE
from runbooklab.domains.redis.standing import STANDING
from runbooklab.domains.redis.target import PARAMETERS
from runbooklab.domains.redis.verbs import VERBS

_HERE = "runbooklab.domains.redis"
_CONTRIBUTIONS = f"{_HERE}.contributions"

DOMAIN: Domain[Evidence] = Domain(
    name="redis",
    title="Redis",
    view=Evidence,
    runbook="redis-connection",
    uses=("container", "address", "endpoint"),
    covers=(
        "container",
        "container-health",
        "container-ports",
        "container-logs",
        "container-failed",
        "container-unhealthy",
        "restart-container",
        "port-published",
        "what-answers",
        "service-not-listening",
    ),
    parameters=PARAMETERS,
    probes=PROBES,
    checks=LaterTable(f"{_HERE}.checks.table:CHECKS"),
    causes=LaterTable(f"{_HERE}.causes.table:CATALOGUE"),
    remedies=LaterTable(f"{_HERE}.remedies.table:REMEDIES"),
    layers=tuple(LAYERS.values()),
    standing=STANDING,
    contributions=Contributions(
        ladder=later(f"{_HERE}.ladder:ladder"),
        shows_failure=later(f"{_HERE}.readings.client_outcome:shows_failure"),
        upcoming=later(f"{_HERE}.upcoming:upcoming"),
        in_error=later(f"{_HERE}.in_error:in_error"),
        moments=later(f"{_CONTRIBUTIONS}.moments:moments"),
        plots=later(f"{_CONTRIBUTIONS}.plots:plots"),
        pinned=later(f"{_CONTRIBUTIONS}.pinned:pinned"),
        places=later(f"{_CONTRIBUTIONS}.places:places"),
        measures=later(f"{_CONTRIBUTIONS}.measures:measures"),
        identity=later(f"{_CONTRIBUTIONS}.identity:identity"),
        watch=later(f"{_HERE}.probes.watching:watch"),
        examples=later(f"{_CONTRIBUTIONS}.examples:examples"),
        own_words=later(f"{_CONTRIBUTIONS}.own_words:own_words"),
        vocabulary=VOCABULARY,
        follow_ups=FOLLOW_UPS,
        nothing_there=dict.fromkeys(
            ("container-missing", "docker-unreachable", "redis-not-running"),
            "No Redis of your own yet? See it work on a demo system: runbook demo",
        ),
    ),
    signs=TABLE,
    verbs=VERBS,
    lab=f"{_HERE}.lab.faults:LAB",
)
