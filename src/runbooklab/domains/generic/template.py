"""Texts with ``${name}`` in them, filled in after they were parsed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

_PLACE = re.compile(r"\$\{(?P<name>[A-Za-z_][\w-]*(?:\.[\w-]+|\[\d+\])*)\}")


class Template(Struct, frozen=True):
    """``parts`` alternates: a piece as it is written, a name, a piece ...

    >>> template("Room on ${mount}").names
    ('mount',)
    """

    parts: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names in their order."""
        return self.parts[1::2]

    @property
    def written(self) -> str:
        """The text as it is written."""
        return "".join(part if place % 2 == 0 else f"${{{part}}}" for place, part in enumerate(self.parts))

    def filled(self, value: Callable[[str], str]) -> tuple[str, ...]:
        """The parts with each name's value in its place."""
        return tuple(part if place % 2 == 0 else value(part) for place, part in enumerate(self.parts))

    def text(self, value: Callable[[str], str]) -> str:
        """The text with each name's value in its place."""
        return "".join(self.filled(value))


def template(text: str, is_name: Callable[[str], bool] = lambda name: True) -> Template:
    """The template that a text is; ``${name}`` of which ``is_name`` is false stays as it is written."""
    return Template(tuple(_parts(text, is_name)))


def _parts(text: str, is_name: Callable[[str], bool]) -> Iterator[str]:
    start = 0
    for match in _PLACE.finditer(text):
        if is_name(match["name"]):
            yield text[start : match.start()]
            yield match["name"]
            start = match.end()
    yield text[start:]
