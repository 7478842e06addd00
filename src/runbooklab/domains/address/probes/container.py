"""The target's container, found by where its URL leads if none has its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbooklab.domains.address.meant import REDIS_LIKE, is_unrelated, meant, meant_by_url
from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.container.meant import Meant
from runbooklab.domains.container.probes.container import Others, find_container, with_compose_file
from runbooklab.observe.docker.records import Container, ContainerLook

if TYPE_CHECKING:
    from runbooklab.domains.address.context import Context

#: What a URL without a port means.
_USUAL_PORT = 6379
#: What is started if there is no container and nothing else is said.
_USUAL_IMAGE = "redis:7-alpine"


def container(ctx: Context) -> ContainerLook:
    """The Redis container by name or by URL, and the other containers that could be meant or in the way."""
    address, inner = ctx.wait(ADDRESS).value, bool(ctx.target.orchestrator_container)

    def search(found: Container | None, others: Others) -> Meant | None:
        if found is None:
            return meant(ctx.target, others(), address, from_container=inner)
        if address is None or not is_unrelated(ctx.target, found, address):
            return None
        return meant_by_url(others(), address, from_container=inner)

    host, port = (address.host, address.port) if address is not None else ("", _USUAL_PORT)
    seen = find_container(
        ctx,
        ctx.target.redis_container,
        "Redis container",
        search,
        port=port,
        also=host,
        kinds=REDIS_LIKE,
        image=_USUAL_IMAGE,
    )
    return seen if seen.found is not None else with_compose_file(ctx, seen, host)
