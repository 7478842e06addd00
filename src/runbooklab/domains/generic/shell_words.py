"""Values of parameters in a command that a person pastes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from runbooklab.errors import UserError
from runbooklab.files import is_reference
from runbooklab.redaction import TOKEN
from runbooklab.shell.value_places import Place, places
from runbooklab.words import short

#: Characters that a shell leaves alone.
_PLAIN = re.compile(r"[\w@%+=:,./-]+")
#: What a terminal acts on, or what ends the line.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def as_pasted(parts: Sequence[str], names: Sequence[str]) -> str:
    """A command line whose ``parts`` alternate, a piece as it is written, a value, a piece ...

    Each value is one word of the shell, also within quotes. ``names`` are those of the values.
    """
    where = places(parts[::2])
    return "".join(
        part if at % 2 == 0 else _in_place(part, names[at // 2], where[at // 2])
        for at, part in enumerate(parts)
    )


def safe(parts: Sequence[str], names: Sequence[str]) -> str:
    """As :func:`as_pasted`. Raises :class:`UserError` for a value that would be more than a word.

    That is one with a control character, and one that begins with - where the program takes options.
    """
    for value, name, place in zip(parts[1::2], names, places(parts[::2]), strict=True):
        if _CONTROL.search(value):
            raise UserError(f"{name} has a control character, which no command is given")
        if value.startswith("-") and place.takes_options:
            raise UserError(f"{name} is {short(value, 40)!r}, which the command would take for an option")
    return as_pasted(parts, names)


def _in_place(value: str, name: str, place: Place) -> str:
    word = quoted(value, name)
    return word if word == value else f"{place.quote}{word}{place.quote}"


def quoted(value: str, name: str) -> str:
    """A parameter's value for a shell; ``'<name>'`` if it has none.

    A value stays out of a command if it is a secret: a variable stands for it.
    """
    if not value:
        return f"'<{name}>'"
    if variable := variable_of(value, name):
        return f'"${variable}"'
    return value if _PLAIN.fullmatch(value) else shlex.quote(value)


def variable_of(value: str, name: str) -> str:
    """The variable of a person's shell that has a parameter's secret value; "" if it is none.

    >>> [variable_of(value, "pg_url") for value in ("env:DATABASE_URL", "file:/run/url", "plain")]
    ['DATABASE_URL', 'PG_URL', '']
    """
    if value.startswith("env:") and is_reference(value):
        return value.removeprefix("env:")
    return name.upper() if is_reference(value) or TOKEN.search(value) else ""
