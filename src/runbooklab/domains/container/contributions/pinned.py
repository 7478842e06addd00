"""Which containers and networks a fix is planned for."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domains.container.evidence import Evidence
from runbooklab.model.drawing import Fact
from runbooklab.observe.docker.records import Container, ContainerLook
from runbooklab.words import seconds_between

#: The longest that an engine waits before it restarts a container, in seconds (Docker's reference of run,
#: "--restart": the delay doubles up to one minute).
LONGEST_PAUSE_S = 60
#: What stands for something that was looked for and isn't there.
NONE = "none"


_CONTAINER, _NETWORK = "Container ", "Network "


def container_pin(name: str) -> str:
    """The name under which a container's id is pinned."""
    return f"{_CONTAINER}{name}"


def network_pin(name: str) -> str:
    """The name under which a network's id is pinned."""
    return f"{_NETWORK}{name}"


def outlasts_a_restart(name: str) -> bool:
    """Whether what is pinned under this name is the same after a container's restart."""
    return name.startswith((_CONTAINER, _NETWORK))


def pinned(e: Evidence) -> Iterator[Fact]:
    """The containers by id, state and start; the network, and those that the containers are on, by id."""
    for look in (e.container.value, e.orchestrator.value):
        if look is not None and look.name:
            yield from _container(look, e.gathered_at)
        if look is not None and look.found is not None:
            yield from (Fact(network_pin(each.network), each.id) for each in look.found.networks)
    if (network := e.network.value) is not None and network.name:
        found = network.found
        yield Fact(network_pin(found.name if found else network.name), found.id if found else NONE)


def _container(look: ContainerLook, at: str) -> Iterator[Fact]:
    found = look.found
    if found is None:
        yield Fact(container_pin(look.name), NONE)
        return
    yield Fact(container_pin(found.name), found.id)
    if not comes_and_goes(found, at):
        yield Fact(f"State of {found.name}", found.state)
        yield Fact(f"Start of {found.name}", found.started_at)


def comes_and_goes(found: Container, at: str) -> bool:
    """Whether the engine itself restarts it: it then has another start each time one looks.

    ``at`` is the time of the look. What was restarted once and has been running since then stays.
    """
    runs_for = seconds_between(found.started_at, at)
    is_young = runs_for is None or runs_for < LONGEST_PAUSE_S
    return found.state == "restarting" or (found.restart_count > 0 and is_young)
