"""The parameters of Docker's part of a target."""

from __future__ import annotations

from typing import Any

from runbooklab.model import parameter
from runbooklab.model.parameter import Parameter

REDIS_CONTAINER = Parameter("redis_container", "", preset="redis-tts", is_name=True)
ORCHESTRATOR_CONTAINER = Parameter("orchestrator_container", "", is_name=True)
DOCKER_NETWORK = Parameter("docker_network", "", preset="tts-network", is_name=True)
LOG_LINES = Parameter("log_lines", 50, least=0, most=10_000)

PARAMETERS: tuple[Parameter[Any], ...] = (REDIS_CONTAINER, ORCHESTRATOR_CONTAINER, DOCKER_NETWORK, LOG_LINES)


class Target(parameter.Target, frozen=True):
    """A target with a container."""

    redis_container = REDIS_CONTAINER
    orchestrator_container = ORCHESTRATOR_CONTAINER
    docker_network = DOCKER_NETWORK
    log_lines = LOG_LINES
