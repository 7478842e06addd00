"""YAML (and JSON, which is a part of it) as leaves, within bounds and with every place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from runbooklab.domains.address.configuration.leaves import (
    LONGEST_VALUE,
    MOST_LEAVES,
    Kind,
    Leaf,
    Mistake,
)

#: A node of PyYAML's, whose stubs know neither ``id`` nor what ``value`` holds.
Node = Any

MOST_NESTING = 200
MOST_DOCUMENTS = 50

_KINDS: dict[str, Kind] = {
    "int": "a number", "float": "a number", "bool": "true or false", "null": "empty",
}  # fmt: skip


def read_yaml(text: str) -> list[Leaf]:
    """The leaves of all documents; what is under ``redis`` comes first, in case there are too many.

    Raises :class:`Mistake` if the text does not parse.
    """
    leaves: list[Leaf] = []
    for number, root in enumerate(_documents(text)):
        if root is not None:
            leaves += _Walk(number, MOST_LEAVES - len(leaves)).leaves(root)
    return leaves


def _documents(text: str) -> list[Node]:
    import yaml

    # libyaml's parser, if PyYAML was built with it: 1 MiB takes 0.2 s and not 8 s.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _refuse_deep_nesting(yaml.parse(text, Loader=loader))
        documents = yaml.compose_all(text, Loader=loader)
        return [node for node, _ in zip(documents, range(MOST_DOCUMENTS), strict=False)]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or "the YAML cannot be parsed"
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise Mistake("invalid-yaml", _explained(what, text, line), line, column) from None
    except yaml.YAMLError as error:
        position = getattr(error, "position", None)
        line, column = place_of(text[:position]) if isinstance(position, int) else (None, None)
        said = " ".join(str(error).split())[:200]
        raise Mistake("invalid-yaml", f"the YAML cannot be parsed: {said}", line, column) from None


def place_of(before: str) -> tuple[int, int]:
    """Line and column of what follows ``before``."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _refuse_deep_nesting(events: Iterable[Any]) -> None:
    """libyaml's composer recurses on the C stack: some ten thousand brackets would kill the process."""
    depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        if depth > MOST_NESTING:
            mark = event.start_mark
            message = f"the YAML is nested more than {MOST_NESTING} deep"
            raise Mistake("invalid-yaml", message, mark.line + 1, mark.column + 1)


def _explained(what: str, text: str, line: int | None) -> str:
    """The parser's words, and what a person would say of the line."""
    lines = text.splitlines()
    written = lines[line - 1] if line and line <= len(lines) else ""
    if re.match(r" *\t", written):
        return f"line {line} is indented with a tab, which YAML does not allow ({what})"
    if re.search(r":\s*(\{\{|%)", written):
        return f"line {line} is a template: what fills it in makes the configuration, not this file"
    return f"the YAML cannot be parsed: {what}"


class _Walk:
    """One document. Merged mappings are put together once each: sixty merges of sixty cost 3,600 steps."""

    def __init__(self, document: int, most: int) -> None:
        self.document = document
        self.left = most
        self._merged: dict[int, dict[str, tuple[Node, Node]]] = {}
        self._values: dict[int, str] = {}  # an anchored text is one text, however often it is named

    def leaves(self, root: Node) -> list[Leaf]:
        return list(self._of(root, (), None, (0, 0)))

    def _of(self, node: Node, path: tuple[str, ...], key: Node, parent: tuple[int, int]) -> Iterator[Leaf]:
        self.left -= 1
        if self.left < 0 or len(path) > MOST_NESTING:
            return
        children = list(self._children(node))
        if not children:
            yield self._leaf(node, path, key, parent)
        here = (key.start_mark.line + 1, key.start_mark.column + 1) if key is not None else (0, 0)
        for name, child_key, child in children:
            yield from self._of(child, (*path, name), child_key, here)

    def _children(self, node: Node) -> Iterator[tuple[str, Node, Node]]:
        if node.id == "mapping":
            entries = self._entries(node, 5)
            for name in sorted(entries, key=lambda name: name.lower() != "redis"):
                yield name, *entries[name]
        elif node.id == "sequence":
            for index, item in enumerate(node.value):
                yield f"[{index}]", item, item

    def _entries(self, node: Node, depth: int) -> dict[str, tuple[Node, Node]]:
        """A mapping's entries: the last of a name counts, and ``<<`` brings in what an anchor holds."""
        if id(node) in self._merged:
            return self._merged[id(node)]
        own: dict[str, tuple[Node, Node]] = {}
        merged: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            if key.id != "scalar":
                continue
            if key.value != "<<":
                own[key.value] = (key, value)
                continue
            for part in [value] if value.id == "mapping" else value.value if value.id == "sequence" else []:
                if part.id == "mapping" and depth:
                    merged = self._entries(part, depth - 1) | merged
        self._merged[id(node)] = merged | own
        return self._merged[id(node)]

    def _leaf(self, node: Node, path: tuple[str, ...], key: Node, parent: tuple[int, int]) -> Leaf:
        standard = node.tag.startswith("tag:yaml.org,2002:")
        kind: Kind = "text"
        if node.id != "scalar":
            kind = "a list" if node.id == "sequence" else "a section"
        elif standard:
            kind = _KINDS.get(node.tag.rpartition(":")[2], "text")
        mark, named = node.start_mark, (key or node).start_mark
        return Leaf(
            path=path,
            value=self._values.setdefault(id(node), node.value[:LONGEST_VALUE])
            if node.id == "scalar"
            else "",
            kind=kind,
            line=mark.line + 1,
            column=mark.column + 1,
            tag="" if standard else node.tag,
            document=self.document,
            key_line=named.line + 1,
            key_column=named.column + 1,
            parent=parent,
            end_line=max(node.end_mark.line + (1 if node.end_mark.column else 0), mark.line + 1),
        )
