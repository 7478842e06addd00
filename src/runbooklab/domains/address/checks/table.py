"""The checks of the surroundings, one row each."""

from __future__ import annotations

from runbooklab.domain.check import Check
from runbooklab.domains.address import inspections
from runbooklab.domains.address.checks import configuration, mistakes, name
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.probes.table import ADDRESS, CONFIG, NAME
from runbooklab.domains.container.probes.table import CONTAINER

CHECKS: tuple[Check[Evidence], ...] = (
    Check(
        "orchestrator-config",
        "The orchestrator's configuration",
        configuration.orchestrator_config,
        (CONFIG,),
        command=inspections.CONFIG,
    ),
    Check(
        "redis-url",
        "The Redis URL",
        configuration.redis_url,
        (CONFIG, ADDRESS),
        command=inspections.CONFIG,
    ),
    Check(
        "config-common-mistakes",
        "The usual mistakes in the URL",
        mistakes.config_common_mistakes,
        (ADDRESS, NAME, CONTAINER),
        command=inspections.MISTAKES,
    ),
    Check(
        "name-resolution",
        "The host name",
        name.name_resolution,
        (ADDRESS, NAME),
        command=inspections.RESOLVE,
    ),
)
