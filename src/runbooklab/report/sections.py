"""The report's sections: from the notebook if there is one, else from the findings alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from runbooklab.authoring.outline import declaration, section_of
from runbooklab.authoring.outline import plain as plain_heading
from runbooklab.model.conclusions import Diagnosis, Finding, worst
from runbooklab.model.drawing import PLAIN, Vocabulary
from runbooklab.report import markdown
from runbooklab.report.outputs import Block, blocks, text_of
from runbooklab.report.words import is_information
from runbooklab.words import unique

#: MyST's tags that keep a cell, or a part of it, out of a page.
_NO_CELL, _NO_SOURCE, _NO_OUTPUT = "remove-cell", "remove-input", "remove-output"

#: Longest source of a cell that is shown, in characters.
SOURCE_LIMIT = 20_000
ATTACHMENT_LIMIT = 3_000_000


#: Blocks that a printed page has in another place, or that explain and do not report.
_SAID_ELSEWHERE = frozenset(
    {
        "text",
        "code",
        "finding",
        "repeat",
        "cause",
        "remedy",
        "diagnosis",
        "ladder",
        "checklist",
        "acts",
        "unwatched",
    }
)


class Section(Struct):
    """A heading and all under it."""

    slug: str
    title: str
    level: int  # 2 and 3 are headings of the runbook; 1 is its title
    blocks: list[Block] = field(default_factory=list)
    open: bool = False

    @property
    def anchor(self) -> str:
        """Where links to this section lead."""
        return f"section-{self.slug}"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings shown here, in order."""
        return tuple(block.content for block in self.blocks if block.kind in ("finding", "repeat"))

    @property
    def status(self) -> str:
        """The worst status of its findings, "" if it has none."""
        return worst(finding.status for finding in self.findings)

    @property
    def matters(self) -> bool:
        """Whether it is read on paper too: something in it is not well, or a cell put something out."""
        kinds = {block.kind for block in self.blocks} - _SAID_ELSEWHERE
        return self.status in ("critical", "warning", "unknown") or bool(kinds)

    @property
    def headline(self) -> Finding | None:
        """Its worst finding; of those that judge nothing, one that shows something."""
        worst_ones = [finding for finding in self.findings if finding.status == self.status]
        return max(worst_ones, key=is_information, default=None)


def notebook_sections(notebook: Mapping[str, Any], vocabulary: Vocabulary) -> list[Section]:
    """The sections of any notebook, each cell as it stands."""
    return list(_from_cells(notebook.get("cells", ()), vocabulary))


def sections(
    diagnosis: Diagnosis, notebook: Mapping[str, Any] | None, vocabulary: Vocabulary
) -> list[Section]:
    """All sections in the runbook's order; what no cell shows stands in its section, or at the end."""
    found = notebook_sections(notebook, vocabulary) if notebook else []
    shown = {finding.id for section in found for finding in section.findings}
    by_slug = {section.slug: section for section in found}
    for finding in diagnosis.findings:
        if finding.id in shown:
            continue
        slug = finding.section or "further-checks"
        if slug not in by_slug:
            by_slug[slug] = Section(
                slug, "Further checks" if not finding.section else vocabulary.title(slug), 2
            )
            found.append(by_slug[slug])
        by_slug[slug].blocks.append(Block("finding", finding))
    found.sort(key=lambda section: section.slug == "further-checks")
    if found and found[0].level == 1:
        found[0].title = "About this runbook"
    _mark_repeats(found)
    _gather_code(found)
    proof = set(diagnosis.primary.because) if diagnosis.primary else set()
    judges = any(finding.status != "skipped" for finding in diagnosis.findings)
    for section in found:
        section.open = any(block.anchor and block.content.id in proof for block in section.blocks) or (
            not judges and any(map(is_information, section.findings))
        )
    return found


def _mark_repeats(found: Iterable[Section]) -> None:
    """A finding's first showing gets the anchor; if it is shown again unchanged, a line serves."""
    first: dict[str, Finding] = {}
    for section in found:
        for index, block in enumerate(section.blocks):
            if block.kind == "finding":
                finding = block.content
                if finding.id not in first:
                    first[finding.id] = finding
                    section.blocks[index] = Block("finding", finding, f"finding-{finding.id}")
                elif replace(finding, section="") == replace(first[finding.id], section=""):
                    section.blocks[index] = Block("repeat", finding)


def _gather_code(found: Iterable[Section]) -> None:
    """The code of a section's cells as one block at its end: who reads a report reads past it."""
    for section in found:
        sources = [block.content for block in section.blocks if block.kind == "code"]
        if sources:
            section.blocks = [block for block in section.blocks if block.kind != "code"]
            section.blocks.append(Block("code", "\n\n".join(sources)))


def findings_in(notebook: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Every finding that a notebook's outputs hold, the last one of each check."""
    found: dict[str, Finding] = {}
    for section in _from_cells(notebook.get("cells", ()), PLAIN):
        found |= {finding.id: finding for finding in section.findings}
    return tuple(found.values())


def was_not_run(cell: Mapping[str, Any]) -> bool:
    """Whether a cell holds code that was never executed."""
    return (
        cell.get("cell_type") == "code"
        and cell.get("execution_count") is None
        and not cell.get("outputs")
        and bool(text_of(cell.get("source", "")).strip())
    )


_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*(?:\n|$)")


def _from_cells(cells: Iterable[Mapping[str, Any]], vocabulary: Vocabulary) -> Iterator[Section]:
    """Cells that share a section's tag are one section; a heading at a cell's top begins one too."""
    rows = list(cells)
    anchors = _anchors(rows)
    section: Section | None = None
    taken: set[str] = set()
    for cell in rows:
        source, tags = text_of(cell.get("source", "")), cell.get("metadata", {}).get("tags", ())
        heading = _HEADING.match(source.lstrip("\n")) if cell.get("cell_type") == "markdown" else None
        slug = section_of(dict(cell))
        if section is None or heading or (slug and slug != section.slug and slug not in taken):
            if section:
                yield section
            name = plain_heading(heading[2]) if heading else vocabulary.title(slug or "introduction")
            section = Section(unique(slug or _slug(name), taken), name, len(heading[1]) if heading else 2)
        if heading:
            source = source.lstrip("\n")[heading.end() :]
        if _NO_CELL not in tags:
            section.blocks += _cell_blocks(cell, source, tags, anchors)
    if section:
        yield section


def _cell_blocks(
    cell: Mapping[str, Any], source: str, tags: Iterable[str], anchors: Mapping[str, str]
) -> Iterator[Block]:
    kind = cell.get("cell_type")
    if kind == "markdown" and source.strip():
        yield Block("text", markdown.to_html(source, anchors, _attachments(cell)))
    elif kind == "raw" and source.strip():
        yield Block("code", _cut_source(source))
    elif kind == "code":
        outputs = cell.get("outputs") or ()
        if _NO_OUTPUT not in tags:
            yield from blocks(outputs)
        if was_not_run(cell):
            yield Block("not_run", "This cell was not run.")
        if _NO_SOURCE not in tags and source.strip() and not _only_ours(source):
            yield Block("code", _cut_source(source))


def _only_ours(source: str) -> bool:
    """Whether a cell does nothing but say our words, or declares something: what it shows says all of it."""
    if declaration(source) is not None:
        return True
    lines = (line.partition("#")[0].strip() for line in source.splitlines())
    return all(_OUR_CALL.fullmatch(line) for line in lines if line)


_OUR_CALL = re.compile(r"(?:check|remedy|ladder|checklist|diagnose|validate|conclude)\([^()]*\);?")


def _cut_source(source: str) -> str:
    if len(source) <= SOURCE_LIMIT:
        return source
    return f"{source[:SOURCE_LIMIT]}\n… {len(source) - SOURCE_LIMIT:,} characters left out"


def _attachments(cell: Mapping[str, Any]) -> dict[str, str]:
    """Pictures that a Markdown cell carries, as data URIs."""
    return {
        name: f"data:image/png;base64,{''.join(text_of(data['image/png']).split())}"
        for name, data in (cell.get("attachments") or {}).items()
        if "image/png" in data and len(text_of(data["image/png"])) <= ATTACHMENT_LIMIT
    }


def _anchors(cells: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """GitHub's anchor of each heading that begins a cell -> the section's anchor on this page."""
    anchors: dict[str, str] = {}
    for cell in cells:
        heading = _HEADING.match(text_of(cell.get("source", "")).lstrip("\n"))
        slug = section_of(dict(cell))
        if cell.get("cell_type") == "markdown" and heading and slug:
            anchors.setdefault(markdown.github_anchor(plain_heading(heading[2])), f"section-{slug}")
    return anchors


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "section"
