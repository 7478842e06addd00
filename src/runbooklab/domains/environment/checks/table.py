"""The checks of the surroundings, one row each."""

from __future__ import annotations

from runbooklab.domain.check import Check
from runbooklab.domains.docker.probes.table import CONTAINER
from runbooklab.domains.environment import inspections
from runbooklab.domains.environment.checks import configuration, mistakes, name
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.probes.table import ADDRESS, CONFIG, NAME

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
