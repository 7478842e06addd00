"""The common shape of every format: a flat list of values, each with its path and its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from runbooklab.errors import RunbookError

Problem = Literal[
    "missing", "not-a-file", "unreadable", "too-large", "not-text", "invalid-yaml",
    "redis-section-missing", "redis-url-missing", "invalid-value",
]  # fmt: skip

#: Values of one file that are read; anchors may make more of them than the file has lines.
MOST_LEAVES = 20_000
#: Characters of one value that are kept, and those that can hold an address.
LONGEST_VALUE = 64 << 10
LONGEST_ADDRESS = 4096


@dataclass(eq=False)
class Mistake(RunbookError):
    """What is wrong with the file; ``line`` and ``column`` are 1-based, None if there is no place."""

    problem: Problem
    message: str
    line: int | None = None
    column: int | None = None
    size_bytes: int | None = None


Kind = Literal["text", "a number", "true or false", "empty", "a list", "a section"]


class Leaf(Struct, frozen=True):
    """One value. ``path`` holds the keys as written, a list's items as ``[0]``; places are 1-based."""

    path: tuple[str, ...]
    value: str
    kind: Kind
    line: int
    column: int = 1
    tag: str = ""  # a YAML tag that is not YAML's own, such as "!env"
    document: int = 0  # which of several YAML documents
    key_line: int = 0  # of the key; the value's own if there is none
    key_column: int = 1
    end_line: int = 0
    parent: tuple[int, int] = (0, 0)  # place of the key it is under; 0 if there is none
    secret: str = ""  # as written in the file, where only what it decodes to is of use

    @property
    def head(self) -> str:
        """As much of the value as an address may be long."""
        return self.value[:LONGEST_ADDRESS]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is given."""
        return self.kind == "empty" or (self.kind == "text" and (not self.value or self.value.isspace()))

    @property
    def key(self) -> str:
        """The path as a person writes it: ``cache.redis.url``."""
        return ".".join(self.path).replace(".[", "[")

    @property
    def spot(self) -> str:
        """The path with its line."""
        return f"{self.key} (line {self.line})"


def text_kind(value: str) -> Kind:
    """What a plain value of a format without types looks like."""
    if value == "" or value in ("null", "(null)", "nil", "None"):
        return "empty"
    if re.fullmatch(r"[+-]?\d+(\.\d+)?", value):
        return "a number"
    return "true or false" if value.lower() in ("true", "false") else "text"
