"""How the target is called, and what identifies it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbooklab.domains.container.contributions.pinned import container_pin
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.readings.worker import workers
from runbooklab.model.conclusions import Status
from runbooklab.model.drawing import Fact, Moment, moment_at
from runbooklab.words import listed


def target_name(parameters: Mapping[str, Any], e: Evidence | None) -> str:
    """The worker's container, else the addresses that are called."""
    name = str(parameters.get("worker_container") or parameters.get("worker_address") or "")
    if name or e is None:
        return name
    return listed([each.end.address for each in workers(e)], 2) if workers(e) else ""


def name_to_confirm(e: Evidence) -> str:
    """What a person types to confirm a destructive plan."""
    found = workers(e)
    container = found[0].container if found else None
    return (
        e.target.worker_container
        or (container.name if container is not None else "")
        or (found[0].end.address if found else "")
    )


def pinned(e: Evidence) -> Iterator[Fact]:
    """Which containers and processes a plan was made for."""
    known = e.containers.value
    for each in known.found if known is not None else ():
        yield Fact(container_pin(each.name), each.id)


def identity(e: Evidence) -> Iterator[Fact]:
    """What the workers are, and how they are set up."""
    for each in workers(e):
        found = each.container
        if found is not None:
            yield Fact(f"container of {each.end.address}", f"{found.name} ({found.id}, {found.image})")
        if each.services:
            yield Fact(f"services of {each.end.address}", listed(list(each.services)))
        if each.tls is not None and each.tls.subject:
            yield Fact(
                f"certificate of {each.end.address}", f"{each.tls.subject}, until {each.tls.not_after}"
            )


#: Kinds of events that are told, and how they look.
_EVENTS: dict[str, Status] = {
    "start": "ok",
    "die": "warning",
    "oom": "critical",
    "kill": "warning",
    "pause": "warning",
    "unpause": "ok",
    "stop": "skipped",
}


def moments(e: Evidence) -> Iterator[Moment]:
    """What happened to the workers' containers, for the timeline."""
    logs = e.worker_logs.value
    names = {each.container.name for each in workers(e) if each.container is not None}
    for event in logs.events if logs is not None else ():
        if event.container in names and event.action in _EVENTS:
            code = event.attributes.get("exitCode", "")
            what = f"{event.container}: {event.action}{f', exit code {code}' if code else ''}"
            yield from moment_at(event.at, "Worker", what, _EVENTS[event.action])
