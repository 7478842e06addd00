"""The texts in our own source, read as text: nothing is imported for it."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_REMARK = re.compile(
    r"\"\"\".*?\"\"\"|^\s*#.*?$|\s{2}#\s.*?$|<!--.*?-->|/\*.*?\*/|\{#.*?#\}", re.DOTALL | re.M
)
_LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\.){1,2000})\"|'((?:[^'\\\n]|\\.){1,2000})'")
#: What an f-string fills in.
_FILLED_IN = re.compile(r"\{[^{}\n]*\}")


def read_sources(*parts: str, kinds: tuple[str, ...]) -> list[str]:
    """The sources of these kinds (``.py``) in parts of the package (``report``), without their remarks.

    Docstrings are remarks. Folders named ``lab`` are left out: examples of passwords stand there.
    """
    package = resources.files("runbooklab")
    return [text for part in parts for text in _read(package / part, kinds)]


def literals(source: str) -> str:
    """The strings in a source of Python or in an expression of a template, a line each."""
    return "\n".join(_FILLED_IN.sub("\n", match[1] or match[2]) for match in _LITERAL.finditer(source))


def _read(entry: Traversable, kinds: tuple[str, ...]) -> list[str]:
    if entry.is_dir():
        return [text for inner in entry.iterdir() if inner.name != "lab" for text in _read(inner, kinds)]
    if not entry.name.endswith(kinds):
        return []
    return [_REMARK.sub("", entry.read_text(encoding="utf-8"))]
