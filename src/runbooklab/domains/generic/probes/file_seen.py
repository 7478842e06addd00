"""A file as the fields of its kind, whoever looked at it."""

from __future__ import annotations

import stat
import time
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from runbooklab.domains.generic.probes.bounds import MOST_TEXT, seen

if TYPE_CHECKING:
    from runbooklab.domains.generic.records import Seen
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: Bytes of a file that are read; of a longer one neither lines nor text are told.
MOST_BYTES = 1 << 20
TYPES = (
    (stat.S_ISREG, "file"), (stat.S_ISDIR, "folder"), (stat.S_ISLNK, "link"), (stat.S_ISSOCK, "socket"),
    (stat.S_ISFIFO, "pipe"), (stat.S_ISBLK, "device"), (stat.S_ISCHR, "device"),
)  # fmt: skip


class Stated(Struct, frozen=True):
    """What the kernel says of a file, and its beginning."""

    type: str
    size: int = 0
    written_at: float = 0.0
    mode: int = 0
    owner: str = ""
    content: bytes | None = None
    unread: str = ""  # why there is no content


def seen_file(ctx: Context[Target], path: str, found: Stated | None) -> Seen:
    """A file as the fields of this kind; None: it is not there."""
    if found is None:
        note = f"{path} does not exist."
        return seen(ctx, {"exists": False}, shown=note, note=note)
    if found.type == "link":
        note = f"{path} is a link that leads nowhere."
        return seen(ctx, {"exists": False, "type": "link"}, shown=note, note=note)
    values: dict[str, Any] = {
        "exists": True,
        "type": found.type,
        "size": found.size,
        "age": round(max(time.time() - found.written_at, 0.0), 1),
        "mode": f"{found.mode:04o}",
        "owner": found.owner,
    }
    unobserved = {}
    text = ""
    if found.content is None:
        unobserved = dict.fromkeys(("lines", "text"), found.unread or f"it is a {found.type}")
    else:
        text = found.content.decode("utf-8", "surrogateescape")
        values["lines"] = text.count("\n") + (text[-1:] not in ("", "\n"))
        if len(text) > MOST_TEXT:
            unobserved["text"] = "it is longer than 16 KiB: ask with the kind `log` and `match`"
        else:
            values["text"] = text
    return seen(ctx, values, shown=text, unobserved=unobserved)
