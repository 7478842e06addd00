"""A requirements file as rows: what pip would read of it, within bounds. Pure but for reading included files.

Source: pip's "Requirements File Format".
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from runbooklab.domains.environment.files import content
from runbooklab.domains.environment.pyproject import NAME, dependencies, name_of

MOST_LINES = 5_000
MOST_FILES = 20
_INCLUDE = re.compile(r"(?:-r|--requirement)(?:\s*=\s*|\s+|(?=\S))(.+)")
_CONSTRAINT = re.compile(r"(?:-c|--constraint)(?:\s*=\s*|\s+|(?=\S))(.+)")
_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_PER_LINE = re.compile(r"\s+--(?:hash|config-settings|global-option|install-option)\b.*$")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=\s*|\s+)([^\[;\s]+)")
_EGG = re.compile(r"#egg=([A-Za-z0-9._-]+)")


class Line(Struct, frozen=True):
    """One requirement, as it is written."""

    text: str
    place: str  # "requirements.txt, line 3"
    is_constraint: bool = False


class Lines(Struct):
    """What was read, and what could not be."""

    found: list[Line]
    unread: list[str]  # places of lines that name no package
    message: str = ""  # why the file itself could not be read


def lines_of(path: Path, root: Path) -> Lines:
    """The requirements in ``path`` and in the files that it includes."""
    read = Lines([], [])
    if path.name == NAME:
        read.found += [Line(each, NAME) for each in dependencies(path.parent)]
        return read
    state = content(path)
    if state.state != "file":
        read.message = state.message or "it does not exist"
        return read
    _read(path, root, read, {os.path.realpath(path)}, is_constraint=False)
    return read


def _read(path: Path, root: Path, read: Lines, seen: set[str], *, is_constraint: bool) -> None:
    data = content(path)
    name = os.path.relpath(path, root)
    if data.state != "file":
        read.unread.append(f"{name}: {data.message or 'it does not exist'}")
        return
    text = data.data.decode(
        "utf-16" if data.data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace"
    )
    for number, line in _logical(text):
        if len(read.found) > MOST_LINES:
            return
        place = f"{name}, line {number}"
        other = _INCLUDE.match(line) or _CONSTRAINT.match(line)
        if other:
            file = path.parent / other[1].strip().strip("'\"")
            if "://" not in other[1] and os.path.realpath(file) not in seen and len(seen) < MOST_FILES:
                seen.add(os.path.realpath(file))
                constraint = is_constraint or _CONSTRAINT.match(line) is not None
                _read(file, root, read, seen, is_constraint=constraint)
        elif line.startswith("-"):
            egg = _EGG.search(line)
            folder = _EDITABLE.match(line)
            own = name_of(path.parent / folder[1]) if folder and "://" not in folder[1] else ""
            if (egg and folder) or own:
                read.found.append(Line(egg[1] if egg else own, place, is_constraint))
        else:
            egg = _EGG.search(line) if "://" in line else None
            read.found.append(Line(egg[1] if egg else line, place, is_constraint))


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Lines put together where they end with a backslash, without comments and per-line options."""
    started, held = 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        started = started or number
        if raw.endswith("\\") and not raw.lstrip().startswith("#"):
            held += raw[:-1] + " "
            continue
        line = _PER_LINE.sub("", _COMMENT.sub("", held + raw)).strip()
        if line:
            yield started, line
        started, held = 0, ""
