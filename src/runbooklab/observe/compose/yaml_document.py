"""The YAML of a Compose file: plain data, and the line of every key and item.

Compose reads YAML 1.2: ``yes`` is a text, and so is ``22:22``, which YAML 1.1 takes for a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from runbooklab.errors import RunbookError

#: YAML's aliases let a small file stand for a large one.
MOST_NODES = 50_000
MOST_NESTING = 60

#: YAML 1.2, core schema: what a plain scalar may be, besides a text.
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_PLAIN: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
#: A path in the document, as in ``services.web.ports.0``.
Path = str


class NotYaml(RunbookError):
    """A text that does not parse: what, and where (both from 1; 0: not known)."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class Document(Struct, frozen=True):
    data: Any
    lines: dict[Path, int]
    #: Compose's own tags, of the values that have one.
    tags: dict[Path, Literal["!reset", "!override"]] = {}


def document(text: str) -> Document:
    """The first document of ``text``. Raises :class:`NotYaml`, also for a key that is there twice."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = next(iter(yaml.compose_all(text, Loader=loader)), None)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context or "the YAML cannot be parsed"
        raise NotYaml(said, *((mark.line + 1, mark.column + 1) if mark else ())) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise NotYaml(" ".join(str(error).split())[:200]) from None
    walk = _Walk()
    data = walk.value(root, "", 0) if root is not None else None
    return Document(data, walk.lines, walk.tags)


class _Walk:
    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.tags: dict[Path, Literal["!reset", "!override"]] = {}
        self._nodes = 0

    def value(self, node: Any, path: Path, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MOST_NODES or depth > MOST_NESTING:
            raise NotYaml("the file stands for more than a Compose file holds", node.start_mark.line + 1)
        self.lines.setdefault(path, node.start_mark.line + 1)
        if node.tag in ("!reset", "!override"):
            self.tags[path] = node.tag
        if node.id == "mapping":
            return self._mapping(node, path, depth)
        if node.id == "sequence":
            return [
                self.value(item, f"{path}.{number}" if path else str(number), depth + 1)
                for number, item in enumerate(node.value)
            ]
        return _scalar(node)

    def _mapping(self, node: Any, path: Path, depth: int) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                for part in value.value if value.id == "sequence" else (value,):
                    found = self.value(part, path, depth + 1)
                    merged = {**found, **merged} if isinstance(found, dict) else merged
                continue
            name = str(key.value) if key.id == "scalar" else ""
            if name in own:
                raise NotYaml(f'mapping key "{name}" is there twice', key.start_mark.line + 1)
            place = f"{path}.{name}" if path else name
            self.lines[place] = key.start_mark.line + 1
            own[name] = self.value(value, place, depth + 1)
        return {**merged, **own}


def _scalar(node: Any) -> Any:
    text = str(node.value)
    if node.style:  # quoted, or a block
        return text
    if text in _PLAIN:
        return _PLAIN[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text.lower().startswith(("0o", "0x")) else int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def strings(data: Any, path: Path = "") -> Iterator[tuple[Path, str]]:
    """Every text in ``data`` with its path."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from strings(value, f"{path}.{name}" if path else name)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from strings(value, f"{path}.{number}" if path else str(number))
    elif isinstance(data, str):
        yield path, data
