"""The bytes of a .env file as text."""

from __future__ import annotations

from runbooklab.observe.env_file.records import Mistake

#: UTF-8's byte order mark.
BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def decoded(data: bytes) -> tuple[str, Mistake | None]:
    """The text, a byte order mark included; and the mistake if the bytes are no UTF-8 text.

    Bytes that are none become surrogates, so that a reader that takes any bytes can go on.
    """
    if data.startswith(_UTF16):
        text = data.decode("utf-16", "replace")
        return text, Mistake(1, "encoding", "stops", "it is UTF-16, not UTF-8")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return data.decode("utf-8", "replace"), Mistake(line, "encoding", "stops", "it holds NUL bytes")
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        text = data.decode("utf-8", "surrogateescape")
        return text, Mistake(line, "encoding", "stops", "the line holds bytes that are not UTF-8")
