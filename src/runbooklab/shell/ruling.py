"""What the judge says of a command and of a whole script."""

from __future__ import annotations

from msgspec import Struct

from runbooklab.shell.rows import KINDS, Kind, Row
from runbooklab.shell.tree import Script


class Arg(Struct, frozen=True):
    """One word of a command after expansion.

    ``text`` holds :data:`~runbooklab.shell.values.OPEN` for what is known later. ``from_value``: its first
    character comes from a value, so it may not be read as an option. ``filled``: some of it is a value.
    """

    text: str
    from_value: bool = False
    filled: bool = False
    pattern: bool = False  # unquoted *, ? or [


class Xargs(Struct, frozen=True):
    """How xargs makes commands of what it reads."""

    command: tuple[Arg, ...]
    most: int = 0  # words for each command; 0: as many as there are
    replace: str = ""
    by_line: bool = False
    delimiter: str = ""  # "" for blanks and newlines
    even_if_empty: bool = True


class Decision(Struct, frozen=True):
    """One command: its kind, why, and exactly what would be started.

    ``argv`` is without wrappers (sudo, env, timeout) and with the options that keep it reading. ``builtin``
    names what the runner does itself; ``script`` is run in place of ``sh -c``.
    """

    kind: Kind
    reason: str = ""
    program: str = ""
    row: Row | None = None
    argv: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    limit_s: float | None = None
    needs_root: bool = False
    builtin: str = ""
    script: Script | None = None
    xargs: Xargs | None = None


class Ruling(Struct, frozen=True):
    """What a script is: ``kind``, a plain ``reason``, and the program and row that decided.

    ``once`` is the script so that it ends, if its kind is "unbounded" and that can be had. ``needs_root``: it
    has a ``sudo``, which is left out for root and keeps others from running it. ``line`` is 1-based.
    """

    kind: Kind
    reason: str = ""
    program: str = ""
    row: str = ""
    place: str = ""
    once: str = ""
    needs_root: bool = False
    line: int = 0
    column: int = 0


def worse(first: Ruling, second: Ruling) -> Ruling:
    """The more harmful of two rulings, the first one if they are alike."""
    return second if KINDS.index(second.kind) > KINDS.index(first.kind) else first
