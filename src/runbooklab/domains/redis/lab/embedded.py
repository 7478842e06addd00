"""A testbed without a Docker engine: a Redis of it is a process of this host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runbooklab.domains.redis.lab.server_program import NotHere
from runbooklab.lab.testbed import NEEDS_ENGINE, READY_LINE, LabRedis, Testbed


class EmbeddedTestbed(Testbed):
    """Makes what needs no container; whatever does need one raises :class:`NotHere`."""

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
            raise NotHere(NEEDS_ENGINE)
        return self.host_redis(*arguments, wait=wait, port_setting=port_setting)

    def share(self, folder: Path, at: str) -> tuple[str, dict[str, Any]]:
        """A process of this host reads the folder where it is."""
        return str(folder), {}
