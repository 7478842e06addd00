"""Names, the timeline and what is pinned, for every container in question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbooklab.domains.container.contributions import identity as of_one
from runbooklab.domains.container.contributions import moments as moments_of_one
from runbooklab.domains.container.contributions import pinned as pinned_of_one
from runbooklab.domains.docker.container_records import ContainerView
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import focused, found, views
from runbooklab.model.drawing import Fact, Moment


def target_name(parameters: Mapping[str, Any], evidence: Evidence | None) -> str:
    """The containers that are named, else the Compose file, else the engine."""
    named = str(parameters.get("container") or "")
    if named:
        return named
    look = evidence.compose.value if evidence is not None else None
    if look is not None and look.there:
        return look.path
    return str(parameters.get("compose_file") or "") if evidence is None else "Docker"


def name_to_confirm(e: Evidence) -> str:
    return next((known.name for _, known in found(e)), "docker")


def _more(e: Evidence) -> Iterator[ContainerView]:
    """The containers but the one that the domain of one container reports on by itself."""
    seen = e.container.value
    known = seen.found.name if seen is not None and seen.found is not None else ""
    yield from (view for view in views(e) if view.name != known)


def moments(e: Evidence) -> Iterator[Moment]:
    for view in _more(e):
        yield from moments_of_one.moments(focused(e, view))


def pinned(e: Evidence) -> Iterator[Fact]:
    for view in _more(e):
        yield from pinned_of_one.pinned(focused(e, view))


def identity(e: Evidence) -> Iterator[Fact]:
    for view in _more(e):
        yield from of_one.identity(focused(e, view))
