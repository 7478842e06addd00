"""Several owners on one port: what each of them gets."""

from __future__ import annotations

from itertools import combinations
from typing import Literal

from msgspec import Struct

from runbooklab.domains.ports.readings.addresses import covers
from runbooklab.domains.ports.readings.owning import Holder, related
from runbooklab.domains.ports.readings.rows import Row
from runbooklab.observe.net.addresses import is_any

Kind = Literal["shared", "shadowed", "split"]
_ORDER: tuple[Kind, ...] = ("shadowed", "shared", "split")


class Sharing(Struct, frozen=True):
    """Two listeners of different owners on one port.

    ``shadowed``: ``one`` has a specific address, and takes its traffic from ``other``; ``shared``: both have
    the same address; ``split``: one has IPv4, the other IPv6.
    """

    kind: Kind
    one: Holder
    other: Holder


def sharing(row: Row) -> Sharing | None:
    """The worst pair of unrelated listeners on a port."""
    found = [pair for one, other in combinations(row.listeners, 2) if (pair := _pair(one, other))]
    if row.want.protocol == "udp" and not row.want.owner:
        return None  # multicast: many programs hear the same port
    return min(found, key=lambda each: _ORDER.index(each.kind), default=None)


def _pair(one: Holder, other: Holder) -> Sharing | None:
    if related(one, other) or one.is_hidden or other.is_hidden:
        return None
    a, b = one.socket, other.socket
    if a.family == b.family and a.address == b.address:
        return Sharing("shared", one, other)
    if is_any(b.address) and not is_any(a.address) and covers(b, a.address):
        return Sharing("shadowed", one, other)
    if is_any(a.address) and not is_any(b.address) and covers(a, b.address):
        return Sharing("shadowed", other, one)
    if a.family != b.family:
        first, second = (one, other) if a.family == 4 else (other, one)
        return Sharing("split", first, second)
    return None
