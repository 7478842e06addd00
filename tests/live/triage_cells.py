"""The cells of a person's notebook about a Redis of the testbed."""

from __future__ import annotations

from typing import Any

from notebook_client import Output, Person
from runbooklab.domains.redis.lab.testbed import LabRedis

#: A server whose container is stopped, somebody at a notebook about it, and what ``diagnose()`` showed there.
Stopped = tuple[LabRedis, Person, list[Output]]

WORDS = "from runbooklab.session import *"
#: The set-up cell.
START = (
    f"{WORDS}\nstart('redis-connection', uses=['redis'], redis_url=redis_url, apply=apply, "
    "redis_container=redis_container, docker_network=docker_network, probe_timeout_s=probe_timeout_s, "
    "orchestrator_config=orchestrator_config, orchestrator_container=orchestrator_container, "
    "environment=environment)"
)


def parameters(server: LabRedis, **more: Any) -> str:
    """The parameters cell of a notebook for ``server``, as a person would edit it."""
    given = {
        "redis_url": server.url, "redis_container": server.name if server.made else "", "docker_network": "",
        "orchestrator_config": "", "orchestrator_container": "", "probe_timeout_s": 3.0, "apply": "",
        "environment": "", **more,
    }  # fmt: skip
    return "\n".join(f"{name} = {value!r}" for name, value in given.items())
