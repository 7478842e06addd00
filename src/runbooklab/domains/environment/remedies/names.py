"""Names of the surroundings that go into no command if they can't be, beside those of Docker."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domains.docker.remedies.names import NETWORK, Named
from runbooklab.domains.environment.evidence import Evidence


def named(e: Evidence) -> Iterator[Named]:
    """The URL's host."""
    address = e.address.value
    yield "the URL's host", NETWORK, [address.host] if address else []
