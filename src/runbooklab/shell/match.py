"""What comes of a command that is held against a row of the table of programs."""

from __future__ import annotations

from msgspec import Struct

from runbooklab.shell.rows import Kind, Row


class Inner(Struct, frozen=True):
    """A command within a command: the words from ``start`` to before ``end``."""

    start: int
    end: int


class Match(Struct, frozen=True):
    """A command that is one of a row, or the reason why it isn't (``kind`` "unknown").

    ``argv`` is what would run, ``once`` the same so that it ends, if it doesn't. ``inner`` are places in
    ``argv``. ``reached`` tells how far the words were understood.
    """

    row: Row
    kind: Kind
    reason: str = ""
    argv: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    inner: tuple[Inner, ...] = ()
    operands: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    typed: tuple[tuple[str, str], ...] = ()  # each value with its type
    misfit: bool = False  # a value is not of its type
    reached: int = 0
