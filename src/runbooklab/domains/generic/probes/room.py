"""The room of a file system as the fields of its kind, whoever looked at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from runbooklab.domains.generic.probes.bounds import seen

if TYPE_CHECKING:
    from runbooklab.domains.generic.records import Seen
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context


class Room(Struct, frozen=True):
    """The room of a file system, in bytes; inodes -1: it has no fixed number of them."""

    total: int
    free: int  # of all
    available: int  # to users without privileges
    inodes: int = -1
    free_inodes: int = -1
    read_only: bool | None = None  # None: not known


def absent(ctx: Context[Target], path: str) -> Seen:
    """What is seen of a path that is not there."""
    note = f"{path} does not exist."
    return seen(ctx, {"exists": False}, shown=note, note=note)


def seen_room(ctx: Context[Target], path: str, room: Room) -> Seen:
    """The room as the fields of this kind. Of a full part df counts only what users may fill."""
    used = room.total - room.free
    usable = used + room.available
    values: dict[str, Any] = {"exists": True, "size": room.total, "free": room.available}
    unobserved = {}
    if usable > 0:
        values["used_percent"] = round(100 * used / usable, 1)
    else:
        unobserved["used_percent"] = "this file system has no room of its own"
    if room.inodes > 0:
        values["inodes_used_percent"] = round(100 * (room.inodes - room.free_inodes) / room.inodes, 1)
    else:
        unobserved["inodes_used_percent"] = "this file system has no fixed number of inodes"
    if room.read_only is None:
        unobserved["read_only"] = "how it is mounted is not known"
    else:
        values["read_only"] = room.read_only
    return seen(ctx, values, unobserved=unobserved)
