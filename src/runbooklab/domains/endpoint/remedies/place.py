"""The port and its container, as plans need them."""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

from runbooklab.domains.address.readings.address import url_port
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import asks_for_port, container, known_containers
from runbooklab.domains.container.shell import command
from runbooklab.domains.container.target import REDIS_CONTAINER
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.readings.holder import container_of, holder
from runbooklab.domains.endpoint.readings.publishing import inner_port
from runbooklab.observe.docker.records import Container
from runbooklab.observe.host.records import Listener


class Place(Struct, frozen=True, dict=True):
    """The target as a plan sees it: everything has a usable value, observed or by default."""

    e: Evidence

    @cached_property
    def found(self) -> Container | None:
        return container(self.e)

    @property
    def name(self) -> str:
        return container_name(self.e) or REDIS_CONTAINER.preset

    @property
    def port(self) -> int:
        return url_port(self.e)

    @property
    def inside(self) -> int:
        """The container's own port."""
        return inner_port(self.found, self.port) if self.found is not None else self.port

    @property
    def show(self) -> str:
        """Shows who has the port."""
        return show_holder(self.port)

    @property
    def works(self) -> str:
        """Whether the port takes connections."""
        return command("nc", "-zv", "localhost", str(self.port))

    @cached_property
    def process(self) -> Listener | None:
        """The process that has the port and is no container's."""
        found = holder(self.e)
        return found if found is not None and not container_of(self.e, found) else None

    @cached_property
    def rival(self) -> str:
        """Name of the other container that has the port; "" if none is known to."""
        found = holder(self.e)
        if found is not None and container_of(self.e, found):
            return container_of(self.e, found)
        return rival(self.e, self.name, self.port)


def show_holder(port: int) -> str:
    """Shows who has a port of this host."""
    return f"sudo lsof -nP -iTCP:{port} -sTCP:LISTEN"


def rival(e: Evidence, name: str, port: int) -> str:
    """Name of a running container that asks for the port and is not ``name``; "" if none is known."""
    return next(
        (
            each.name
            for each in known_containers(e)
            if each.name != name and each.state == "running" and asks_for_port(each, port)
        ),
        "",
    )
