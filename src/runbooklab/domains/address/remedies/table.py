"""The remedies of the surroundings, one row each."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.remedy import Remedy
from runbooklab.domain.steps import Steps
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.remedies.config_file import fix_config_file
from runbooklab.domains.address.remedies.names import named
from runbooklab.domains.address.remedies.redis_url import fix_redis_url
from runbooklab.domains.container.remedies.names import refused


def _remedy(id_: str, title: str, steps: Callable[[Evidence], Steps]) -> Remedy[Evidence]:
    return Remedy(id_, title, lambda e: refused(steps(e), e, named(e)))


REMEDIES: tuple[Remedy[Evidence], ...] = (
    _remedy("fix-config-file", "Correct the orchestrator's configuration", lambda e: fix_config_file(e)),
    _remedy("fix-redis-url", "Correct the Redis URL", fix_redis_url),
)
