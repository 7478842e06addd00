"""Under which names a reader knows the texts of the evidence, for the legend of what was redacted."""

from __future__ import annotations

from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.drawing import Place

_PLACES = (
    Place("address.*", "(Redis address)"),
    Place("config.value.path", "path of the configuration file"),
    Place("config.value.url", "(configuration file)"),
    Place("config.*", "what was said of the configuration file"),
    Place("container.value.found.command*", "command line of the Redis container"),
    Place("container.value.found.labels.*", "label {} of the Redis container"),
    Place("container.value.found.health*", "health check of the Redis container"),
    Place("container.*", "Redis container"),
    Place("orchestrator.value.found.command*", "command line of the orchestrator's container"),
    Place("orchestrator.value.found.labels.*", "label {} of the orchestrator's container"),
    Place("orchestrator.*", "orchestrator's container"),
    Place("logs.value.known.*", "(log of the Redis container)"),
    Place("logs.*", "log of the Redis container"),
    Place("redis.value.settings.*", "setting {} of Redis"),
    Place("redis.value.slow_commands*", "slow log of Redis"),
    Place("redis.value.acl_log*", "ACL log of Redis"),
    Place("redis.*", "what Redis said"),
    Place("registrations.*", "workers' registrations"),
    Place("listeners.*", "command lines of processes"),
    Place("process.*", "command lines of processes"),
)


def places(e: Evidence) -> tuple[Place, ...]:
    """All of them; the configuration file by its own name."""
    config = e.config.value
    return (Place("config.value.excerpt", config.path if config else "configuration file"), *_PLACES)
