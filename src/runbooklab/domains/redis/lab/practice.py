"""The small system to practise on: in containers, or without a Docker engine as processes of this host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.domains.redis.lab import embedded_world, world
from runbooklab.lab.lab import Practice, World

if TYPE_CHECKING:
    from docker import DockerClient


def _up(docker: DockerClient | None, image: str) -> World:
    return world.up(docker, image) if docker else embedded_world.up()


def _status(docker: DockerClient | None) -> World:
    return world.status(docker) if docker else embedded_world.status()


def _down(docker: DockerClient | None) -> tuple[str, ...]:
    return (*(world.down(docker) if docker else ()), *embedded_world.down())


PRACTICE = Practice(_up, "install redis-tools", _status, _down)
