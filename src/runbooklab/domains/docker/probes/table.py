"""The probes of Docker's set-up, one row each."""

from __future__ import annotations

from runbooklab.domain.probe import AnyProbe, Probe
from runbooklab.domains.docker.compose_records import ComposeLook, ComposeOnEngine
from runbooklab.domains.docker.container_records import ContainersLook
from runbooklab.domains.docker.records import ClientLook, DaemonConfig, EndpointLook, EngineInfo, NetworksLook

_HERE = "runbooklab.domains.docker.probes"

ENDPOINT = Probe(
    "docker-endpoint",
    EndpointLook,
    run=f"{_HERE}.endpoint:endpoint_look",
    client="docker",
    looks_at="the Docker endpoint",
)
CLIENT = Probe(
    "docker-client",
    ClientLook,
    run=f"{_HERE}.client:client_look",
    client="docker",
    looks_at="the Docker client's folder",
)
DAEMON = Probe(
    "docker-daemon-config",
    DaemonConfig,
    run=f"{_HERE}.daemon:daemon_config",
    client="docker",
    looks_at="the engine's configuration file",
)
ENGINE = Probe(
    "docker-engine", EngineInfo, run=f"{_HERE}.engine:engine_info", client="docker", looks_at="the engine"
)
NETWORKS = Probe(
    "docker-networks",
    NetworksLook,
    run=f"{_HERE}.networks:networks_look",
    client="docker",
    looks_at="the engine's networks",
)
COMPOSE = Probe(
    "docker-compose-file",
    ComposeLook,
    run=f"{_HERE}.compose:compose_look",
    looks_at="the Compose file",
)
COMPOSE_ENGINE = Probe(
    "docker-compose-engine",
    ComposeOnEngine,
    run=f"{_HERE}.compose_engine:compose_on_engine",
    client="docker",
    looks_at="what the engine has of the Compose file",
)
CONTAINERS = Probe(
    "docker-containers",
    ContainersLook,
    run=f"{_HERE}.containers:containers_look",
    client="docker",
    looks_at="the containers",
)

PROBES: tuple[AnyProbe, ...] = (
    ENDPOINT,
    CLIENT,
    DAEMON,
    ENGINE,
    NETWORKS,
    COMPOSE,
    COMPOSE_ENGINE,
    CONTAINERS,
)
