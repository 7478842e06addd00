"""POSIX access control lists: what they let a user do. Source: acl(5), "ACCESS CHECK ALGORITHM"."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

_NAME = "system.posix_acl_access"
#: Kinds of entries. Source: linux/posix_acl.h.
_OWNER, _USER, _GROUP_OF_FILE, _GROUP, _MASK, _OTHER = 1, 2, 4, 8, 16, 32


class Entry(Struct, frozen=True):
    """One line of ``getfacl``: a kind, read 4, write 2 and execute 1, and the user or group it names."""

    kind: int
    permissions: int
    id: int


def acl_of(path: Path) -> tuple[Entry, ...]:
    """The entries of a file's list; none if it has no list, or its file system knows none."""
    try:
        data = os.getxattr(path, _NAME)
    except OSError:
        return ()
    rows = struct.iter_unpack("<HHI", data[4 : 4 + (len(data) - 4) // 8 * 8])
    return tuple(Entry(*row) for row in rows)


def permits(
    entries: Sequence[Entry], status: os.stat_result, uid: int, groups: frozenset[int], wanted: int
) -> bool:
    """Whether the list lets a user who is not root do ``wanted`` (read 4, write 2, execute 1)."""
    mask = next((each.permissions for each in entries if each.kind == _MASK), 7)
    if uid == status.st_uid:
        return _first(entries, _OWNER) & wanted == wanted
    own = next((each for each in entries if each.kind == _USER and each.id == uid), None)
    if own is not None:
        return own.permissions & mask & wanted == wanted
    of_groups = [
        each.permissions & mask
        for each in entries
        if (each.kind == _GROUP_OF_FILE and status.st_gid in groups)
        or (each.kind == _GROUP and each.id in groups)
    ]
    if of_groups:
        return any(each & wanted == wanted for each in of_groups)
    return _first(entries, _OTHER) & wanted == wanted


def _first(entries: Sequence[Entry], kind: int) -> int:
    return next((each.permissions for each in entries if each.kind == kind), 0)
