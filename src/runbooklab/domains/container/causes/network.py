"""The Docker network that is named, and whether the container is on it."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.preconditions import needs
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.meant import is_default
from runbooklab.domains.container.probes.table import NETWORK
from runbooklab.domains.container.readings.containers import container, is_running, orchestrator
from runbooklab.domains.container.readings.networks import is_on, network_names
from runbooklab.observe.docker.records import Container, NetworkLook


@needs(NETWORK)
def network_missing(e: Evidence) -> Ruling:
    look = e.network.value
    assert look is not None
    known = start_refused(e) or not_missing(e, look)
    if known is not None:
        return known
    wanted = [each for each in (container(e), orchestrator(e)) if each and each.network_mode == look.name]
    if is_default(e.target, "docker_network") and not wanted:
        return named_by_nobody(e, "no container here depends on it")
    return Supported(
        not_among(look), ("docker-network",), 0.95, f"The Docker network {look.name} does not exist."
    )


def start_refused(e: Evidence) -> Supported | None:
    """The engine itself says that the container's network is not there."""
    found = container(e)
    error = found.error.lower() if found else ""
    if found is None or "network" not in error or "not found" not in error:
        return None
    return Supported(
        f"Docker cannot start container {found.name}: {found.error}.",
        ("docker-network", "container"),
        0.96,
        f"Container {found.name} cannot start: its network does not exist.",
    )


def not_missing(e: Evidence, look: NetworkLook) -> RuledOut | None:
    """Why no network is missing, if none is."""
    name = e.target.docker_network
    if not name:
        return RuledOut("No network is named.")
    if look.found is None:
        return None
    if not look.meant_because:
        return RuledOut(f"The network {name} exists.")
    return RuledOut(
        f"There is no network {name}, which nobody chose: it is the runbook's default. "
        f"{look.found.name} is there: {look.meant_because}."
    )


def named_by_nobody(e: Evidence, unharmed: str) -> RuledOut:
    """A default that does not exist; ``unharmed`` says why nothing follows from it."""
    return RuledOut(f"There is no network {e.target.docker_network} (default), and {unharmed}.")


def not_among(look: NetworkLook) -> str:
    """That the network is not there, and which are, as a sentence."""
    return f"There is no Docker network {look.name}; the networks are {', '.join(look.names[:8]) or 'none'}."


def network_detached(e: Evidence, found: Container) -> Ruling:
    """It runs, and is on no network, or not on the one that is named."""
    ruling, look = cut_off(found), e.network.value
    network = look.found if look is not None else None
    if isinstance(ruling, Supported) or not is_running(found) or network is None:
        return ruling
    if found.network_mode.startswith("container:") or is_on(found, network.name):
        return ruling
    return Supported(
        f"Container {found.name} is on {listed(network_names(found))}, and not on {network.name}.",
        ("docker-network",),
        0.9,
        f"Container {found.name} is not on the Docker network {network.name}.",
        severity="warning" if is_default(e.target, "docker_network") else None,
    )


def cut_off(found: Container) -> Ruling:
    """Whether a running container is on no network at all, although it was made with one."""
    if not is_running(found):
        return RuledOut(f"Container {found.name} is {found.state}.")
    by_choice = found.network_mode in ("none", "host") or found.network_mode.startswith("container:")
    if found.networks or by_choice:
        return RuledOut(
            f"Container {found.name} is on {listed(network_names(found))} ({found.network_mode})."
        )
    return Supported(
        f"Container {found.name} runs and is on no network: {found.network_mode} was taken away from it.",
        ("docker-network", "container-ports"),
        0.96,
        f"Container {found.name} has been disconnected from every network.",
    )


def listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"
