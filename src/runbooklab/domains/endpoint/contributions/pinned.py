"""Which other containers a fix is planned for."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domains.address.readings.address import url_port
from runbooklab.domains.container.contributions.pinned import container_pin
from runbooklab.domains.container.readings.containers import (
    asks_for_port,
    container,
    is_running,
    known_containers,
)
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.model.drawing import Fact


def pinned(e: Evidence) -> Iterator[Fact]:
    """The ids of other containers that run and ask for the URL's port: one of them may be stopped."""
    own, port = container(e), url_port(e)
    for each in known_containers(e):
        is_other = own is None or each.id != own.id
        if is_other and is_running(each) and asks_for_port(each, port):
            yield Fact(container_pin(each.name), each.id)
