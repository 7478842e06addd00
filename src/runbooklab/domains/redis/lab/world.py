"""A small system that works: Redis, an orchestrator and workers that register, in containers.

It stays until it is taken down, and every part can be broken by hand to see what the runbook says.
Without a Docker engine its parts are processes: :mod:`runbooklab.domains.redis.lab.embedded_world`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from runbooklab.domains.redis.lab.world_programs import ORCHESTRATOR, WORKER, WORKER_PORT, WORKERS
from runbooklab.lab.lab import World
from runbooklab.lab.owner import LABEL
from runbooklab.lab.ports import free_port

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

#: Names of the world's objects start with this, and all of them carry :data:`WORLD_LABEL`.
PREFIX = "runbooklab-lab"
WORLD_LABEL = "org.runbooklab.world"
_LABELS = {LABEL: "1", WORLD_LABEL: "1"}
#: Where the programs find Redis, inside the network.
_REDIS = {"REDIS_HOST": "redis", "REDIS_PORT": "6379"}


def up(docker: DockerClient, image: str) -> World:
    """Start whatever of the world is not there yet."""
    network = f"{PREFIX}-net"
    if not docker.networks.list(names=[f"^{network}$"]):
        docker.networks.create(network, labels=_LABELS)
    present = {str(container.name) for container in _containers(docker)}

    def start(suffix: str, command: list[str], **options: Any) -> None:
        name = f"{PREFIX}-{suffix}"
        if name in present:
            docker.containers.get(name).start()
            return
        endpoint = docker.api.create_endpoint_config(aliases=[suffix])
        docker.containers.create(
            image,
            command,
            name=name,
            hostname=suffix,
            labels=_LABELS,
            network=network,
            networking_config={network: endpoint},
            **options,
        ).start()

    redis = ["redis-server", "--protected-mode", "no", "--appendonly", "yes"]
    start("redis", redis, ports={"6379/tcp": ("127.0.0.1", free_port())})
    start("orchestrator", ["sh", "-c", ORCHESTRATOR], environment=_REDIS)
    for worker in WORKERS:
        environment = _REDIS | {"WORKER": worker, "PORT": str(WORKER_PORT)}
        start(worker, ["sh", "-c", WORKER], environment=environment)
    return status(docker)


def down(docker: DockerClient) -> tuple[str, ...]:
    """Remove the world; the names of what was removed."""
    from docker.errors import NotFound

    removed = []
    for container in _containers(docker):
        with suppress(NotFound):
            container.remove(force=True, v=True)
            removed.append(str(container.name))
    for network in docker.networks.list(filters={"label": f"{WORLD_LABEL}=1"}):
        with suppress(NotFound):
            network.remove()
            removed.append(str(network.name))
    return tuple(removed)


def status(docker: DockerClient) -> World:
    """What exists of the world now."""
    containers = _containers(docker)
    states = {str(container.name): container.status for container in containers}
    parameters = {
        "redis_container": f"{PREFIX}-redis",
        "docker_network": f"{PREFIX}-net",
        "expected_workers": len(WORKERS),
    }
    redis = next(
        (container for container in containers if container.name == parameters["redis_container"]), None
    )
    port = _published(redis) if redis else None
    return World(states, ({"redis_url": f"redis://localhost:{port}"} if port else {}) | parameters)


def _containers(docker: DockerClient) -> list[Container]:
    found = docker.containers.list(all=True, filters={"label": f"{WORLD_LABEL}=1"}, ignore_removed=True)
    return sorted(found, key=lambda container: str(container.name))


def _published(container: Container) -> str | None:
    asked = container.attrs["HostConfig"]["PortBindings"].get("6379/tcp") or [{}]
    port: str | None = asked[0].get("HostPort")
    return port
