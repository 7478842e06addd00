"""Whether the Docker engine can be asked at all, and if not, why."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docker.context import ContextAPI
from docker.context.config import get_current_context_name
from docker.utils import kwargs_from_env

from runbooklab.evidence import DockerAccess
from runbooklab.probes.docker_guard import ReadingClient

if TYPE_CHECKING:
    from runbooklab.probes.context import Context

DEFAULT_ENDPOINT = "unix:///var/run/docker.sock"

#: How an engine refuses a version. docker-py says "API version" of every failure to ask for it.
_VERSION_REFUSED = re.compile(r"client version \S+ is too (?:old|new)|supported API version", re.IGNORECASE)


@dataclass(frozen=True)
class Endpoint:
    """Where the engine is: ``options`` for docker-py; ``missing_context`` names one that isn't there."""

    url: str
    options: dict[str, Any] = field(default_factory=dict)
    missing_context: str = ""


def endpoint() -> Endpoint:
    """The endpoint as the docker command chooses it: DOCKER_HOST, else the context, else the default socket.

    Source: Docker CLI documentation, "docker context".
    """
    if os.environ.get("DOCKER_HOST"):
        options: dict[str, Any] = dict(kwargs_from_env())
        return Endpoint(options.get("base_url", DEFAULT_ENDPOINT), options)
    name = os.environ.get("DOCKER_CONTEXT") or _current_context()
    if name in ("", "default"):
        return Endpoint(DEFAULT_ENDPOINT, {"base_url": DEFAULT_ENDPOINT})
    context = ContextAPI.get_context(name)
    if context is None or not context.Host:
        return Endpoint(f"context {name}", missing_context=name)
    return Endpoint(context.Host, {"base_url": context.Host, "tls": context.TLSConfig})


def _current_context() -> str:
    try:
        return get_current_context_name() or ""
    except Exception:  # noqa: BLE001 # a client configuration that can't be read means the default endpoint
        return ""


def docker_access(ctx: Context) -> DockerAccess:
    """Ask the engine for its version: the answer, or the one reason why there is none.

    Only part of the probes' time is spent, since the other Docker probes wait for this one.
    """
    where = endpoint()
    if where.missing_context:
        return DockerAccess(
            where.url, "context-missing", f"the Docker context {where.missing_context!r} does not exist"
        )
    try:
        client = ReadingClient(
            note=lambda what, ms: ctx.note("docker", what, ms),
            version=None,
            timeout=ctx.patience(0.7),
            **where.options,
        )
        said = client.version()
    except Exception as error:  # noqa: BLE001 # docker-py, requests, ssl and paramiko each raise their own
        return _failure(where.url, error)
    return DockerAccess(
        endpoint=where.url,
        outcome="ok",
        server_version=str(said.get("Version", "")),
        api_version=client.api_version,
        engine=_engine(said),
    )


def _engine(said: dict[str, Any]) -> str:
    names = [str(part.get("Name", "")) for part in said.get("Components") or ()]
    return "Podman" if any("Podman" in name for name in names) else "Docker"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it wraps: requests and urllib3 hold the reason in their arguments."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        linked = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting.extend(link for link in linked if isinstance(link, BaseException))


def _failure(url: str, error: Exception) -> DockerAccess:
    causes = list(_causes(error))
    names = {type(cause).__name__ for cause in causes}
    if any(isinstance(cause, PermissionError) for cause in causes):
        return DockerAccess(url, "permission-denied", f"this user may not use {url}")
    if names & {"ReadTimeout", "ReadTimeoutError", "ConnectTimeout", "ConnectTimeoutError", "TimeoutError"}:
        return DockerAccess(url, "unresponsive", f"{url} accepts connections and does not answer")
    if _VERSION_REFUSED.search(str(error)):
        return DockerAccess(url, "api-version", str(error)[:300])
    innermost = next((cause for cause in causes if isinstance(cause, OSError) and cause.strerror), error)
    detail = getattr(innermost, "strerror", None) or f"{type(error).__name__}: {error}"
    return DockerAccess(url, "unreachable", f"no Docker engine answers at {url}: {detail}"[:300])
