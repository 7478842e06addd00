"""Relative links of a notebook that is copied to another folder: they lead where they led, and back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from runbooklab.authoring.links import link_targets
from runbooklab.authoring.outline import source_of


def moved_targets(cells: Iterable[dict[str, Any]], before: Path, after: Path) -> dict[str, str]:
    """Each relative link target in the Markdown ``cells`` to what leads to the same file from ``after``.

    ``before`` is the folder that the links are written for. What leads to no file stays out.
    """
    targets = (target for cell in cells if _is_markdown(cell) for target in link_targets(source_of(cell)))
    return {target: moved for target in targets if (moved := _moved(target, before, after))}


def with_targets(source: str, changes: Mapping[str, str]) -> str:
    """Markdown in which each link or image to a key of ``changes`` leads to its value."""
    if not changes:
        return source
    targets = "|".join(map(re.escape, sorted(changes, key=len, reverse=True)))
    begin = r"\]\([ \t]*<?|^ {0,3}\[[^\]\n]+\]:[ \t]*<?"  # of an inline link, of a reference's definition
    return re.sub(
        rf"({begin})({targets})(?=[>\s)]|$)",
        lambda found: found[1] + changes[found[2]],
        source,
        flags=re.MULTILINE,
    )


def change_links(cells: Iterable[dict[str, Any]], changes: Mapping[str, str]) -> None:
    """:func:`with_targets` in the Markdown ``cells``, in place."""
    for cell in cells:
        if _is_markdown(cell):
            source = source_of(cell)
            changed = with_targets(source, changes)
            if changed != source:
                cell["source"] = changed


def _is_markdown(cell: dict[str, Any]) -> bool:
    return bool(cell["cell_type"] == "markdown")


def _moved(target: str, before: Path, after: Path) -> str:
    """``target`` as it is written in ``after``; "" for what is no link to a file that is there."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return ""
    file = before / unquote(parts.path)
    if not file.exists():
        return ""
    path = Path(os.path.relpath(file.resolve(), after.resolve())).as_posix()
    return parts._replace(path=quote(path)).geturl()
