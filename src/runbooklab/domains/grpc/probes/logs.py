"""The tails of the workers' logs, and what the engine remembers of their containers."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from runbooklab.domains.container.probes.events import events
from runbooklab.domains.container.probes.logs import KNOWN, Reader, severity, tail
from runbooklab.domains.container.probes.table import CONTAINER
from runbooklab.domains.grpc.probes.table import CONTAINERS
from runbooklab.domains.grpc.records import WorkerLogs
from runbooklab.model.observation import Key, Missing, Observation
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.records import Container, ContainerEvent, ContainerLook, LogTail
from runbooklab.observe.run_with_timeout import future

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context

MOST_LOGS = 6
#: Lines of a worker's log worth a name.
OF_WORKERS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "import-error": r"ModuleNotFoundError|ImportError|VersionError|Detected incompatible Protobuf",
        "cuda-error": r"CUDA (?:error|out of memory|driver)|no CUDA-capable device|CUDA unavailable",
        "message-too-large": r"received message larger than max",
        "too-many-pings": r"too many pings|too_many_pings|ENHANCE_YOUR_CALM",
        "deserializing": r"exception deserializing (?:request|response)",
        "metadata-too-large": r"received metadata size exceeds",
        "fork": r"other threads are currently calling into grpc, skipping fork|fork_posix",
    }.items()
}
READER = Reader(MappingProxyType({**OF_WORKERS, **KNOWN}), severity)


def logs(ctx: Context) -> WorkerLogs:
    """The logs of the workers' containers, and the events of the last day. Raises :class:`NotObserved`."""
    known = ctx.need(CONTAINERS)
    wanted = [each for each in known.found if each.state != "created"][:MOST_LOGS]
    if not wanted:
        raise NotObserved(Missing("not-applicable", "no worker's container has a log"))
    begun = {
        each.name: (future(partial(_tail, ctx, each)), future(partial(_events, ctx, each))) for each in wanted
    }
    until = time.monotonic() + ctx.timeout_s(0.9)
    tails: dict[str, LogTail] = {}
    seen: list[ContainerEvent] = []
    for name, (log, happened) in begun.items():
        with suppress(TimeoutError, NotObserved):
            tails[name] = log(until - time.monotonic())
        with suppress(TimeoutError, NotObserved):
            seen += happened(until - time.monotonic())
    return WorkerLogs(tails, tuple(sorted(seen, key=lambda event: event.at)))


def _of(ctx: Context, found: Container) -> Context:
    """A context in which ``found`` is the container that the probes of containers look at."""
    look = ContainerLook(found.name, found)

    def wait(key: Key[object]) -> Observation[object]:
        return Observation(CONTAINER.name, value=look) if key.name == CONTAINER.name else ctx.wait(key)

    return replace(ctx, wait=wait)


def _tail(ctx: Context, found: Container) -> LogTail:
    return tail(_of(ctx, found), CONTAINER, READER)


def _events(ctx: Context, found: Container) -> tuple[ContainerEvent, ...]:
    return events(_of(ctx, found))
