"""The error that a person pasted."""

from __future__ import annotations

from msgspec import Struct


class ErrorText(Struct, frozen=True):
    """A pasted error, reduced to what identifies it."""

    text: str  # redacted, at most 8000 characters
    classes: tuple[str, ...] = ()  # exception classes named in it
    codes: tuple[str, ...] = ()  # server error codes and errnos ("NOAUTH", "errno 111")
    hosts: tuple[str, ...] = ()  # host:port named in it, or a name that was looked up
    lines: int = 0  # of the original text
    whole: bool = True  # whether all of it is in ``text``
