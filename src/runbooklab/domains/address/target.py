"""The parameters that say where the service finds what it needs."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.container import target as docker
from runbooklab.model.parameter import Parameter

ORCHESTRATOR_CONFIG = Parameter(
    "orchestrator_config", "", preset="configs/orchestrator.yaml", is_name=True, is_path=True
)
#: Where in the configuration the Redis URL is; "" if that is to be found out.
REDIS_URL_KEY = Parameter("redis_url_key", "")
REDIS_URL = Parameter("redis_url", "", is_url=True)

PARAMETERS: tuple[Parameter[Any], ...] = (ORCHESTRATOR_CONFIG, REDIS_URL_KEY, REDIS_URL)


class Target(docker.Target, frozen=True):
    """A target with a configuration file, or with a URL instead."""

    orchestrator_config = ORCHESTRATOR_CONFIG
    redis_url_key = REDIS_URL_KEY
    redis_url = REDIS_URL
