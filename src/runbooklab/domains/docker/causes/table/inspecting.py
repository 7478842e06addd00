"""The first command to make sure of a cause, with the name of the container that it is about."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domains.container.remedies.names import is_container_name
from runbooklab.domains.container.shell import quoted
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import found


def shell(text: str) -> Callable[[Evidence], str]:
    """A command in which CONTAINER and IMAGE stand for those of the container that is the worst off."""

    def command(e: Evidence) -> str:
        known = _worst(e)
        name = known[0] if known and is_container_name(known[0]) else ""
        image = known[1] if known else ""
        said = text.replace("CONTAINER", quoted(name) if name else '"$NAME"')
        return said.replace("IMAGE", quoted(image) if image else '"$IMAGE"')

    return command


def _worst(e: Evidence) -> tuple[str, str] | None:
    """Name and image of the first container that does not run, or is not healthy; else of the first."""
    every = [known for _, known in found(e)]
    bad = [known for known in every if known.state != "running" or known.health == "unhealthy"]
    return next(((known.name, known.image) for known in (*bad, *every)), None)
