"""Names of the surroundings that go into no command if they can't be, beside those of Docker."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.container.remedies.names import NETWORK, Named


def named(e: Evidence) -> Iterator[Named]:
    """The URL's host."""
    address = e.address.value
    yield "the URL's host", NETWORK, [address.host] if address else []
