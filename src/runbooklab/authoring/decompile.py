"""Notebook to Markdown: what a person changed in JupyterLab goes back into the runbook without loss."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import yaml

from runbooklab.authoring import blocks as markdown
from runbooklab.authoring.blocks import DECLARING, EMBEDDED, Block, split_options
from runbooklab.authoring.cells import DECLARATIONS_TAG, has_tag, setup_source
from runbooklab.authoring.compile import OURS, Notebook, compile_text, content, user_metadata
from runbooklab.authoring.frontmatter import FrontMatter, examine, split
from runbooklab.authoring.frontmatter_edit import changed
from runbooklab.authoring.outline import declaration, source_of
from runbooklab.authoring.parameters import Parameter
from runbooklab.authoring.parameters_cell import read_parameters
from runbooklab.authoring.project import SLUG
from runbooklab.authoring.run_values import settled
from runbooklab.errors import UserError
from runbooklab.words import listed

#: The notebook's own metadata that is generated again, or is about a run and not about the runbook.
_NOT_CARRIED = {"kernelspec", "language_info", OURS, "papermill", "widgets"}

#: Tags of code cells that are generated whatever is written in them.
_GENERATED = ("parameters", "injected-parameters", DECLARATIONS_TAG)

#: A tag that YAML reads as written: joined words, none of which means true, false or null.
_PLAIN_TAG = re.compile(r"(?!(?i:y|n|yes|no|on|off|true|false|null)\Z)[A-Za-z][A-Za-z0-9_-]*")


_DECLARES = re.compile(rf"%%(?P<what>{'|'.join(DECLARING)}) (?P<id>\S+)")


class Decompiled(NamedTuple):
    text: str  # the runbook
    notes: tuple[str, ...]  # what was left behind, one sentence each


def decompile(notebook: Notebook, original: str | None = None, *, as_defaults: bool = False) -> Decompiled:
    """The runbook that a notebook, perhaps edited, is compiled from.

    ``original`` is the runbook it was compiled from, if there is one: what was not edited is then
    copied as it was written. Outputs stay behind, and so do the values of a run or an incident in the
    parameters cell, unless ``as_defaults``. Raises :class:`UserError` for what has no place
    in a runbook, such as a statement in the parameters cell.
    """
    ours = notebook.get("metadata", {}).get(OURS, {})
    if not {"front_matter", "slug"} <= ours.keys():
        raise UserError("this notebook was not compiled from a runbook", hint="see `runbook build`")
    notebook, values = settled(notebook, as_defaults=as_defaults)
    cells = notebook["cells"]
    notes = (*_left_behind(cells, ours["front_matter"]), *_values_left_behind(values))
    if original is not None and _is_unedited(notebook, original, ours["slug"]):
        return Decompiled(original, notes)
    front, _ = examine(ours["front_matter"])
    parameters = _parameters(cells, front)
    metadata = {key: value for key, value in notebook["metadata"].items() if key not in _NOT_CARRIED}
    head = changed(ours["front_matter"], front, parameters, metadata)
    written = _written(original) if original is not None else {}
    body = _render(_blocks(_written_by_hand(cells, ours["slug"], front, parameters)), written)
    return Decompiled(f"---\n{head}---\n\n{body}" if body else f"---\n{head}---\n", notes)


def _is_unedited(notebook: Notebook, original: str, slug: str) -> bool:
    try:
        compiled = compile_text(original, slug)
    except UserError:
        return False
    return _essence(compiled) == _essence(notebook)


def _essence(notebook: Notebook) -> object:
    metadata = {key: value for key, value in notebook["metadata"].items() if key not in _NOT_CARRIED}
    return content(notebook["cells"]), metadata, notebook["metadata"][OURS]["front_matter"]


def _left_behind(cells: Sequence[Notebook], front_matter: str) -> Iterator[str]:
    outputs = sum(bool(cell.get("outputs")) for cell in cells)
    if outputs:
        yield f"The outputs of {outputs} cells stay behind: a runbook has none."
    if any(_has_tag(cell, "injected-parameters") for cell in cells):
        yield "The cell with the injected parameters of a run stays behind."
    if not any(_has_tag(cell, "setup") for cell in cells):
        yield "The set-up cell was removed; it is generated again when the runbook is built."
    if examine(front_matter)[0].parameters and not any(_has_tag(cell, "parameters") for cell in cells):
        yield "The parameters cell was removed; the front matter keeps its parameters."


def _values_left_behind(names: tuple[str, ...]) -> Iterator[str]:
    if names:
        values = f"value of {names[0]} stays" if len(names) == 1 else f"values of {listed(names)} stay"
        yield f"The {values} behind: what a run was given is no default. With --defaults it becomes one."


def _has_tag(cell: Notebook, tag: str) -> bool:
    return cell["cell_type"] == "code" and has_tag(cell.get("metadata", {}), tag)


def _parameters(cells: Sequence[Notebook], front: FrontMatter) -> tuple[Parameter, ...]:
    """The parameters as the notebook's cell has them; unchanged if the cell is gone."""
    sources = [source_of(cell) for cell in cells if _has_tag(cell, "parameters")]
    if len(sources) > 1:
        raise UserError("there are two cells with the tag parameters", hint="put all parameters into one")
    return read_parameters(sources[0], front.parameters) if sources else front.parameters


def _written_by_hand(
    cells: Sequence[Notebook], slug: str, front: FrontMatter, parameters: tuple[Parameter, ...]
) -> Iterator[Notebook]:
    """The cells that belong in the body: all except the generated ones.

    The set-up cell counts as generated if it was not edited and nothing runs before it.
    """
    declares = any(declaration(source_of(cell)) for cell in cells if cell["cell_type"] == "code")
    uses = front.uses if front.names_domains or declares else None
    made = {setup_source(slug, each, uses) for each in (front.parameters, parameters)}
    something_runs = False
    for cell in cells:
        if any(_has_tag(cell, tag) for tag in _GENERATED):
            continue
        untouched = source_of(cell) in made and user_metadata(cell["metadata"]) == {"tags": ["setup"]}
        if untouched and not something_runs:
            continue
        something_runs |= cell["cell_type"] == "code"
        yield cell


def _blocks(cells: Iterable[Notebook]) -> Iterator[Block]:
    for kind, source, metadata, attachments in content(cells):
        if kind != "markdown":
            yield Block("code" if kind == "code" else "raw", source, metadata, attachments)
            continue
        pieces = _at_headings(source)
        yield Block("markdown", pieces[0], metadata, attachments, level=_level(pieces[0]))
        yield from (Block("markdown", piece, level=_level(piece)) for piece in pieces[1:])


def _at_headings(source: str) -> list[str]:
    """A Markdown cell's text split before each heading, as compiling would."""
    pieces = [block.source for block in markdown.parse(source).blocks]
    if _lines("\n".join(pieces)) == _lines(source) and all(_level(piece) for piece in pieces[1:]):
        return pieces or [""]
    return [re.sub(r"\A([ \t]*\n)+|(\n[ \t]*)+\Z", "", source)]


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip(" \t")]


def _level(text: str) -> int:
    return markdown.first_heading(text)[0]


def _render(blocks: Iterable[Block], written: dict[str, str]) -> str:
    """The body: one block after the other, an empty line between."""
    parts: list[str] = []
    before: Block | None = None
    for block in blocks:
        if block.kind == "markdown":
            parts.extend(_markdown(block, before))
        else:
            parts.append(written.get(_key(block)) or _fence(block))
        before = block
    return "\n\n".join(parts) + "\n" if parts else ""


def _markdown(block: Block, before: Block | None) -> Iterator[str]:
    embedded: dict[str, Any] = {"attachments": block.attachments} if block.attachments else {}
    if block.source and not _is_written_below(block):
        embedded["source"] = block.source
    cell = {**block.metadata, **({EMBEDDED: embedded} if embedded else {})}
    follows_text = before is not None and before.kind == "markdown"
    apart = follows_text and (not block.level or not before or not _is_written_below(before))
    if cell or apart or not block.source:
        yield f"+++ {json.dumps(cell, sort_keys=True, ensure_ascii=False)}" if cell else "+++"
    if _is_written_below(block):
        yield block.source


def _is_written_below(block: Block) -> bool:
    """Whether a Markdown block's text is in the body; else it is empty or embedded in the +++ line.

    Text is in the body if it would be read as this one cell between two others.
    """
    blocks, mistakes = markdown.parse(f"{block.source}\n\n+++\n\nnext")
    return (
        bool(block.source) and not mistakes and [found.source for found in blocks] == [block.source, "next"]
    )


def _fence(block: Block) -> str:
    """A code or raw cell as a MyST fence."""
    embedded = {EMBEDDED: {"attachments": block.attachments}} if block.attachments else {}
    directive, source = _directive(block)
    head = _options({**block.metadata, **embedded}, source)
    inside = f"{head}{source}\n" if source or head else ""
    longest = max((len(run) for run in re.findall(r"`+", inside)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{directive}\n{inside}{marks}"


def _directive(block: Block) -> tuple[str, str]:
    """The directive of a cell's fence, and what stands in it: a declaration's id moves to the first line."""
    head, _, rest = block.source.partition("\n")
    declares = _DECLARES.fullmatch(head)
    if (
        block.kind == "code"
        and declares is not None
        and SLUG.fullmatch(declares["id"])
        and "\n" in block.source
    ):
        return f"{{{declares['what']}}} {declares['id']}", rest
    return f"{{{block.kind}-cell}}", block.source


def _options(metadata: dict[str, Any], source: str) -> str:
    if not metadata:
        return "---\n---\n" if split_options(source)[2] else ""
    tags = metadata.get("tags", ())
    if metadata.keys() == {"tags"} and all(_PLAIN_TAG.fullmatch(tag) for tag in tags):
        return f":tags: [{', '.join(tags)}]\n" + ("\n" if source else "")
    readable = yaml.safe_dump(metadata, allow_unicode=True, width=1000)
    if yaml.safe_load(readable) != metadata:  # PyYAML writes U+0085 and its like so that they read as a space
        readable = yaml.safe_dump(metadata, width=1000)
    return f"---\n{readable}---\n"


def _written(original: str) -> dict[str, str]:
    """Each fence of the original as it was written, by what it means."""
    body = markdown.parse(split(original).body)
    return {_key(block): block.written for block in body.blocks if block.written}


def _key(block: Block) -> str:
    return json.dumps([block.kind, block.source, block.metadata, block.attachments], sort_keys=True)
