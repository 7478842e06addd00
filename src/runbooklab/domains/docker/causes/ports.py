"""A container that was refused its port: who has it is for the runbook of ports to find out."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domains.docker.container_records import ContainerView
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import of_each_found
from runbooklab.observe.docker.records import Container

#: The engine's proxy: whoever has the port with it is a container.
_PROXY = "docker-proxy"
_SHOWN = ("docker-containers",)


def _taken(view: ContainerView, known: Container, *, by_container: bool) -> Ruling:
    port, holder = view.extras.refused_port, view.extras.port_holder
    if not port or known.state == "running":
        return RuledOut(f"Container {known.name} was refused no port.")
    if not holder:
        return RuledOut(f"Port {port}, which container {known.name} was refused, is free now.")
    if by_container != holder.startswith(_PROXY):
        return RuledOut(f"Port {port} belongs to {holder}.")
    whose = f"another container, through {holder}" if by_container else holder
    return Supported(
        f"Docker refused container {known.name} port {port}, which belongs to {whose}:"
        f' "{known.error[:160]}".',
        _SHOWN,
        0.96,
        f"Container {known.name} cannot start: port {port} belongs to {whose}.",
        parameters={"ports": f"{port}:{known.name}"},
    )


def free_again(view: ContainerView, known: Container) -> bool:
    """Whether it was refused a port that nobody has any more."""
    return bool(view.extras.refused_port) and not view.extras.port_holder and known.state != "running"


def _by_process(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    return _taken(view, known, by_container=False)


def _by_container(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    return _taken(view, known, by_container=True)


judge_process, judge_container = of_each_found(_by_process), of_each_found(_by_container)
