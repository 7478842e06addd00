"""What the engine has of the Compose file: images, containers, and who holds the names it asks for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from docker.errors import DockerException, ImageNotFound
from requests.exceptions import RequestException

from runbooklab.domains.docker.compose_records import ComposeLook, ComposeOnEngine
from runbooklab.domains.docker.container_records import HeldName
from runbooklab.domains.docker.probes.table import COMPOSE
from runbooklab.domains.docker.records import ImageSeen
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.run_with_timeout import future
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.domains.docker.context import Context
    from runbooklab.observe.docker.guard import ReadingClient

MOST_IMAGES = 30
PROJECT, SERVICE = "com.docker.compose.project", "com.docker.compose.service"


def compose_on_engine(ctx: Context) -> ComposeOnEngine:
    """The images of its services, the containers of its project, and those that have its names."""
    compose = ctx.need(COMPOSE)
    with reading_client(ctx) as client:
        every: list[dict[str, Any]] = client.containers(all=True)
        wanted = {service.container_name for service in compose.services} - {""}
        own = [brief for brief in every if _label(brief, PROJECT) == compose.project and compose.project]
        held = [brief for brief in every if _name(brief) in wanted]
        return ComposeOnEngine(
            images=_images(ctx, client, compose),
            held_names=tuple(
                HeldName(
                    clean(_name(brief), ctx.vault),
                    clean(_label(brief, PROJECT), ctx.vault),
                    clean(_label(brief, SERVICE), ctx.vault),
                    str(brief.get("State") or ""),
                )
                for brief in held
            ),
            containers=tuple(clean(_name(brief), ctx.vault) for brief in own[:100]),
            services=tuple(dict.fromkeys(clean(_label(brief, SERVICE), ctx.vault) for brief in own)),
        )


def _name(brief: dict[str, Any]) -> str:
    names = brief.get("Names") or [""]
    return str(names[0]).lstrip("/")


def _label(brief: dict[str, Any], label: str) -> str:
    return str((brief.get("Labels") or {}).get(label) or "")


def _images(ctx: Context, client: ReadingClient, compose: ComposeLook) -> tuple[ImageSeen, ...]:
    wanted = list(dict.fromkeys(service.image for service in compose.services if service.image))[:MOST_IMAGES]
    answers = [(name, future(partial(_image, client, name))) for name in wanted]
    found = []
    for _, answer in answers:
        try:
            seen = answer(ctx.timeout_s(0.8))
        except (TimeoutError, DockerException, RequestException):
            continue
        found.append(seen)
    return tuple(found)


def _image(client: ReadingClient, name: str) -> ImageSeen:
    try:
        said = client.inspect_image(name)  # type: ignore[no-untyped-call] # docker-py decorates it
    except ImageNotFound:
        return ImageSeen(name, False)
    return ImageSeen(name, True, str(said.get("Architecture") or ""))
