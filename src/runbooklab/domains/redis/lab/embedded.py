"""A testbed without a Docker engine: a Redis of it is a process of this host."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.domains.redis.lab.testbed import READY_LINE, LabRedis, RedisTestbed
from runbooklab.lab.testbed import NEEDS_ENGINE, Unavailable

if TYPE_CHECKING:
    from docker import DockerClient


class EmbeddedTestbed(RedisTestbed):
    """Makes what needs no container; whatever does need one raises :class:`Unavailable`."""

    def __init__(self) -> None:
        super().__init__(None, "")

    def redis(
        self,
        *arguments: str,
        suffix: str = "redis",
        wait: str = READY_LINE,
        port_setting: str = "--port",
        **options: Any,
    ) -> LabRedis:
        """A Redis server of this host. ``options`` are a container's: with any, there must be one."""
        if options:
            raise Unavailable(NEEDS_ENGINE)
        return self.host_redis(*arguments, wait=wait, port_setting=port_setting)

    def share(self, folder: Path, at: str) -> tuple[str, dict[str, Any]]:
        """A process of this host reads the folder where it is."""
        return str(folder), {}


def testbed(docker: DockerClient | None, image: str) -> RedisTestbed:
    """A testbed with containers of this image, or without an engine on redis-servers of this host."""
    return EmbeddedTestbed() if docker is None else RedisTestbed(docker, image)
