"""Which containers and networks a fix is planned for."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domains.docker.evidence import Evidence
from runbooklab.model.drawing import Fact
from runbooklab.observe.docker.records import Container, ContainerLook

#: What stands for something that was looked for and isn't there.
NONE = "none"


_CONTAINER = "Container "


def container_pin(name: str) -> str:
    """The name under which a container's id is pinned."""
    return f"{_CONTAINER}{name}"


def is_container_pin(name: str) -> bool:
    """Whether a container's id is pinned under this name."""
    return name.startswith(_CONTAINER)


def pinned(e: Evidence) -> Iterator[Fact]:
    """The containers by id, state and start, and whether the network exists."""
    for look in (e.container.value, e.orchestrator.value):
        if look is not None and look.name:
            yield from _container(look)
    if (network := e.network.value) is not None and network.name:
        yield Fact(f"Network {network.name}", network.found.name if network.found else NONE)


def _container(look: ContainerLook) -> Iterator[Fact]:
    found = look.found
    if found is None:
        yield Fact(container_pin(look.name), NONE)
        return
    yield Fact(container_pin(found.name), found.id)
    if not _comes_and_goes(found):
        yield Fact(f"State of {found.name}", found.state)
        yield Fact(f"Start of {found.name}", found.started_at)


def _comes_and_goes(found: Container) -> bool:
    """Whether the engine itself restarts it: it then has another start each time one looks."""
    return found.state == "restarting" or found.restart_count > 0
