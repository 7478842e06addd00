"""Names of ports that go into no command if they can't be, beside those of Docker."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domains.address.remedies import names as environment
from runbooklab.domains.container.remedies.names import CONTAINER, Named
from runbooklab.domains.endpoint.evidence import Evidence


def named(e: Evidence) -> Iterator[Named]:
    """The containers of listeners, and the URL's host."""
    listeners = e.listeners.value.listeners if e.listeners.value else ()
    yield "a container", CONTAINER, [listener.container for listener in listeners]
    yield from environment.named(e)
