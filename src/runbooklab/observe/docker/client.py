"""The client that a Docker probe works with, once the engine has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.endpoint import endpoint
from runbooklab.observe.docker.guard import LOOKUPS, ReadingClient, Tool
from runbooklab.observe.docker.probe import DOCKER

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context


def reading_client(ctx: Context[Target], part: float = 0.9, tool: Tool = LOOKUPS) -> ReadingClient:
    """A client for the engine that the probe ``docker`` has reached.

    ``part`` of the probes' time is spent at most on one answer; ``tool`` may be run inside. Raises
    :class:`~runbooklab.observe.context.NotObserved` where the engine could not be reached.
    """
    access = ctx.wait(DOCKER)
    if access.value is None:
        raise NotObserved(access.missing or Missing("unreachable", "the Docker engine was not looked at"))
    if access.value.outcome != "ok":
        denied = access.value.outcome == "permission-denied"
        reason = "permission" if denied else "unreachable"
        raise NotObserved(Missing(reason, f"Docker: {access.value.message}"))  # type: ignore[arg-type] # two of its literals
    where = endpoint()
    return ReadingClient(
        note=lambda what, ms: ctx.note("docker", what, ms),
        place=where.place,
        tool=tool,
        version=access.value.api_version,
        timeout=ctx.timeout_s(part),
        **where.options,
    )
