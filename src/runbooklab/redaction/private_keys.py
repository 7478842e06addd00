"""Private keys in PEM: whole, in one line, spread over the lines of a log, or cut at either end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbooklab.redaction.urls import Found

KIND = "private key"
_MARK = "PRIVATE KEY"
#: What may stand between the two marks: base64, headers, and the times that a log puts before each line.
_WHOLE = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?:(?!-----)[\w+/=\s\\:,.()-]){0,20000}-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
    r"|(?:(?:\s|\\[rn]){0,9}[A-Za-z0-9+/=]{16,100}(?![A-Za-z0-9+/=])){0,400})"
)
_END = re.compile(r"-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_LINE = re.compile(r"[A-Za-z0-9+/=]{0,100}")
_LONGEST = 20_000
_PIECE = re.compile(r"[A-Za-z0-9+/=]{12,}")


def find_private_keys(text: str) -> Iterator[Found]:
    """Every private key in ``text``, also without its beginning or its end."""
    if _MARK not in text:
        return
    ends, before = set(), 0
    for whole in _WHOLE.finditer(text):
        ends.add(whole.end())
        yield Found(*whole.span(), whole[0], kind=KIND)
    for end in _END.finditer(text):
        if end.end() not in ends:
            start = _beginning(text, before, end.start())
            yield Found(start, end.end(), text[start : end.end()], kind=KIND)
        before = end.end()


def _beginning(text: str, start: int, end: int) -> int:
    """Where the lines of base64 begin that go up to ``end``, at ``start`` or later."""
    lines = text[max(end - _LONGEST, start) : end].splitlines(keepends=True)
    while lines and _LINE.fullmatch(lines[-1].strip()):
        end -= len(lines.pop())
    return end


def pieces(key: str) -> tuple[str, ...]:
    """The pieces of base64 in a key: each is as secret as the whole if lines are shown singly."""
    return tuple(_PIECE.findall(key))
