"""The client of a Docker probe, once the engine has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.endpoint import endpoint_of
from runbooklab.observe.docker.guard import LOOKUPS, ReadingClient, Tool
from runbooklab.observe.docker.probe import DOCKER

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context


def reading_client(ctx: Context[Target], part: float = 0.9, tool: Tool = LOOKUPS) -> ReadingClient:
    """A client for the engine that the probe ``docker`` has reached.

    One answer may take ``part`` of the probes' time; ``tool`` may be run inside a container. Raises
    :class:`~runbooklab.observe.context.NotObserved` if the engine could not be reached.
    """
    access = ctx.wait(DOCKER)
    if access.value is None:
        raise NotObserved(access.missing or Missing("unreachable", "the Docker engine was not checked"))
    if access.value.outcome != "ok":
        denied = access.value.outcome == "permission-denied"
        reason = "permission" if denied else "unreachable"
        raise NotObserved(Missing(reason, f"Docker: {access.value.message}"))  # type: ignore[arg-type] # two of its literals
    where = endpoint_of(ctx.target)
    return ReadingClient(
        note=lambda what, ms: ctx.note("docker", what, ms),
        place=where.place,
        tool=tool,
        version=access.value.api_version,
        timeout=ctx.timeout_s(part),
        **where.options,
    )
