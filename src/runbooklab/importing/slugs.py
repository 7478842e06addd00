"""Slugs of imported files: of their names, made unique by their folders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath

from runbooklab.authoring.cells import slug_of
from runbooklab.words import unique

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def slug_words(stem: str) -> str:
    """A file's stem as a slug.

    >>> slug_words("NodeFilesystemFull"), slug_words("01_disk-full")
    ('node-filesystem-full', '01-disk-full')
    """
    if not re.search(r"[A-Za-z0-9]", stem):
        return ""
    return slug_of(_CAMEL.sub("-", stem).replace("_", "-").replace(".", "-"))


def slugs_of(paths: Iterable[str]) -> dict[str, str]:
    """A slug for each relative path: its stem; with its folder's name if several files have that stem.

    >>> slugs_of(["db/Down.md", "web/Down.md", "web/Slow.md"])
    {'db/Down.md': 'db-down', 'web/Down.md': 'web-down', 'web/Slow.md': 'slow'}
    """
    rows = sorted(set(paths))
    stems = {path: slug_words(PurePosixPath(path).name.partition(".")[0]) or "runbook" for path in rows}
    counts = Counter(stems.values())
    taken = {stem for stem, number in counts.items() if number == 1}
    slugs: dict[str, str] = {}
    for path in rows:
        stem, folder = stems[path], slug_words(PurePosixPath(path).parent.name)
        if counts[stem] == 1:
            slugs[path] = stem
        else:
            slugs[path] = unique(slug_of(f"{folder} {stem}") if folder else stem, taken)
    return slugs
