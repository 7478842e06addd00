"""A change of one line of a file, which only a person makes: as a record, and as a diff to read."""

from __future__ import annotations

from msgspec import Struct


class FileEdit(Struct, frozen=True):
    """``old`` at ``line`` (1-based) of ``path`` becomes ``new``; with ``line`` 0, ``new`` is appended.

    Both are whole lines without their end, as they are in the file, with a token for each secret.
    """

    path: str
    line: int
    old: str
    new: str


def as_diff(edit: FileEdit) -> str:
    """The edit as a hunk of a unified diff, without a final line end.

    >>> print(as_diff(FileEdit("redis.conf", 7, "bind 127.0.0.1", "bind * -::*")))
    --- redis.conf
    +++ redis.conf
    @@ -7 +7 @@
    -bind 127.0.0.1
    +bind * -::*
    """
    head = [f"--- {edit.path}", f"+++ {edit.path}"]
    if not edit.line:
        return "\n".join((*head, "@@ at the end @@", f"+{edit.new}"))
    return "\n".join((*head, f"@@ -{edit.line} +{edit.line} @@", f"-{edit.old}", f"+{edit.new}"))
