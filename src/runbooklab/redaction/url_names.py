"""What of a URL is no secret and stays readable: host and port."""

from __future__ import annotations

import re

from runbooklab.redaction.text import find_secrets


def names_in_url(url: str) -> tuple[str, ...]:
    """Host and port of a URL, also of one that no client takes; nothing of a user's name or a password.

    >>> names_in_url("redis://:secret@cache:6379/0 "), names_in_url("redis://localhost:17198 ")
    (('cache', '6379'), ('localhost', '17198'))
    """
    begin = next((found.end for found in reversed(find_secrets(url)) if found.in_url), 0)
    match = _HOST_AND_PORT.search(url, begin)
    return tuple(part for part in match.groups() if part) if match else ()


_HOST_AND_PORT = re.compile(
    r"(?:@|://)(?:[^@\s/?#]{0,200}@)?(?:\[([\da-fA-F:.%\w]{2,60})\]|([\w.-]{1,253}))(?::(\d{1,5}))?(?![\w:@.-])"
)
