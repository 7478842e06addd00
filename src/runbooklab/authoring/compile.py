"""Markdown to notebook: the same runbook, the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from runbooklab.authoring import blocks as markdown
from runbooklab.authoring.blocks import Block
from runbooklab.authoring.cells import (
    DECLARATIONS_TAG,
    declarations_source,
    has_tag,
    parameters_source,
    setup_source,
    slug_of,
)
from runbooklab.authoring.declared_mistakes import declared_mistakes
from runbooklab.authoring.frontmatter import FrontMatter, Mistake, examine, read_text, split
from runbooklab.authoring.outline import SECTION_TAG, Declared, declaration, source_of
from runbooklab.errors import UserError
from runbooklab.words import unique

#: Key of the notebook's metadata under which the front matter and the hashes are kept.
OURS = "runbooklab"

#: Our own kernel, see ``runbooklab.jupyter.kernel``; any Python kernel runs the notebook as well.
KERNEL = {"display_name": "Runbook", "language": "python", "name": "runbook"}

#: What running a notebook adds to a cell's metadata: not part of the runbook.
VOLATILE = frozenset({"execution", "ExecuteTime", "papermill", "trusted"})

Notebook = dict[str, Any]


def compile_file(path: Path) -> bytes:
    """The notebook of a runbook, as bytes: valid nbformat 4.5 without outputs.

    The slug is the file's name. Raises :class:`UserError` with the line of the first mistake.
    """
    text = read_text(path)
    try:
        return to_bytes(compile_text(text, path.stem))
    except UserError as error:
        raise UserError(error.message, path, error.line, error.hint) from None


def compile_text(text: str, slug: str) -> Notebook:
    """The notebook of a runbook's text, as plain dicts and lists.

    Raises :class:`UserError` for its first mistake.
    """
    document = split(text)
    front, mistakes = examine(document.front_matter)
    body = markdown.parse(document.body, document.body_line)
    declared = declared_mistakes(body.blocks, front)
    for mistake in (*mistakes, *body.mistakes, *misplaced(body.blocks), *declared):
        raise UserError(mistake.message, line=mistake.line)
    cells = [*_cells(body.blocks, front, slug)]
    uses = said_domains(front, body.blocks)
    return {
        "cells": cells,
        "metadata": {
            **front.notebook_metadata,
            "kernelspec": KERNEL,
            "language_info": {"name": "python"},
            OURS: {
                "cells_sha256": content_sha256(cells),
                "front_matter": document.front_matter,
                "sha256": text_sha256(text),
                "slug": slug,
                **({} if uses is None else {"uses": list(uses)}),
            },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def misplaced(blocks: Iterable[Block]) -> Iterable[Mistake]:
    """Cells written by hand that are always generated."""
    for block in blocks:
        if block.kind == "code" and has_tag(block.metadata, "parameters"):
            yield Mistake(block.line, "the parameters cell is made from the front matter; declare them there")
        if block.kind == "code" and has_tag(block.metadata, DECLARATIONS_TAG):
            yield Mistake(block.line, "the cell of all declarations is made from the fences; leave it out")


def _cells(blocks: tuple[Block, ...], front: FrontMatter, slug: str) -> Iterable[Notebook]:
    """All cells in order, the generated ones after the introduction."""
    section, ordinal = slug_of(front.title), 0
    taken: set[str] = set()
    intro = 1 if blocks and blocks[0].kind == "markdown" else 0
    for index, block in enumerate(blocks):
        if index == intro:
            yield from _generated(blocks, front, slug, section)
        if block.heading:
            section, ordinal = unique(slug_of(block.heading), taken), 0
        taken.add(section)
        ordinal += 1
        yield _cell(block, section, f"{section}-{ordinal}")
    if intro >= len(blocks):
        yield from _generated(blocks, front, slug, section)


def _generated(blocks: tuple[Block, ...], front: FrontMatter, slug: str, section: str) -> Iterable[Notebook]:
    if front.parameters:
        source = parameters_source(front.parameters)
        yield _cell(Block("code", source, {"tags": ["parameters"]}), section, "parameters")
    if declared := declared_by(blocks):
        source = declarations_source(declared, front.parameters)
        yield _cell(Block("code", source, {"tags": [DECLARATIONS_TAG]}), section, DECLARATIONS_TAG)
    if not any(block.kind == "code" and has_tag(block.metadata, "setup") for block in blocks):
        source = setup_source(slug, front.parameters, said_domains(front, blocks))
        yield _cell(Block("code", source, {"tags": ["setup"]}), section, "setup")


def declared_by(blocks: Iterable[Block]) -> list[Declared]:
    """What the blocks of a runbook declare, in their order."""
    code = (block for block in blocks if block.kind == "code")
    return [found for block in code if (found := declaration(block.source)) is not None]


def said_domains(front: FrontMatter, blocks: Iterable[Block]) -> tuple[str, ...] | None:
    """The domains that the generated cells name; None if the default is meant."""
    return front.uses if front.names_domains or declared_by(blocks) else None


def _cell(block: Block, section: str, cell_id: str) -> Notebook:
    tags = [f"{SECTION_TAG}{section}", *user_tags(block.metadata)]
    cell: Notebook = {
        "cell_type": block.kind,
        "id": cell_id,
        "metadata": {**block.metadata, "tags": tags},
        "source": block.source,
    }
    if block.kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    if block.attachments:
        cell["attachments"] = block.attachments
    return cell


def user_tags(metadata: dict[str, Any]) -> list[str]:
    """A cell's tags without the one that names its section, which is always generated."""
    return [tag for tag in metadata.get("tags", ()) if not tag.startswith(SECTION_TAG)]


def user_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    """A cell's metadata as a person set it: without the section's tag and what running it added."""
    kept = {key: value for key, value in metadata.items() if key not in VOLATILE and key != "tags"}
    tags = user_tags(metadata)
    return {**kept, "tags": tags} if tags else kept


def content(cells: Iterable[Notebook]) -> list[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """What a person wrote in the cells: kind, source, metadata and attachments, without outputs and ids."""
    return [
        (
            cell["cell_type"],
            source_of(cell).replace("\r\n", "\n").replace("\r", "\n"),
            user_metadata(cell.get("metadata", {})),
            cell.get("attachments", {}),
        )
        for cell in cells
    ]


def content_sha256(cells: Iterable[Notebook]) -> str:
    """A hash of :func:`content`: it differs once a person has edited the notebook."""
    return text_sha256(json.dumps(content(cells), sort_keys=True))


def text_sha256(text: str) -> str:
    """A text's SHA-256 in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def to_bytes(notebook: Notebook) -> bytes:
    """The notebook as nbformat writes it, validated, with LF line ends, also at the end."""
    import nbformat as untyped

    nbformat: Any = untyped
    node = nbformat.from_dict(notebook)
    try:
        nbformat.validate(node)
    except nbformat.ValidationError as error:
        raise UserError(f"the notebook would not be valid: {error.message}") from None
    text: str = nbformat.writes(node)
    try:
        return (text.rstrip("\n") + "\n").encode()
    except UnicodeEncodeError:
        raise UserError("the notebook would not be valid: it holds half of a surrogate pair") from None
