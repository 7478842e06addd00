"""Data of a Compose file in which every value knows where it stands: what merging must not lose."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from runbooklab.observe.compose.yaml_document import Document, Path

#: ``!reset`` takes out what files before said, ``!override`` replaces it (Compose specification, "Merge").
Tag = Literal["", "!reset", "!override"]


class Located(Struct, frozen=True):
    """A value: a mapping of name -> Located, a list of Located, or a scalar."""

    value: Any
    file: str
    line: int = 0  # from 1; 0: not known
    tag: Tag = ""

    @property
    def mapping(self) -> dict[str, Located]:
        """Its entries if it is a mapping, else none."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Located]:
        """Its items if it is a list, else none."""
        return self.value if isinstance(self.value, list) else []

    def at(self, *names: str) -> Located | None:
        """The value under these names; None if there is none."""
        found: Located | None = self
        for name in names:
            found = found.mapping.get(name) if found is not None else None
        return found

    def with_value(self, value: Any) -> Located:
        """Another value in the same place."""
        return Located(value, self.file, self.line, self.tag)


def located(data: Any, parsed: Document, file: str, path: Path = "") -> Located:
    """``data``, whose shape is that of ``parsed``, with the line and the tag of every value."""
    inner: Any = data
    if isinstance(data, dict):
        inner = {
            name: located(said, parsed, file, f"{path}.{name}" if path else name)
            for name, said in data.items()
        }
    elif isinstance(data, list):
        inner = [
            located(said, parsed, file, f"{path}.{number}" if path else str(number))
            for number, said in enumerate(data)
        ]
    return Located(inner, file, parsed.lines.get(path, 0), parsed.tags.get(path, ""))


def plain(tree: Located) -> Any:
    """The value without its places."""
    if isinstance(tree.value, dict):
        return {name: plain(said) for name, said in tree.value.items()}
    return [plain(said) for said in tree.value] if isinstance(tree.value, list) else tree.value


def places(tree: Located) -> dict[Path, Located]:
    """Every value of the tree by its path, as in ``services.web.ports.0``."""
    found: dict[Path, Located] = {}

    def walk(node: Located, path: Path) -> None:
        found[path] = node
        named = node.mapping.items() if node.mapping else enumerate(node.items)
        for name, said in named:
            walk(said, f"{path}.{name}" if path else str(name))

    walk(tree, "")
    return found
