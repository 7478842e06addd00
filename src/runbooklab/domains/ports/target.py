"""The parameters that say which ports a system needs, and whose each is to be."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.address import target as address
from runbooklab.model.parameter import Parameter

#: ``PORT[/udp][:OWNER]`` with commas between; "": those of the configuration and the Compose file.
PORTS = Parameter("ports", "", preset="6379:redis-tts,50051:tts-worker,8080:orchestrator,9090", is_name=True)
#: The address on which the services are to take connections.
BIND_ADDRESS = Parameter("bind_address", "", is_name=True)
COMPOSE_FILE = Parameter("compose_file", "", preset="docker-compose.yml", is_name=True, is_path=True)
COMPOSE_PROJECT = Parameter("compose_project", "", is_name=True)
#: The user that the service runs as, by name or number.
SERVICE_USER = Parameter("service_user", "", is_name=True)

PARAMETERS: tuple[Parameter[Any], ...] = (
    PORTS, BIND_ADDRESS, COMPOSE_FILE, COMPOSE_PROJECT, SERVICE_USER,
)  # fmt: skip


class Target(address.Target, frozen=True):
    """A target with ports."""

    ports = PORTS
    bind_address = BIND_ADDRESS
    compose_file = COMPOSE_FILE
    compose_project = COMPOSE_PROJECT
    service_user = SERVICE_USER
