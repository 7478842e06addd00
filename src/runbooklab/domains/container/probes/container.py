"""The containers of the target: its own and its client's, and others worth knowing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from docker.errors import DockerException, ImageNotFound, NotFound
from msgspec import structs
from requests.exceptions import RequestException

from runbooklab.domains.container.meant import Meant, meant_by_name
from runbooklab.domains.container.probes.compose_file import defined_in
from runbooklab.domains.container.thresholds import JUST_STARTED_S, LOOP_S, SECOND_SAMPLE_S
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.docker.record import brief_record, container_record
from runbooklab.observe.docker.records import Container, ContainerLook
from runbooklab.observe.run_with_timeout import future, run_with_timeout

if TYPE_CHECKING:
    from runbooklab.domains.container.context import Context
    from runbooklab.observe.docker.guard import ReadingClient

Others = Callable[[], tuple[Container, ...]]
#: The container that is meant, if it is not the one of that name: given that one, and the others.
Search = Callable[[Container | None, Others], Meant | None]

#: Variables that say where a store, a broker or a cache is, or which environment's section of a configuration
#: counts: their values are wanted.
VALUES_WANTED = re.compile(
    r"REDIS|VALKEY|BROKER|CELERY|CACHE|QUEUE|RESULT_BACKEND|_ENV$|PROFILES_ACTIVE|KV_", re.IGNORECASE
)
#: Other containers that are inspected, and names that are kept, at most.
MOST_OTHERS = 10
MOST_NAMES = 500
#: Longest time that is spent on waiting for them, in seconds.
OTHERS_S = 0.5


def container(ctx: Context) -> ContainerLook:
    """The target's container by name, and the other containers that could be meant or in the way."""
    name = ctx.target.redis_container
    found = find_container(ctx, name, what="container", search=by_service(name))
    return found if found.found is not None else with_compose_file(ctx, found)


def with_compose_file(ctx: Context, seen: ContainerLook, *names: str) -> ContainerLook:
    """``seen`` with the Compose file of the project that defines its container, or one of ``names``."""
    file, service = defined_in(ctx, seen.name, *names)
    return structs.replace(seen, compose_file=file, compose_service=service)


def orchestrator(ctx: Context) -> ContainerLook:
    """The orchestrator's container by name."""
    name = ctx.target.orchestrator_container
    return find_container(ctx, name, what="orchestrator container", search=by_service(name))


def by_service(name: str) -> Search:
    """Finds a container by its Compose service or its alias on a network, if none has that name."""
    return lambda found, others: meant_by_name(name, others()) if found is None else None


def _all_but(chosen: Container, others: Others, by_name: Container | None) -> Others:
    """The others, without the one that was chosen and with the one that only has the name."""
    rest = tuple(container for container in others() if container.id != chosen.id)
    return lambda: (by_name, *rest) if by_name else rest


def find_container(
    ctx: Context,
    name: str,
    what: str,
    search: Search,
    *,
    port: int = 0,
    also: str = "",
    kinds: tuple[str, ...] = (),
    image: str = "",
) -> ContainerLook:
    """A container, and those that hold ``port`` of the host, go by its name or ``also``, or are of ``kinds``.

    ``kinds`` are words in the images and names of such containers; ``image`` is the one that a container
    which is gone would be started from. Raises :class:`NotObserved`.
    """
    if not name:
        raise NotObserved(Missing("not-applicable", f"no {what} is named"))
    with reading_client(ctx) as client:
        everything: list[dict[str, Any]] = client.containers(all=True)
        found = _inspect(ctx, client, name)
        wanted = _Wanted(port, frozenset({name, also} - {""}), kinds)
        others = _others(ctx, client, everything, wanted, found.id if found else "")
        instead = search(found, others)
        if instead is not None:
            by_name, found = found, instead.container
            others = _all_but(found, others, by_name)
        later = _second_sample(ctx, client, found)
        names = sorted(brief["Names"][0].lstrip("/") for brief in everything if brief.get("Names"))
        return ContainerLook(
            name=name,
            found=found,
            restart_count_later=later.restart_count if later else None,
            state_later=later.state if later else "",
            image_present=_image_present(client, found.image if found else image),
            meant_because=instead.because if instead else "",
            others=others(),
            names=tuple(names[:MOST_NAMES]),
        )


def _inspect(ctx: Context, client: ReadingClient, name: str) -> Container | None:
    try:
        said = client.inspect_container(name)
    except NotFound:
        return None
    return container_record(
        said, ctx.vault, source_is_directory(client), VALUES_WANTED, _image_of(client, said)
    )


def _image_of(client: ReadingClient, said: dict[str, Any]) -> dict[str, Any] | None:
    """What the container's image sets by itself; None if the image is gone."""
    try:
        image: dict[str, Any] = client.inspect_image(str(said.get("Image") or ""))  # type: ignore[no-untyped-call] # docker-py decorates it
    except (DockerException, RequestException):
        return None
    return image


def source_is_directory(client: ReadingClient) -> Any:
    """A function that says whether a mount's source is a directory; None if the engine is elsewhere."""
    local = str(client.base_url).startswith("http+docker")

    def is_directory(source: str) -> bool | None:
        try:
            path = Path(source)
            return path.is_dir() if local and path.exists() else None
        except OSError:
            return None

    return is_directory


def _second_sample(ctx: Context, client: ReadingClient, found: Container | None) -> Container | None:
    """A second sample a moment later, if the first could be one frame of a crash loop.

    Also None if the answer is late: the engine reports nothing about a container that it is starting.
    """
    if found is None or not _suspicious(found) or ctx.timeout_s() < SECOND_SAMPLE_S:
        return None
    time.sleep(SECOND_SAMPLE_S)
    try:
        return run_with_timeout(lambda: _inspect(ctx, client, found.name), ctx.timeout_s(0.8))
    except (TimeoutError, DockerException, RequestException):
        return None


def _suspicious(found: Container) -> bool:
    if found.state == "restarting":
        return True
    if found.restart_policy in ("", "no"):
        return False
    if found.state == "exited":
        return True
    return _age_s(found.started_at) < (LOOP_S if found.restart_count else JUST_STARTED_S)


def _age_s(at: str) -> float:
    from datetime import UTC, datetime

    try:
        return (datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds()
    except ValueError:
        return float("inf")


def _image_present(client: ReadingClient, image: str) -> bool | None:
    """Whether the image is on this engine; None if that is not known, or which one it would be."""
    if not image:
        return None
    try:
        client.inspect_image(image)  # type: ignore[no-untyped-call] # docker-py decorates it
    except ImageNotFound:
        return False
    except (DockerException, RequestException):  # asked in passing: it says nothing of the container
        return None
    return True


def _others(
    ctx: Context, client: ReadingClient, everything: Iterable[dict[str, Any]], wanted: _Wanted, own_id: str
) -> Others:
    """Start to inspect the other containers; what comes back waits for them, a little.

    The engine makes an inspection wait while it starts, stops or removes that container, and one that
    it cannot get rid of makes it wait for ever: then the entry in the list must do.
    """
    ranked = sorted(
        (brief for brief in everything if not (own_id and brief["Id"].startswith(own_id))),
        key=lambda brief: _interest(brief, wanted),
        reverse=True,
    )
    chosen = [
        brief
        for brief in ranked[:MOST_OTHERS]
        if _interest(brief, wanted) > 0 or (not own_id and brief.get("State") != "running")
    ]  # a stopped one has no ports in the list: only inspecting it shows which it asks for
    inspections = [future(partial(_inspect, ctx, client, brief["Id"])) for brief in chosen]
    until = time.monotonic() + min(OTHERS_S, ctx.timeout_s(0.5))

    def answers() -> Iterator[Container]:
        for brief, answer in zip(chosen, inspections, strict=True):
            try:
                found = answer(until - time.monotonic())
            except (TimeoutError, DockerException, RequestException):
                found = brief_record(brief)
            if found is not None:  # None: removed meanwhile
                yield found

    return cache(lambda: tuple(answers()))


class _Wanted(NamedTuple):
    """What makes another container worth inspecting."""

    port: int  # of the host
    names: frozenset[str]
    kinds: tuple[str, ...]  # words in image, service or name


def _interest(brief: dict[str, Any], wanted: _Wanted) -> int:
    """How much a container has to do with the target: it holds its port, its name, or is of its kind."""
    names = [name.lstrip("/") for name in brief.get("Names") or ()]
    labels = brief.get("Labels") or {}
    holds_port = any(binding.get("PublicPort") == wanted.port for binding in brief.get("Ports") or ())
    named = any(word in name for word in wanted.names for name in names)
    service = labels.get("com.docker.compose.service", "")
    image = str(brief.get("Image", ""))
    alike = any(kind in text for kind in wanted.kinds for text in (image, service, *names))
    return 4 * holds_port + 2 * (named or service in wanted.names) + alike
