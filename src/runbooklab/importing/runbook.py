"""A Markdown file becomes a runbook of ours: first its body, then, once all files are known, its links."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from runbooklab.authoring import blocks as markdown
from runbooklab.authoring.frontmatter import MOST_RUNBOOK
from runbooklab.authoring.links import anchors
from runbooklab.authoring.starter import title_of as words_of
from runbooklab.errors import UserError
from runbooklab.files import limit_in_words
from runbooklab.importing.composing import Edit, composed
from runbooklab.importing.deciding import Deciding
from runbooklab.importing.fence_text import plain
from runbooklab.importing.found import Block, find
from runbooklab.importing.front import front_matter, sealed
from runbooklab.importing.inline import inline_edits
from runbooklab.importing.judging import Judge
from runbooklab.importing.language import Said, said
from runbooklab.importing.links import leads_to, resolver, settle
from runbooklab.importing.parts import parts_of, rows_of
from runbooklab.importing.placeholders import Parameter, Parameters
from runbooklab.importing.report import Row
from runbooklab.importing.second_look import refused_by_lint
from runbooklab.importing.slugs import slug_words
from runbooklab.importing.source import Source
from runbooklab.importing.variables import all_names
from runbooklab.importing.writing import Writing, not_live, why_not

#: The cells that every imported runbook has.
_FIRST, _LAST = "diagnose()", "conclude()"
_CELL = "{code-cell}"
#: Most lines of the paragraph from which a check takes its title, and what begins one.
_MOST_LEAD = 6
_BEGINS = re.compile(r"\s*(?:[-+*>#|`~]|\d{1,9}[.)]\s)")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~!])")


class Draft(Struct, frozen=True):
    """An imported runbook whose links are still those of the source."""

    source: Source
    title: str
    body: str
    parameters: tuple[Parameter, ...]
    rows: tuple[Row, ...]
    directives: tuple[str, ...]  # of its cells, in order: all that may be live in it
    anchors: frozenset[str] = frozenset()


class Imported(Struct, frozen=True):
    """A runbook's text, and what became of each block."""

    text: str
    rows: tuple[Row, ...]


def draft(source: Source, judge: Judge, inline: bool = False) -> Draft:
    """The runbook that becomes of a source; ``inline`` takes commands in lists' running text too.

    Raises :class:`UserError` for a source whose blocks cannot be told apart.
    """
    for lists in (True, False):
        refused: dict[int, str] = {}
        made = _Drafting(source, judge, inline, lists, refused).run()
        while more := _refused(made, judge.project):
            refused |= more
            made = _Drafting(source, judge, inline, lists, refused).run()
        if is_sound(made.body, made.directives):
            return made
    raise UserError("cannot be imported: it is not clear where its code blocks end", hint="close its fences")


def _refused(made: Draft, project: Path) -> dict[int, str]:
    """The lines of the source whose check or remedy lint would refuse, each with the reason."""
    front = front_matter(made.title, made.parameters, (), made.source.name, made.source.sha256)
    said = refused_by_lint(front.removeprefix("---\n").removesuffix("---\n"), made.body, project)
    return {row.line: said[row.name] for row in made.rows if row.name in said}


def finished(made: Draft, slugs: Mapping[str, str], anchors_of: Mapping[str, Collection[str]]) -> Imported:
    """The runbook's text. ``slugs`` and ``anchors_of`` describe the files that are imported together.

    Raises :class:`UserError` if its links cannot be told from its cells.
    """
    name = made.source.name
    body = settle(made.body, resolver(name, made.anchors, slugs, anchors_of))
    if not is_sound(body, made.directives):
        raise UserError("cannot be imported: its links cannot be told from its code blocks")
    related = [slug for slug in leads_to(body) if slug != slugs.get(name)]
    front = front_matter(made.title, made.parameters, related, name, made.source.sha256)
    text = sealed(f"{front}\n{body}")
    if len(text.encode()) > MOST_RUNBOOK:
        limit = limit_in_words(MOST_RUNBOOK)
        raise UserError(f"would become a runbook of more than {limit}", hint="split it into several files")
    return Imported(text, made.rows)


def is_sound(body: str, directives: Collection[str]) -> bool:
    """Whether exactly these cells are live in a body, and nothing of the source is."""
    found: list[str] = []
    for token in markdown.markdown().parse(body):
        if token.type == "myst_block_break":
            return False
        if token.type == "fence" and token.info.strip().startswith("{"):
            if token.level:
                return False
            found.append(token.info.strip())
    return found == list(directives)


class _Drafting:
    def __init__(
        self, source: Source, judge: Judge, inline: bool, lists: bool, refused: Mapping[int, str]
    ) -> None:
        self.source = source
        self.found = find(source.body)
        self.kinds = [said(block.info, block.content, judge.knows) for block in self.found.blocks]
        rows = zip(self.found.blocks, self.kinds, strict=True)
        texts = ["\n".join(block.content) for block, kind in rows if kind.language == "shell"]
        self.parameters = Parameters(all_names(texts), self.found.prose)
        self.deciding = Deciding(judge, self.parameters, refused)
        self.writing = Writing(source.name)
        self.inline = inline
        self.lists = lists
        self.edits: list[Edit] = []
        self.notes: dict[int, str] = {}
        self.rows: list[Row] = []

    def run(self) -> Draft:
        under: tuple[str, ...] = ()
        for block, kind in zip(self.found.blocks, self.kinds, strict=True):
            if block.under != under:
                self.deciding.new_section()
                under = block.under
            self._block(block, kind)
        if self.inline and self.lists:
            self._inlines()
        title, has_heading = self._title()
        lines = self._lines(title, has_heading)
        body = "\n".join(lines).strip("\n") + "\n"
        return Draft(
            self.source,
            title,
            body,
            tuple(self.parameters.found.values()),
            tuple(sorted(self.rows, key=lambda row: row.line)),
            tuple(_directives(lines, self.edits, self._first_cell(has_heading))),
            frozenset(anchors(markdown.parse(body).blocks)),
        )

    # --- blocks

    def _block(self, block: Block, kind: Said) -> None:
        line = self.source.body_line + block.content_line
        heading = block.under[-1] if block.under else ""
        if kind.language == "data":
            if any(text.strip() for text in block.content):
                first = next(text.strip() for text in block.content if text.strip())
                self.rows.append(Row(line, "text", first, kind.note, "shown, not run", heading=heading))
            return
        if block.items and not self.lists:
            self._leave(block, line, "it stands in a list that cannot be taken apart")
            return
        parts, note = parts_of(block, kind, self.deciding, line)
        if not parts:
            self._leave(block, line, note)
            return
        names: list[str] = []
        if any(part.sort in ("check", "remedy") for part in parts):
            lines, names = self.writing.parts(parts, block, self._lead(block))
            self.edits.append(Edit(block.start, block.end, tuple(lines), block.items))
        elif why := why_not(step for part in parts for step in part.steps):
            self.notes[block.start] = why
        self.rows += rows_of(parts, names, heading)

    def _leave(self, block: Block, line: int, why: str) -> None:
        self.notes[block.start] = not_live(why)
        heading = block.under[-1] if block.under else ""
        shown = next((text.strip() for text in block.content if text.strip()), "")
        self.rows.append(Row(line, "text", shown, why, "left as it is", heading=heading))

    def _lead(self, block: Block) -> str:
        """The paragraph above a block."""
        end = block.start
        while end > 0 and not self.found.lines[end - 1].strip():
            end -= 1
        start = end
        while start > max(end - _MOST_LEAD, 0) and self.found.lines[start - 1].strip():
            if self.found.lines[start - 1].startswith("#"):
                break
            start -= 1
            if _BEGINS.match(self.found.lines[start]):
                break
        return "\n".join(self.found.lines[start:end])

    def _inlines(self) -> None:
        edits, rows = inline_edits(self.found, self.deciding, self.writing, self.source.body_line)
        self.edits += edits
        self.edits.sort(key=lambda edit: (edit.start, edit.end))
        self.rows += rows

    # --- the whole

    def _title(self) -> tuple[str, bool]:
        """The title, and whether the source's body starts with a heading of the first level."""
        first = next((number for number, line in enumerate(self.found.lines) if line.strip()), -1)
        heads = [row for row in self.found.headings if row.level == 1]
        begins = bool(heads) and heads[0].line == first
        named = self.source.fields.get("title")
        rows = (named if isinstance(named, str) else "", heads[0].text if heads else "", "")
        title = next((text for row in rows if (text := _one_line(row))), "")
        return title or words_of(slug_words(self.source.stem) or "runbook"), begins and bool(
            _one_line(heads[0].text)
        )

    def _first_cell(self, has_heading: bool) -> int:
        """The line before which the verdict stands: the end of the introduction."""
        heads = [row.line for row in self.found.headings][1 if has_heading else 0 :]
        cells = [edit.items[0].list if edit.items else edit.start for edit in self.edits]
        return min([*heads, *cells, len(self.found.lines)])

    def _lines(self, title: str, has_heading: bool) -> list[str]:
        inserted = {self._first_cell(has_heading): (f"```{_CELL}", _FIRST, "```")}
        escaped = _SPECIAL.sub(r"\\\1", title)
        lines = [] if has_heading else [f"# {escaped}", ""]
        lines += composed(self.found, self.edits, self.notes, inserted)
        while lines and not lines[-1].strip():
            lines.pop()
        if self.source.front_matter.strip():
            lines += ["", "## Front matter of the source", "", *plain(self.source.front_matter.split("\n"))]
        return [*lines, "", f"```{_CELL}", _LAST, "```"]


def _directives(lines: Iterable[str], edits: Iterable[Edit], first: int) -> Iterable[str]:
    """What the fences of our own cells say, in the order of the body."""
    shown = False
    for edit in edits:
        if edit.start >= first and not shown:
            yield _CELL
            shown = True
        for line in edit.lines:
            if found := re.fullmatch(r"`{3,}(\{(?:check|remedy)\} [a-z0-9-]+)", line):
                yield found[1]
    if not shown:
        yield _CELL
    yield _CELL


def _one_line(text: str) -> str:
    """A text as a title: one line of printable characters."""
    return "".join(each for each in " ".join(text.split()) if each.isprintable())[:200].strip()
