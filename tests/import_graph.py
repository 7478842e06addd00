"""Who imports whom in a package, read from its sources: eager, lazy and type-checking imports alike."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple


class Import(NamedTuple):
    """``importer`` takes ``name`` from ``module``; the name is "" if it takes the module itself."""

    importer: str
    module: str
    name: str


def imports_of(source: Path, package: str) -> frozenset[Import]:
    """Every import that ``package`` under the folder ``source`` makes of itself, by dotted module names."""
    files = {_module(path.relative_to(source)): path for path in (source / package).rglob("*.py")}
    return frozenset(
        found
        for importer, path in files.items()
        for found in _imports(importer, ast.parse(path.read_text()), files)
        if found.module in files
    )


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _imports(importer: str, tree: ast.Module, known: Mapping[str, Path]) -> Iterator[Import]:
    modules: dict[str, str] = {}  # names that stand for a module -> that module
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                modules[alias.asname or alias.name] = alias.name
                yield Import(importer, alias.name, "")
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                if inner in known:
                    modules[alias.asname or alias.name] = inner
                yield (
                    Import(importer, inner, "")
                    if inner in known
                    else Import(importer, node.module, alias.name)
                )
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            yield Import(importer, modules[node.value.id], node.attr)


def circles(edges: Mapping[str, frozenset[str]]) -> list[tuple[str, ...]]:
    """The groups of nodes each of which reaches every other of its group; ``edges``: node to its targets."""
    reached = {node: _reached(node, edges) for node in edges}
    groups = {
        tuple(sorted(other for other in reached[node] if node in reached.get(other, ())))
        for node in edges
        if node in reached[node]
    }
    return sorted(groups)


def _reached(start: str, edges: Mapping[str, frozenset[str]]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(edges.get(node, ()))
    return frozenset(seen)
