"""What is wrong with a suite's runbooks, each problem with its file and line."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from runbooklab.authoring import blocks as markdown
from runbooklab.authoring.blocks import Block
from runbooklab.authoring.cells import has_tag
from runbooklab.authoring.compile import declared_by, misplaced
from runbooklab.authoring.declared_mistakes import declared_mistakes
from runbooklab.authoring.frontmatter import FrontMatter, Mistake, domains_of, examine, read_text, split
from runbooklab.authoring.links import broken_links
from runbooklab.authoring.outline import Call, Declared, calls, declaration
from runbooklab.authoring.project import SLUG, Suite, nearest
from runbooklab.errors import UserError

if TYPE_CHECKING:
    from runbooklab.domain.rules import Rules

#: Languages of a documentation fence that shows something to do.
COMMANDS = {"bash", "sh", "shell", "console", "yaml", "yml", "python", "py"}


class Problem(NamedTuple):
    path: Path
    line: int  # 1-based
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def lint(
    suite: Suite, checks: Collection[str] | None = None, remedies: Collection[str] | None = None
) -> list[Problem]:
    """Every problem of every runbook, by file and line.

    ``checks`` and ``remedies`` are the known ids, those of the domains that a runbook uses unless given.
    """
    problems = [*_names(suite)]
    for path in suite.runbooks():
        problems += [Problem(path, *mistake) for mistake in sorted(_mistakes(suite, path, checks, remedies))]
    return problems


def _known(
    front: FrontMatter,
    declared: Sequence[Declared],
    checks: Collection[str] | None,
    remedies: Collection[str] | None,
) -> tuple[Rules, dict[str, Collection[str]], list[Mistake]]:
    """The rules of its domains, the ids that it may name, and what is wrong with its domains' names."""
    from runbooklab.domain.rules import Rules

    mistakes: list[Mistake] = []
    rules = Rules.of(())
    for index, name in enumerate(front.uses):
        try:
            Rules.of((name,))
        except UserError as error:
            mistakes.append(Mistake(front.lines[f"uses[{index}]"], str(error)))
    if not mistakes:
        try:
            rules = Rules.of(domains_of(front, declares=bool(declared)))
        except UserError as error:  # two that do not go together
            mistakes.append(Mistake(front.lines["uses"], str(error)))
    own: dict[str, list[str]] = {"check": [], "cause": [], "remedy": []}
    for row in declared:
        own[row.what].append(row.id)
    known: dict[str, Collection[str]] = {
        "check": [*own["check"], *(rules.checks if checks is None else checks)],
        "remedy": [*own["remedy"], *(rules.remedies if remedies is None else remedies)],
    }
    return rules, known, mistakes


def _names(suite: Suite) -> Iterator[Problem]:
    for path in sorted((suite.root / "runbooks").glob("*.md")):
        if not SLUG.fullmatch(path.stem) and path.stem != "README":
            yield Problem(path, 1, "a runbook's file name must be lower-case words joined by hyphens")


def _mistakes(
    suite: Suite, path: Path, checks: Collection[str] | None, remedies: Collection[str] | None
) -> Iterator[Mistake]:
    try:
        document = split(read_text(path))
    except UserError as error:
        yield Mistake(error.line or 1, error.message)
        return
    front, mistakes = examine(document.front_matter)
    body = markdown.parse(document.body, document.body_line)
    yield from (*mistakes, *body.mistakes, *misplaced(body.blocks))
    if not body.blocks or body.blocks[0].level != 1:
        yield Mistake(document.body_line, "the body must start with its title, a `# ` heading")
    yield from _related(suite, front)
    rules, known, unusable = _known(front, declared_by(body.blocks), checks, remedies)
    yield from unusable
    if not unusable:
        yield from declared_mistakes(body.blocks, front, rules, suite.root)
        yield from _cells(body.blocks, front, known)
    if not front.imported:  # of such a runbook each block that is not live says why
        yield from _dead_sections(body.blocks)
    yield from broken_links(path, body.blocks, also_from=suite.root / "notebooks")


def _related(suite: Suite, front: FrontMatter) -> Iterator[Mistake]:
    for index, slug in enumerate(front.related):
        if slug not in suite.slugs():
            hint = nearest(slug, suite.slugs())
            yield Mistake(
                front.lines[f"related[{index}]"], f"there is no runbook {slug!r}{f'; {hint}' if hint else ''}"
            )


# --- code cells ------------------------------------------------------------------------------


def _cells(
    blocks: Iterable[Block], front: FrontMatter, known: dict[str, Collection[str]]
) -> Iterator[Mistake]:
    code = [block for block in blocks if block.kind == "code"]
    for block in code:
        if declaration(block.source) is not None:
            continue
        try:
            ast.parse(block.source)
        except SyntaxError as error:
            yield Mistake(block.line + (error.lineno or 1) - 1, f"the code does not parse: {error.msg}")
        for call in calls(block.source):
            yield from _unknown_ids(block, call, known)
        if has_tag(block.metadata, "setup"):
            yield from _not_passed(block, front)
    if code and not any(call.name == "conclude" for call in calls(code[-1].source)):
        yield Mistake(code[-1].line, "the last code cell must call conclude(), which gives the diagnosis")


def _unknown_ids(block: Block, call: Call, known: dict[str, Collection[str]]) -> Iterator[Mistake]:
    line = block.line + call.line - 1
    if call.name in known:
        if not isinstance(call.argument, str):
            yield Mistake(line, f"{call.name}() needs its id as plain text, so that it can be looked up")
        elif call.argument not in known[call.name]:
            yield _unknown(line, call.name, call.argument, known[call.name])
    if call.name == "frame" and isinstance(call.argument, str) and call.argument not in known["check"]:
        yield _unknown(line, "check", call.argument, known["check"])
    if call.name == "checklist":
        rows = call.argument if isinstance(call.argument, list | tuple) else None
        if not rows or any(not isinstance(row, tuple | list) or len(row) != 3 for row in rows):
            yield Mistake(line, "checklist() needs a plain list of (item, command, check id)")
            return
        for _, _, check in rows:
            if check not in known["check"]:
                yield _unknown(line, "check", check, known["check"])


def _unknown(line: int, kind: str, name: object, known: Collection[str]) -> Mistake:
    hint = nearest(str(name), known)
    return Mistake(line, f"there is no {kind} {name!r}{f'; {hint}' if hint else ''}")


def _not_passed(block: Block, front: FrontMatter) -> Iterator[Mistake]:
    """A set-up cell written by hand goes stale when a parameter is added: it must name them all."""
    try:
        names = {node.id for node in ast.walk(ast.parse(block.source)) if isinstance(node, ast.Name)}
    except SyntaxError:
        return
    for parameter in front.parameters:
        if parameter.name not in names:
            yield Mistake(block.line, f"this set-up cell does not pass the parameter {parameter.name}")


# --- sections --------------------------------------------------------------------------------


class _Section(Struct):
    title: str
    level: int
    parent: _Section | None
    fences: list[int] = field(default_factory=list)  # lines of its own command fences
    live: bool = False  # has a code cell of its own, or below a heading under it
    own_cell: bool = False

    @property
    def is_live(self) -> bool:
        """Its parents count too, except the title: the whole runbook is under that."""
        above = self.parent
        while above is not None and above.level > 1:
            if above.own_cell:
                return True
            above = above.parent
        return self.live


def _dead_sections(blocks: Iterable[Block]) -> Iterator[Mistake]:
    """Sections that show commands and run nothing."""
    for section in _sections(blocks):
        if section.fences and not section.is_live:
            yield Mistake(section.fences[0], f"section {section.title!r} shows commands but has no live cell")


def _sections(blocks: Iterable[Block]) -> list[_Section]:
    sections = [_Section("", 0, None)]
    for block in blocks:
        current = sections[-1]
        if block.level:
            parent: _Section | None = current
            while parent is not None and parent.level >= block.level:
                parent = parent.parent
            current = _Section(block.heading, block.level, parent)
            sections.append(current)
        if block.kind == "markdown":
            current.fences += _command_fences(block)
        elif block.kind == "code":
            current.own_cell = True
            above: _Section | None = current
            while above is not None:
                above.live = True
                above = above.parent
    return sections


def _command_fences(block: Block) -> Iterator[int]:
    for token in markdown.markdown().parse(block.source):
        if token.type == "fence" and token.map and token.info.strip().partition(" ")[0].lower() in COMMANDS:
            yield block.line + token.map[0]
