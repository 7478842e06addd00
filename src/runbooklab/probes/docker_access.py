"""Whether the Docker engine can be asked at all, and if not, why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from runbooklab.evidence import DockerAccess
from runbooklab.probes.docker_endpoint import Endpoint, endpoint
from runbooklab.probes.docker_guard import ReadingClient

if TYPE_CHECKING:
    from runbooklab.probes.context import Context

#: How an engine refuses a version, and how docker-py does. docker-py says "API version" of every
#: failure to ask for it.
_VERSION_REFUSED = re.compile(
    r"client version \S+ is too (?:old|new)|supported API version|API versions below", re.IGNORECASE
)
#: What the exceptions of a connection and of an answer that don't come in time are called.
_NO_CONNECTION = {"ConnectTimeout", "ConnectTimeoutError"}
_NO_ANSWER = {"ReadTimeout", "ReadTimeoutError", "TimeoutError", "Empty"}


def docker_access(ctx: Context) -> DockerAccess:
    """Ask the engine for its version: the answer, or the one reason why there is none.

    Only part of the probes' time is spent, since the other Docker probes wait for this one.
    """
    where = endpoint()
    if where.problem:
        missing = where.problem.endswith("does not exist")
        return DockerAccess(where.url, "context-missing" if missing else "unreachable", where.problem)
    answer: SimpleQueue[DockerAccess | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answer.put(_ask(ctx, where))
        except Exception as error:  # noqa: BLE001 # docker-py, requests, ssl and paramiko each raise their own
            answer.put(error)

    # A timeout of requests counts from byte to byte: an engine that drips them would never be late.
    Thread(target=ask, name="docker version", daemon=True).start()
    try:
        said = answer.get(timeout=ctx.patience(0.75))
    except Empty as error:
        said = error
    return _failure(where.url, said) if isinstance(said, Exception) else said


def _ask(ctx: Context, where: Endpoint) -> DockerAccess:
    client = ReadingClient(
        note=lambda what, ms: ctx.note("docker", what, ms),
        version=None,
        timeout=ctx.patience(0.7),
        **where.options,
    )
    said = client.version()
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
    if names & _NO_CONNECTION:
        return DockerAccess(url, "unreachable", f"no connection to {url} in time")
    if names & _NO_ANSWER:
        return DockerAccess(url, "unresponsive", f"{url} accepts connections and does not answer in time")
    if _VERSION_REFUSED.search(str(error)):
        return DockerAccess(url, "api-version", str(error)[:300])
    innermost = next((cause for cause in causes if isinstance(cause, OSError) and cause.strerror), error)
    detail = getattr(innermost, "strerror", None) or f"{type(error).__name__}: {error}"
    return DockerAccess(url, "unreachable", f"no Docker engine answers at {url}: {detail}"[:300])
