"""A runbook's parameters: what they are, and how the text a person gives becomes a value.

Every value a person writes is text at first, on a command line as in a YAML file, and is read as the
parameter's declared type says: ``1_000`` and ``nan`` stay text for a text parameter and are refused
for a number, ``yes`` is True only for a ``bool``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from runbooklab.authoring.project import nearest
from runbooklab.errors import UserError

Value = str | int | float | bool


@dataclass(frozen=True)
class Parameter:
    """One parameter as the front matter declares it.

    A ``secret`` one holds the name of a place (``env:NAME``, ``file:/path``), never the secret.
    """

    name: str
    type: str  # a key of TYPES
    default: Value
    help: str = ""
    secret: bool = False


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        raise ValueError(text)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_TRUTH = {
    "true": True, "yes": True, "on": True, "1": True,
    "false": False, "no": False, "off": False, "0": False,
}  # fmt: skip


def _truth(text: str) -> bool:
    try:
        return _TRUTH[text.lower()]
    except KeyError:
        raise ValueError(text) from None


#: Declared type -> (Python type, how text becomes a value, what such a value is called).
TYPES: dict[str, tuple[type, Callable[[str], Value], str]] = {
    "str": (str, str, "text"),
    "int": (int, _integer, "a whole number such as 50"),
    "float": (float, _number, "a number such as 2.5"),
    "bool": (bool, _truth, "true or false"),
}


def coerce(parameter: Parameter, text: str, path: Path | None = None, line: int | None = None) -> Value:
    """``text`` as a value of the parameter's type; ``path`` and ``line`` say where it was written.

    Raises :class:`UserError` if it is not such a value.

    >>> coerce(Parameter("log_lines", "int", 50), "200")
    200
    """
    _, read, word = TYPES[parameter.type]
    try:
        return read(text if parameter.type == "str" else text.strip())
    except ValueError:
        message = f"parameter {parameter.name} must be {word}, not {_shown(text)}"
        raise UserError(message, path, line) from None


def _shown(text: str) -> str:
    """A refused value as a message may show it: a URL may hold a password, a long text hides the point."""
    return repr(text) if len(text) <= 40 and not set(text) & set(":@") else "the text given"


def coerce_all(parameters: Iterable[Parameter], given: Iterable[tuple[str, str]]) -> dict[str, Value]:
    """Values for ``(name, text)`` pairs as ``-p`` gives them; the last one of a name counts.

    Raises :class:`UserError` for an unknown name or a value of the wrong type.
    """
    known = {parameter.name: parameter for parameter in parameters}
    return {name: coerce(require(known, name), text) for name, text in given}


def require(
    known: Mapping[str, Parameter], name: str, path: Path | None = None, line: int | None = None
) -> Parameter:
    """The parameter called ``name``; raises :class:`UserError` with the nearest name if there is none."""
    if name in known:
        return known[name]
    before, equals, _ = name.partition("=")
    if equals:  # what follows it may be secret
        hint = f"the value follows after a space: {before} VALUE"
        raise UserError(f"there is no parameter '{before}=\u2026'", path, line, hint)
    hint = nearest(name, known) or f"the parameters are {', '.join(known)}"
    raise UserError(f"there is no parameter {name!r}", path, line, hint)
