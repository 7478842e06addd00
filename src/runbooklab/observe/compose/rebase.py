"""Relative paths of a file in another folder: Compose takes them from there. Pure.

Source: the Compose specification, "extends" (relative paths) and "include" (``project_directory``).
"""

from __future__ import annotations

import os
from pathlib import Path

from runbooklab.observe.compose.located import Located


def rebased_service(service: Located, folder: Path) -> Located:
    """A service whose relative paths start at ``folder``, with absolute ones."""
    said = dict(service.mapping)
    for name in ("env_file", "label_file"):
        if name in said:
            said[name] = _files(said[name], folder)
    if "volumes" in said:
        said["volumes"] = said["volumes"].with_value(
            [_volume(each, folder) for each in said["volumes"].items]
        )
    return service.with_value(said)


def rebased(tree: Located, folder: Path) -> Located:
    """A whole file whose relative paths start at ``folder``, with absolute ones."""
    said = dict(tree.mapping)
    if services := said.get("services"):
        said["services"] = services.with_value(
            {name: rebased_service(each, folder) for name, each in services.mapping.items()}
            if services.mapping
            else services.value
        )
    for table in ("secrets", "configs"):
        if known := said.get(table):
            said[table] = known.with_value(
                {name: _with_path(each, "file", folder) for name, each in known.mapping.items()}
            )
    return tree.with_value(said)


def _files(tree: Located, folder: Path) -> Located:
    if isinstance(tree.value, list):
        return tree.with_value([_files(each, folder) for each in tree.value])
    if isinstance(tree.value, dict):
        return _with_path(tree, "path", folder)
    return _absolute(tree, folder)


def _volume(tree: Located, folder: Path) -> Located:
    if isinstance(tree.value, dict):
        kind = tree.at("type")
        return _with_path(tree, "source", folder) if kind is not None and kind.value == "bind" else tree
    source, colon, rest = str(tree.value).partition(":")
    if not colon or not source.startswith("."):
        return tree
    return tree.with_value(f"{_joined(source, folder)}:{rest}")


def _with_path(tree: Located, name: str, folder: Path) -> Located:
    said = tree.at(name)
    return tree if said is None else tree.with_value({**tree.mapping, name: _absolute(said, folder)})


def _absolute(tree: Located, folder: Path) -> Located:
    text = tree.value
    if not isinstance(text, str) or not text or text.startswith("~"):
        return tree
    return tree.with_value(_joined(text, folder))


def _joined(text: str, folder: Path) -> str:
    return os.path.normpath(folder / text)
