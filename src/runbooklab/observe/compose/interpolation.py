"""Variables in a Compose file: ``$NAME``, ``${NAME:-default}`` and the like, as Compose replaces them.

Source: the Compose specification, "Interpolation"; compose-go, ``template/template.go``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from runbooklab.errors import RunbookError

_NAME = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
#: What may follow the name in braces: with a colon, an empty value counts as none.
_OPERATOR = re.compile(r":?[-?+]")
#: Defaults may hold variables with defaults, and so on.
MOST_NESTING = 20


class NotReplaced(RunbookError):
    """A text that Compose refuses: its message says why."""


class Replaced(Struct, frozen=True):
    """A text with its variables replaced."""

    text: str
    #: Names of variables that have no value and no default: Compose puts nothing there, and warns.
    unset: tuple[str, ...] = ()
    #: Name -> what Compose says, for each variable that must be set (``${NAME:?message}``) and is not.
    required: Mapping[str, str] = {}
    #: Names of all variables that it refers to.
    names: tuple[str, ...] = ()


def interpolate(text: str, variables: Mapping[str, str]) -> Replaced:
    """``text`` with the values of ``variables``. Raises :class:`NotReplaced`.

    >>> interpolate("redis:${TAG:-7}-$FLAVOUR", {"FLAVOUR": "alpine"}).text
    'redis:7-alpine'
    >>> interpolate("$$HOME ${X}", {}).unset
    ('X',)
    """
    if "$" not in text:
        return Replaced(text)
    run = _Run(variables)
    replaced = run.text(text, 0)
    return Replaced(replaced, tuple(run.unset), run.required, tuple(run.names))


class _Run:
    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.unset: dict[str, None] = {}
        self.required: dict[str, str] = {}
        self.names: dict[str, None] = {}

    def text(self, text: str, depth: int) -> str:
        if depth > MOST_NESTING:
            raise NotReplaced(f"more than {MOST_NESTING} variables within one another")
        return "".join(self._pieces(text, depth))

    def _pieces(self, text: str, depth: int) -> Iterator[str]:
        at = 0
        while (dollar := text.find("$", at)) >= 0:
            yield text[at:dollar]
            after = text[dollar + 1 : dollar + 2]
            if after == "$":
                yield "$"
                at = dollar + 2
            elif after == "{":
                at = _closing(text, dollar + 2)
                yield self._braced(text[dollar + 2 : at - 1], depth)
            else:
                name = _NAME.match(text, dollar + 1)
                if name is None:
                    raise NotReplaced(
                        f"a $ that names no variable in {text[dollar : dollar + 20]!r}; write $$"
                    )
                yield self._value(name[0])
                at = name.end()
        yield text[at:]

    def _braced(self, inner: str, depth: int) -> str:
        name = _NAME.match(inner)
        if name is None:
            raise NotReplaced(f"${{{inner[:40]}}} names no variable")
        operator = _OPERATOR.match(inner, name.end())
        if operator is None:
            if name.end() < len(inner):
                raise NotReplaced(f"${{{inner[:40]}}} is no variable")
            return self._value(name[0])
        return self._with(name[0], operator[0], inner[operator.end() :], depth)

    def _with(self, name: str, operator: str, word: str, depth: int) -> str:
        self.names[name] = None
        value = self.variables.get(name)
        there = bool(value) if operator.startswith(":") else value is not None
        if operator.endswith("+"):
            return self.text(word, depth + 1) if there else ""
        if there:
            return value or ""
        if operator.endswith("?"):
            self.required[name] = word
            return ""
        return self.text(word, depth + 1)

    def _value(self, name: str) -> str:
        self.names[name] = None
        if name not in self.variables:
            self.unset[name] = None
        return self.variables.get(name, "")


def _closing(text: str, start: int) -> int:
    """The place behind the brace that closes the one before ``start``."""
    depth = 1
    for place in range(start, len(text)):
        if text[place] == "{" and text[place - 1] == "$":
            depth += 1
        elif text[place] == "}":
            depth -= 1
            if not depth:
                return place + 1
    raise NotReplaced(f"no }} closes {text[start - 2 : start + 20]!r}")
