"""The parameters of Docker's set-up."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.container import target as container
from runbooklab.model.parameter import Parameter
from runbooklab.observe.docker.records import FOLDER_PARAMETER

CONTAINER = Parameter("container", "", is_name=True)
COMPOSE_FILE = Parameter("compose_file", "", preset="docker-compose.yml", is_path=True)
COMPOSE_PROJECT = Parameter("compose_project", "", is_name=True)
ENV_FILE = Parameter("env_file", "", preset=".env", is_path=True)
DAEMON_CONFIG = Parameter("daemon_config", "", preset="/etc/docker/daemon.json", is_path=True)
DOCKER_CONFIG = Parameter(FOLDER_PARAMETER, "", is_path=True)
MIN_FREE_DISK_MB = Parameter("min_free_disk_mb", 1000, least=0)
MAX_LOG_MB = Parameter("max_log_mb", 200, least=1)
NEEDS_GPU = Parameter("needs_gpu", False)

PARAMETERS: tuple[Parameter[Any], ...] = (
    CONTAINER,
    COMPOSE_FILE,
    COMPOSE_PROJECT,
    ENV_FILE,
    DAEMON_CONFIG,
    DOCKER_CONFIG,
    MIN_FREE_DISK_MB,
    MAX_LOG_MB,
    NEEDS_GPU,
)


class Target(container.Target, frozen=True):
    """A target with an engine, a client and a Compose file."""

    container = CONTAINER
    compose_file = COMPOSE_FILE
    compose_project = COMPOSE_PROJECT
    env_file = ENV_FILE
    daemon_config = DAEMON_CONFIG
    docker_config = DOCKER_CONFIG
    min_free_disk_mb = MIN_FREE_DISK_MB
    max_log_mb = MAX_LOG_MB
    needs_gpu = NEEDS_GPU

    def is_given(self, parameter: Parameter[Any]) -> bool:
        """Whether somebody chose the parameter's value, and it names something."""
        return bool(self.values.get(parameter.name)) and not self.is_default(parameter)

    @property
    def containers(self) -> tuple[str, ...]:
        """The containers that are named: those of ``container``, and the others that somebody chose."""
        named = [name.strip() for name in self.container.split(",")]
        if self.is_given(container.REDIS_CONTAINER):
            named.append(self.redis_container)
        if self.is_given(container.ORCHESTRATOR_CONTAINER):
            named.append(self.orchestrator_container)
        return tuple(dict.fromkeys(name for name in named if name))
