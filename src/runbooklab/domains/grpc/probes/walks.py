"""The ways to all workers at once, from this host and from the orchestrator's container."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runbooklab.domains.address.probes.name import resolve
from runbooklab.domains.container.probes.table import ORCHESTRATOR
from runbooklab.domains.grpc.probes.names import name_inside
from runbooklab.domains.grpc.probes.proxy import VARIABLES
from runbooklab.domains.grpc.probes.table import CONTAINERS, WORKERS
from runbooklab.domains.grpc.probes.token import token_of
from runbooklab.domains.grpc.probes.walk import walk
from runbooklab.domains.grpc.records import Endpoint, NameSeen, Settings, Walk, Walks, Workers
from runbooklab.domains.redis.probes.workers_reached import may_be_a_worker
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.host.namespace import from_inside, is_here
from runbooklab.observe.run_with_timeout import future
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context
    from runbooklab.observe.docker.records import Container

#: Bytes of a process' environment that are read.
MOST_ENVIRONMENT = 256 << 10
MOST_VALUE = 500


def from_host(ctx: Context) -> Walks:
    """The way to each worker from this host, with the proxy variables of this process."""
    found = ctx.need(WORKERS)
    environment = {name: value for name in VARIABLES if (value := os.environ.get(name)) is not None}
    until = time.monotonic() + ctx.timeout_s(0.93)

    def one(end: Endpoint, settings: Settings, token: str) -> Walk:
        name = _name_here(ctx, end, (until - time.monotonic()) / 2)
        return walk(ctx, end, allowed(found, name), settings, token, until, environment)

    return Walks(
        _all(ctx, found, one, until), _shown(ctx, environment), "this process" if environment else ""
    )


def from_orchestrator(ctx: Context) -> Walks:
    """The same from inside the network of the orchestrator's container. Raises :class:`NotObserved`."""
    container = orchestrator_here(ctx)
    found = ctx.need(WORKERS)
    environment, whose = _environment(container)
    until = time.monotonic() + ctx.timeout_s(0.93)

    def one(end: Endpoint, settings: Settings, token: str) -> Walk:
        name = name_inside(ctx, container, end, ctx.wait(CONTAINERS).value)
        left = max(until - time.monotonic(), 0.05)
        inside = partial(walk, ctx, end, allowed(found, name), settings, token, until, environment)
        return from_inside(container.pid, inside, left + 0.1)

    try:
        walks = _all(ctx, found, one, until)
    except PermissionError as error:
        raise NotObserved(
            Missing("permission", f"the network of container {container.name} may not be entered: {error}")
        ) from error
    return Walks(walks, _shown(ctx, environment), whose, container.network_mode == "host")


def orchestrator_here(ctx: Context) -> Container:
    """The orchestrator's container, if its processes are this host's. Raises :class:`NotObserved`."""
    if not ctx.target.orchestrator_container:
        raise NotObserved(Missing("not-applicable", "no orchestrator's container is named"))
    look = ctx.need(ORCHESTRATOR)
    container = look.found
    if container is None or not container.pid:
        state = f"is {container.state}" if container is not None else "does not exist"
        raise NotObserved(
            Missing("unreachable", f"container {look.name} {state}: nothing can be tried from it")
        )
    if not is_here(container.pid, container.id):
        raise NotObserved(Missing("unsupported", f"the processes of {container.name} are not this host's"))
    return container


def _all(
    ctx: Context, found: Workers, one: Callable[[Endpoint, Settings, str], Walk], until: float
) -> tuple[Walk, ...]:
    """Each worker's way; one that is not done in time is missing. Raises what all of them raise."""
    token = token_of(ctx)
    begun = [(end, future(partial(one, end, found.settings, token))) for end in found.endpoints]
    walks: list[Walk] = []
    for end, result in begun:
        try:
            walks.append(result(until + 0.1 - time.monotonic()))
        except TimeoutError:
            walks.append(Walk(end.address, NameSeen("unknown", message="it was not walked in time")))
    return tuple(walks)


def _name_here(ctx: Context, end: Endpoint, seconds: float) -> NameSeen:
    try:
        found = resolve(end.host, max(min(seconds, 1.0), 0.05))
    except TimeoutError as error:
        return NameSeen("unknown", message=str(error))
    if found.outcome != "literal":
        ctx.note("tcp", f"resolve {end.host}: {found.outcome}")
    return NameSeen(found.outcome, found.addresses, clean(found.message, ctx.vault))  # type: ignore[arg-type] # four of the five


def allowed(found: Workers, name: NameSeen) -> NameSeen:
    """Addresses that a worker can be at: whoever may write to the registry chooses them."""
    if found.source == "parameter":
        return name
    kept = tuple(address for address in name.addresses if may_be_a_worker(address))
    return name if kept == name.addresses else NameSeen(name.outcome, kept, name.message)


def _environment(container: Container) -> tuple[dict[str, str], str]:
    """The proxy variables of the container's main process, else those it was made with."""
    try:
        with Path(f"/proc/{container.pid}/environ").open("rb") as file:
            lines = file.read(MOST_ENVIRONMENT).split(b"\0")
        pairs = [line.decode("utf-8", "replace").partition("=") for line in lines]
        return {name: value for name, _, value in pairs if name in VARIABLES}, f"container {container.name}"
    except OSError:
        known = {name: container.environment[name] for name in VARIABLES if name in container.environment}
        return known, f"container {container.name}"


def _shown(ctx: Context, environment: Mapping[str, str]) -> dict[str, str]:
    return {name: clean(value, ctx.vault)[:MOST_VALUE] for name, value in environment.items()}
