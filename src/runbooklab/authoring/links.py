"""Links of a runbook that lead nowhere: relative files and anchors; nothing is fetched."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from runbooklab.authoring import blocks as markdown
from runbooklab.authoring.blocks import Block
from runbooklab.authoring.frontmatter import Mistake, read_text, split
from runbooklab.authoring.outline import plain
from runbooklab.errors import UserError


def broken_links(path: Path, blocks: Iterable[Block], also_from: Path) -> Iterator[Mistake]:
    """One mistake for each relative link or image that leads nowhere.

    A link is read from the runbook's own folder and from ``also_from``, the notebooks' folder: the same
    text stands in both.
    """
    rows = tuple(blocks)
    here = anchors(rows)
    for block in rows:
        if block.kind != "markdown":
            continue
        for line, target in _targets(block.source):
            message = _mistake(target, path, here, also_from, block)
            if message:
                yield Mistake(block.line + line, message)


def link_targets(source: str) -> Iterator[str]:
    """The target of each link and image in a piece of Markdown."""
    return (target for _, target in _targets(source))


def _targets(source: str) -> Iterator[tuple[int, str]]:
    """``(line, from 0, target)`` of each link and image."""
    for token in markdown.markdown().parse(source):
        for child in token.children or ():
            target = child.attrGet("href" if child.type == "link_open" else "src")
            if child.type in ("link_open", "image") and target:
                yield (token.map or [0])[0], str(target)


def _mistake(target: str, path: Path, here: set[str], also_from: Path, block: Block) -> str:
    parts = urlsplit(target)
    if parts.scheme == "attachment":
        return "" if unquote(parts.path) in block.attachments else f"there is no attachment {parts.path!r}"
    if parts.scheme or parts.netloc:
        return ""
    if not parts.path:
        return "" if unquote(parts.fragment) in here else f"no heading here has the anchor #{parts.fragment}"
    file = path.parent / unquote(parts.path)
    if not file.exists():
        return f"the link leads to {parts.path}, which does not exist"
    # as text: the folder of the notebooks may not be there yet
    if not Path(os.path.normpath(also_from / unquote(parts.path))).exists():
        return f"the link to {parts.path} breaks in the notebook; write ../{path.parent.name}/{parts.path}"
    if parts.fragment and file.suffix == ".md" and unquote(parts.fragment) not in _anchors_of(file):
        return f"no heading in {parts.path} has the anchor #{parts.fragment}"
    return ""


def _anchors_of(file: Path) -> set[str]:
    text = read_text(file)
    with suppress(UserError):  # an ordinary document has no front matter
        text = split(text).body
    return anchors(markdown.parse(text).blocks)


def anchors(blocks: Iterable[Block]) -> set[str]:
    """The anchors that GitHub and JupyterLab's table of contents make of headings, in lower case."""
    found: set[str] = set()
    for block in blocks:
        if block.level:
            slug = re.sub(r"[^\w\- ]", "", plain(block.heading).lower()).replace(" ", "-")
            number, name = 0, slug
            while name in found:
                number += 1
                name = f"{slug}-{number}"
            found.add(name)
    return found
