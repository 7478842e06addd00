"""Containers: which are known, their names and networks, and the ports that they have of this host."""

from __future__ import annotations

from collections.abc import Iterable

from runbooklab.domains.container.evidence import Evidence
from runbooklab.observe.docker.records import Container, PortBinding


def docker_answers(e: Evidence) -> bool:
    return e.docker.value is not None and e.docker.value.outcome == "ok"


def container(e: Evidence) -> Container | None:
    """The container that is diagnosed, if it was found."""
    return e.container.value.found if e.container.value else None


def orchestrator(e: Evidence) -> Container | None:
    """The client's container, if it was found."""
    return e.orchestrator.value.found if e.orchestrator.value else None


def known_containers(e: Evidence) -> tuple[Container, ...]:
    looks = [look for look in (e.container.value, e.orchestrator.value) if look]
    found = [look.found for look in looks if look.found]
    return (*found, *(other for look in looks for other in look.others))


def others(e: Evidence) -> tuple[Container, ...]:
    return e.container.value.others if e.container.value else ()


def is_running(found: Container) -> bool:
    """Whether its processes exist now (a paused container's do)."""
    return found.state in ("running", "paused")


def is_limited(found: Container) -> bool:
    """Whether it may use a part of the processors only."""
    return any(each.option in ("--cpus", "--cpu-quota") for each in found.options or ())


def names_of(found: Container) -> set[str]:
    """Every name under which a container may be known on its networks."""
    names = {found.name, found.id, found.id[:12], found.labels.get("com.docker.compose.service", "")}
    return (names | {alias for net in found.networks for alias in net.aliases}) - {""}


def container_names(e: Evidence) -> set[str]:
    """Every container's name on this engine, and the aliases of those that were inspected."""
    look = e.container.value
    names = set(look.names) if look else set()
    return names.union(*(names_of(known) for known in known_containers(e)))


# --- ports ----------------------------------------------------------------------------------------


def bindings(found: Container) -> tuple[PortBinding, ...]:
    """Ports published to the host: as they are, or as asked for while the container is not running."""
    ports = found.ports if is_running(found) else found.ports_asked
    return tuple(port for port in ports if port.host_port is not None)


def tcp_bindings(found: Container) -> tuple[PortBinding, ...]:
    """Those of them that take TCP connections."""
    return tuple(port for port in bindings(found) if port.protocol == "tcp")


def to_host_port(ports: Iterable[PortBinding], port: int) -> bool:
    """Whether any of the bindings is to this port of the host."""
    return any(binding.host_port == port for binding in ports)


def asks_for_port(found: Container, port: int) -> bool:
    """Whether the container is configured to have this port of the host."""
    if found.network_mode == "host":
        return True
    asked = found.ports_asked or found.ports
    return any(binding.host_port == port and binding.protocol == "tcp" for binding in asked)
