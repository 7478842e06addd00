"""The remedies of the surroundings, one row each."""

from __future__ import annotations

from runbooklab.domain.remedy import Remedy
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.remedies.config_file import fix_config_file
from runbooklab.domains.environment.remedies.redis_url import fix_redis_url

REMEDIES: tuple[Remedy[Evidence], ...] = (
    Remedy("fix-config-file", "Correct the orchestrator's configuration", lambda e: fix_config_file(e)),
    Remedy("fix-redis-url", "Correct the Redis URL", fix_redis_url),
)
