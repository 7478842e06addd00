"""Whether the Docker engine can be queried at all, and if not, why."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docker.constants import MINIMUM_DOCKER_API_VERSION
from docker.errors import APIError, InvalidVersion
from docker.utils import version_lt

from runbooklab.observe.docker.endpoint import Endpoint, endpoint_of
from runbooklab.observe.docker.guard import ReadingClient
from runbooklab.observe.docker.records import DockerAccess
from runbooklab.observe.net.connect import connect_unix
from runbooklab.observe.run_with_timeout import run_with_timeout
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: How an engine, docker-py and we refuse an API version.
_VERSION_REFUSED = re.compile(
    r"client version \S+ is too (?:old|new)|supported API version|API versions below", re.IGNORECASE
)
_VERSION_OFFERED = re.compile(r"supported API version is (\d+\.\d+)")
#: Names of the exceptions for a connection and for an answer that times out.
_NO_CONNECTION = {"ConnectTimeout", "ConnectTimeoutError"}
_NO_ANSWER = {"ReadTimeout", "ReadTimeoutError", "TimeoutError"}


def docker_access(ctx: Context[Target]) -> DockerAccess:
    """Ask the engine for its version: the answer, or the one reason why there is none.

    It takes only part of the probes' time, since the other Docker probes wait for this one.
    """
    where = endpoint_of(ctx.target)
    shown = clean(where.url, ctx.vault)
    if where.file:
        ctx.note("file", f"read {where.file}")
    if where.problem:
        return DockerAccess(shown, where.outcome, clean(where.problem, ctx.vault))
    closed = _closed_socket(ctx, where.url)
    if closed is not None:
        return closed
    try:
        return run_with_timeout(lambda: _ask(ctx, where), ctx.timeout_s(0.75))
    except Exception as error:  # noqa: BLE001 # docker-py, requests and ssl each raise their own
        return _failure(shown, error)


def _closed_socket(ctx: Context[Target], url: str) -> DockerAccess | None:
    """Why the engine's socket can't be opened; None if it can, or if it is not a socket.

    Checked here because docker-py leaves its own socket open when it fails to connect.
    """
    path = url.removeprefix("unix://")
    if path == url:
        return None
    attempt = connect_unix(f"/{path.lstrip('/')}", ctx.timeout_s(0.7))
    ctx.note("tcp", f"connect {url}: {attempt.outcome}", attempt.ms)
    if attempt.outcome == "connected":
        return None
    if attempt.outcome == "socket-permission":
        return DockerAccess(url, "permission-denied", f"this user may not use {url}")
    if attempt.outcome == "timeout":
        return DockerAccess(url, "unresponsive", f"{url} accepts no connection in time")
    return DockerAccess(url, "unreachable", f"no Docker engine answers at {url}: {attempt.message}")


def _ask(ctx: Context[Target], where: Endpoint) -> DockerAccess:
    chosen = os.environ.get("DOCKER_API_VERSION", "")
    with ReadingClient(
        note=lambda what, ms: ctx.note("docker", what, ms),
        place=where.place,
        version=chosen or MINIMUM_DOCKER_API_VERSION,
        timeout=ctx.timeout_s(0.7),
        **where.options,
    ) as client:
        said = client.version(api_version=bool(chosen))
    offered = str(said["ApiVersion"])
    if version_lt(offered, MINIMUM_DOCKER_API_VERSION):
        raise InvalidVersion(f"API versions below {MINIMUM_DOCKER_API_VERSION} are not spoken: {offered}")
    return DockerAccess(
        endpoint=clean(where.url, ctx.vault),
        outcome="ok",
        server_version=str(said.get("Version", "")),
        api_version=chosen or offered,
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
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        linked = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        waiting.extend(link for link in linked if isinstance(link, BaseException))


def _failure(url: str, error: Exception) -> DockerAccess:
    causes = list(_causes(error))
    names = {type(cause).__name__ for cause in causes}
    refused = isinstance(error, APIError) and error.status_code in (401, 403)
    if refused or any(isinstance(cause, PermissionError) for cause in causes):
        return DockerAccess(url, "permission-denied", f"this user may not use {url}")
    if names & _NO_CONNECTION:
        return DockerAccess(url, "unreachable", f"no connection to {url} in time")
    if names & _NO_ANSWER:
        return DockerAccess(url, "unresponsive", f"{url} accepts connections and does not answer in time")
    if _VERSION_REFUSED.search(str(error)):
        offered = _VERSION_OFFERED.search(str(error))
        version = offered[1] if offered else ""
        return DockerAccess(url, "api-version", str(error)[:300], api_version=version)
    innermost = next((cause for cause in causes if isinstance(cause, OSError) and cause.strerror), error)
    detail = getattr(innermost, "strerror", None) or f"{type(error).__name__}: {error}"
    return DockerAccess(url, "unreachable", f"no Docker engine answers at {url}: {detail}"[:300])
