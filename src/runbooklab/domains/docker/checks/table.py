"""The checks of Docker's set-up, one row each."""

from __future__ import annotations

from runbooklab.domain.check import Check
from runbooklab.domain.shell import command
from runbooklab.domains.container.remedies.names import is_container_name
from runbooklab.domains.docker.checks import containers, places, things
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.probes import table as probes
from runbooklab.domains.docker.readings.focus import found
from runbooklab.observe.docker.probe import DOCKER


def _name(e: Evidence) -> str:
    names = [known.name for _, known in found(e) if is_container_name(known.name)]
    return next(iter(names), "")


def _compose(e: Evidence) -> str:
    look = e.compose.value
    return command("docker", "compose", "-f", look.path, "config", "--quiet") if look and look.there else ""


def _logs(e: Evidence) -> str:
    return command("docker", "logs", "--tail", "20", _name(e)) if _name(e) else ""


def _health(e: Evidence) -> str:
    return command("docker", "inspect", "-f", "{{json .State.Health}}", _name(e)) if _name(e) else ""


def _mounts(e: Evidence) -> str:
    return command("docker", "inspect", "-f", "{{json .Mounts}}", _name(e)) if _name(e) else ""


def _names(e: Evidence) -> str:
    return command("docker", "exec", _name(e), "cat", "/etc/resolv.conf") if _name(e) else ""


def _disk(e: Evidence) -> str:
    return command("df", "-h", e.engine.value.root) if e.engine.value else ""


def _config(e: Evidence) -> str:
    look = e.daemon.value
    return command("python3", "-m", "json.tool", look.path) if look and look.state == "read" else ""


CHECKS: tuple[Check[Evidence], ...] = (
    Check(
        "docker-access",
        "The engine answers",
        places.docker_access,
        needs=(DOCKER, probes.ENDPOINT),
        command=lambda e: "docker version",
    ),
    Check(
        "docker-daemon-config",
        "The engine's configuration is valid",
        places.daemon_config,
        needs=(probes.DAEMON,),
        command=_config,
    ),
    Check("docker-storage", "The engine has room", places.storage, needs=(probes.ENGINE,), command=_disk),
    Check(
        "docker-engine",
        "The host lets the engine work",
        places.engine,
        needs=(probes.ENGINE, probes.NETWORKS, probes.CONTAINERS, probes.DAEMON),
        command=lambda e: "docker info",
    ),
    Check(
        "docker-client",
        "The client and its plugins",
        places.client,
        needs=(probes.CLIENT, probes.COMPOSE),
        command=lambda e: "docker compose version",
    ),
    Check(
        "docker-compose-file",
        "The Compose file is valid",
        things.compose_file,
        needs=(probes.COMPOSE,),
        command=_compose,
    ),
    Check(
        "docker-compose-engine",
        "The names of the Compose file are free",
        things.compose_engine,
        needs=(probes.COMPOSE, probes.COMPOSE_ENGINE),
        command=lambda e: "docker ps --all",
    ),
    Check(
        "docker-networks",
        "Networks and subnets",
        things.networks,
        needs=(probes.NETWORKS, probes.ENGINE, probes.COMPOSE, probes.CONTAINERS),
        command=lambda e: "docker network ls",
    ),
    Check(
        "docker-mounts",
        "Volumes and bind mounts",
        things.mounts,
        needs=(probes.CONTAINERS, probes.COMPOSE, probes.NETWORKS),
        command=_mounts,
    ),
    Check(
        "docker-resources",
        "CPUs, memory and GPUs",
        things.resources,
        needs=(probes.ENGINE, probes.COMPOSE, probes.CONTAINERS),
        command=lambda e: "docker info -f '{{.NCPU}} {{.MemTotal}}'",
    ),
    Check(
        "docker-images",
        "Images",
        things.images,
        needs=(probes.COMPOSE, probes.COMPOSE_ENGINE, probes.CONTAINERS),
        command=lambda e: "docker image ls",
    ),
    Check(
        "docker-containers",
        "The containers run",
        containers.containers,
        needs=(probes.CONTAINERS,),
        command=lambda e: "docker ps --all",
    ),
    Check(
        "docker-container-health",
        "Health checks",
        containers.health,
        needs=(probes.CONTAINERS,),
        command=_health,
    ),
    Check(
        "docker-container-names",
        "Names inside the containers",
        containers.names,
        needs=(probes.CONTAINERS,),
        command=_names,
    ),
    Check("docker-container-logs", "Logs", containers.logs, needs=(probes.CONTAINERS,), command=_logs),
)
