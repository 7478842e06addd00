"""Who had a port when a container that asks for it was started."""

from __future__ import annotations

from msgspec import Struct

from runbooklab.domain.cause import RuledOut
from runbooklab.domains.address.readings.address import url_port
from runbooklab.domains.container.readings.containers import (
    asks_for_port,
    bindings,
    is_running,
    others,
    to_host_port,
)
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.readings.holder import is_stale
from runbooklab.domains.endpoint.readings.listeners import host_listeners, is_proxy, owner_words
from runbooklab.observe.docker.records import Container


class Conflict(Struct, frozen=True):
    """A container that could not have its port."""

    error: str  # what says so
    who: str  # has the port, in words
    confidence: float


def bind_error(found: Container) -> str:
    """The engine's error, if it says that a port which the container asks for is taken; else ""."""
    error = found.error.lower()
    return found.error if "already in use" in error or "already allocated" in error else ""


def taken_by_process(e: Evidence, found: Container, error: str) -> Conflict | RuledOut:
    """The conflict with a process of this host; ``error`` says that the port was taken, if anything does."""
    ruled_out = _no_conflict(e, found, error)
    if ruled_out is not None:
        return ruled_out
    if "already allocated" in error.lower() or _rival(e, found):
        return RuledOut("Another container has the port.")
    here = host_listeners(e)
    holder = next((each for each in here if each.process and not is_proxy(each)), None)
    if holder is None and any(is_stale(e, each) for each in here):
        return RuledOut("A docker-proxy that leads nowhere has the port.")
    who = owner_words(holder) if holder else "a process that is not seen now"
    return Conflict(error, who, 0.97 if holder else 0.8)


def taken_by_container(e: Evidence, found: Container, error: str) -> Conflict | RuledOut:
    """The conflict with another container; ``error`` as above."""
    ruled_out = _no_conflict(e, found, error)
    if ruled_out is not None:
        return ruled_out
    rival = _rival(e, found)
    if rival is None and "already allocated" not in error.lower():
        return RuledOut("No other container has the port.")
    return Conflict(
        error, f"container {rival.name}" if rival else "another container", 0.97 if rival else 0.85
    )


def _no_conflict(e: Evidence, found: Container, error: str) -> RuledOut | None:
    if is_running(found):
        return RuledOut(f"Container {found.name} is {found.state}.")
    if not error:
        return RuledOut(f"Docker reports no port in use for container {found.name}.")
    if f":{url_port(e)}" not in error and not asks_for_port(found, url_port(e)):
        return RuledOut(f"The conflict is not over port {url_port(e)}.")
    return None


def _rival(e: Evidence, found: Container) -> Container | None:
    """Another container that runs and has the port."""
    running = (each for each in others(e) if each.name != found.name and is_running(each))
    return next((each for each in running if to_host_port(bindings(each), url_port(e))), None)
