"""The state of a Docker container, through the guarded client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docker.errors import APIError, DockerException, NotFound
from requests.exceptions import RequestException

from runbooklab.domains.generic.probes.bounds import seen, within
from runbooklab.domains.generic.probes.docker_names import refused_container
from runbooklab.domains.generic.records import Asked, Plan, Seen
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.docker.record import utc
from runbooklab.words import seconds_between, utc_now

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

_TEMPLATE = "{{json .State}} {{.RestartCount}} {{.Config.Image}}"


def refused(asked: Asked) -> str:
    """Why this is never asked."""
    return refused_container(asked.subject.plain)


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be asked."""
    return (Plan("docker", f"GET /containers/{asked.subject.plain}/json"),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same, without the container's environment."""
    return asked.shell.command("docker", "inspect", "-f", _TEMPLATE, asked.subject.plain)


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Ask the engine that the probe ``docker`` has reached. Raises :class:`NotObserved` if there is none."""
    ctx, name = within(ctx, asked), asked.subject.plain
    try:
        with reading_client(ctx) as client:
            said = client.inspect_container(name)
    except NotFound:
        note = f"There is no container {name}."
        return seen(ctx, {"exists": False}, shown=note, note=note)
    except (APIError, DockerException, RequestException, ValueError) as error:
        raise NotObserved(Missing("unreachable", f"Docker: {_said(error)}")) from None
    values = values_of(said)
    return seen(ctx, values, shown=values["error"], note=values["error"])


def values_of(said: dict[str, Any]) -> dict[str, Any]:
    """The fields of this kind in the answer of GET /containers/NAME/json."""
    state = said.get("State") or {}
    status = str(state.get("Status") or "")
    values: dict[str, Any] = {
        "exists": True,
        "state": status,
        "health": str((state.get("Health") or {}).get("Status") or "none"),
        "oom_killed": bool(state.get("OOMKilled")),
        "error": str(state.get("Error") or ""),
        "restarts": int(said.get("RestartCount") or 0),
        "image": str((said.get("Config") or {}).get("Image") or ""),
    }
    limit = (said.get("HostConfig") or {}).get("Memory")
    if limit:
        values["memory"] = int(limit)
    if utc(state.get("FinishedAt")):
        values["exit_code"] = int(state.get("ExitCode") or 0)
    age = seconds_between(utc(state.get("StartedAt")), utc_now())
    if age is not None and status in ("running", "paused"):
        values["age"] = max(age, 0.0)
    return values


def _said(error: Exception) -> str:
    if isinstance(error, APIError):
        return str(error.explanation or error)[:300]
    return str(error)[:300] or type(error).__name__
