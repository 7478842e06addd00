"""YAML as plain rows: the path of keys, the value, its kind and its line. Within bounds, and pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from runbooklab.errors import RunbookError

MOST_NESTING = 60
MOST_VALUES = 5_000

#: The kind of a document that is nothing but a text.
ROOT = "no section"
_KINDS = {"int": "a number", "float": "a number", "bool": "true or false", "null": "empty", "str": "text"}


class NotYaml(RunbookError):
    """A text that does not parse: what, and where (both from 1; 0: not known)."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class Value(Struct, frozen=True):
    """One value."""

    key: str  # "redis.url"
    text: str  # as written, without quotes
    kind: str  # a number, true or false, empty, text, a list, a section
    line: int  # 1-based


def values_of(text: str) -> list[Value]:
    """The values of all documents. Raises :class:`NotYaml`."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[Value] = []
    try:
        _refuse_deep_nesting(text, loader)
        for root in yaml.compose_all(text, Loader=loader):
            if isinstance(root, yaml.ScalarNode) and root.value:
                found.append(Value("", str(root.value)[:200], ROOT, root.start_mark.line + 1))
            elif root is not None:
                found += _limited(_walk(root, "", 0), MOST_VALUES - len(found))
    except yaml.MarkedYAMLError as error:
        is_open = "end of stream" in (error.problem or "")  # the mistake is where the quote began
        mark = (error.context_mark if is_open else None) or error.problem_mark or error.context_mark
        said = error.problem or error.context or "it cannot be parsed"
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise NotYaml(_explained(said, text, line), line, column) from None
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())[:200]
        place = getattr(error, "position", None)
        line = text.count("\n", 0, place) + 1 if isinstance(place, int) else 0
        raise NotYaml(said, line) from None
    return found


def _limited(values: Iterator[Value], most: int) -> list[Value]:
    return [value for value, _ in zip(values, range(max(most, 0)), strict=False)]


def _refuse_deep_nesting(text: str, loader: Any) -> None:
    """libyaml's composer recurses on the C stack: some ten thousand brackets would kill the process."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=loader):
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        if depth > MOST_NESTING:
            mark: Any = event.start_mark
            raise NotYaml(f"it is nested more than {MOST_NESTING} deep", mark.line + 1, mark.column + 1)


def _explained(said: str, text: str, line: int) -> str:
    """The parser's words, and what a person would say of the line."""
    lines = text.splitlines()
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    if re.match(r" *\t", written):
        return f"the line is indented with a tab, which YAML does not allow ({said})"
    return said


def _walk(node: Any, key: str, depth: int) -> Iterator[Value]:
    line = node.start_mark.line + 1
    if depth > MOST_NESTING:
        return
    if node.id == "mapping":
        if not node.value:
            yield Value(key, "", "a section", line)
        for name, child in node.value:
            if name.id == "scalar":
                yield from _walk(child, f"{key}.{name.value}" if key else str(name.value), depth + 1)
    elif node.id == "sequence":
        yield Value(key, "", "a list", line)
        for number, child in enumerate(node.value):
            yield from _walk(child, f"{key}[{number}]", depth + 1)
    else:
        kind = "text" if node.style in ("'", '"') else _KINDS.get(node.tag.rpartition(":")[2], "text")
        yield Value(key, str(node.value)[:4000], kind, line)
