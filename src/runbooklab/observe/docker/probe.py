"""The probe that everything seen through Docker waits for."""

from __future__ import annotations

from runbooklab.domain.probe import Probe
from runbooklab.observe.docker.records import DockerAccess

#: Whether the engine can be asked.
DOCKER = Probe(
    "docker",
    DockerAccess,
    run="runbooklab.observe.docker.access:docker_access",
    client="docker",
    looks_at="the Docker engine",
)
