"""A compiled notebook's sections, checks and checklist, read with nothing but json and ast.

The kernel imports this at the start of every run: it must stay light.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from runbooklab.domains import DEFAULT

SECTION_TAG = "section:"


class Section(NamedTuple):
    slug: str
    title: str
    level: int  # 1 is the runbook's title


class Declared(NamedTuple):
    """A cell that declares something: ``%%check root-disk``, and YAML below it."""

    what: str  # check, cause or remedy
    id: str
    text: str


#: The first line of such a cell.
_DECLARES = re.compile(r"%%(?P<what>check|cause|remedy)[ \t]+(?P<id>\S+)[ \t]*(?:\n|\Z)")


@dataclass(frozen=True)
class Outline:
    title: str
    sections: tuple[Section, ...]
    check_sections: dict[str, str]  # check id -> slug of the section that shows it first
    checklist: tuple[tuple[str, str, str], ...]  # (item, command, check id)
    uses: tuple[str, ...] = DEFAULT  # the domains that it names
    declared: tuple[Declared, ...] = ()  # what it declares itself, in its order


def outline(notebook: dict[str, Any]) -> Outline:
    """The outline of a notebook as :func:`json.loads` gives it.

    Cells that do not parse as Python are skipped: a notebook being edited still has an outline.
    """
    sections: list[Section] = []
    check_sections: dict[str, str] = {}
    checklist: tuple[tuple[str, str, str], ...] = ()
    declared: list[Declared] = []
    for cell in notebook.get("cells", ()):
        slug = section_of(cell)
        source = source_of(cell)
        if cell.get("cell_type") == "markdown":
            heading = _heading(source)
            if heading and slug not in {section.slug for section in sections}:
                sections.append(Section(slug, *heading))
        elif cell.get("cell_type") == "code" and (found := declaration(source)) is not None:
            declared.append(found)
            if found.what == "check":
                check_sections.setdefault(found.id, slug)
        elif cell.get("cell_type") == "code":
            for call in calls(source):
                if call.name == "check" and isinstance(call.argument, str):
                    check_sections.setdefault(call.argument, slug)
                elif call.name == "checklist":
                    checklist += _items(call.argument)
    title = next((section.title for section in sections if section.level == 1), "")
    uses = _uses(notebook, () if declared else DEFAULT)
    return Outline(title, tuple(sections), check_sections, checklist, uses, tuple(declared))


def declaration(source: str) -> Declared | None:
    """What a cell with this source declares; None if it is of another sort."""
    source = source.replace("\r\n", "\n")
    match = _DECLARES.match(source)
    return None if match is None else Declared(match["what"], match["id"], source[match.end() :])


def _uses(notebook: dict[str, Any], default: tuple[str, ...]) -> tuple[str, ...]:
    """The domains of a compiled notebook, as its runbook's front matter names them."""
    ours = notebook.get("metadata", {}).get("runbooklab", {})
    named = ours.get("uses") if isinstance(ours, dict) else None
    return tuple(map(str, named)) if isinstance(named, list) else default


_ATX = re.compile(r" {0,3}(?P<marks>#{1,6})[ \t]+(?P<text>.+?)(?:[ \t]+#+)?[ \t]*$", re.MULTILINE)
_SETEXT = re.compile(r" {0,3}(?P<text>\S.*?)[ \t]*\n {0,3}(?P<marks>=+|-+)[ \t]*$", re.MULTILINE)


def _heading(source: str) -> tuple[str, int] | None:
    """Title and level of the heading that a cell starts with."""
    if atx := _ATX.match(source):
        return plain(atx["text"]), len(atx["marks"])
    if setext := _SETEXT.match(source):
        return plain(setext["text"]), 1 if setext["marks"].startswith("=") else 2
    return None


def plain(heading: str) -> str:
    """A heading's text without Markdown's marks: ``Use `docker` *now*`` is ``Use docker now``."""
    without_links = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    without_marks = re.sub(r"(?<!\\)[`*]|(?<![\w\\])_|(?<!\\)_(?!\w)", "", without_links)
    return re.sub(r"\\([^\w\s])", r"\1", without_marks).strip()


def source_of(cell: dict[str, Any]) -> str:
    """A cell's source as one text: a file may hold it as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def section_of(cell: dict[str, Any]) -> str:
    """The slug of the section a cell belongs to, "" if no tag says so."""
    tags = cell.get("metadata", {}).get("tags", ())
    return next((tag.removeprefix(SECTION_TAG) for tag in tags if tag.startswith(SECTION_TAG)), "")


class Call(NamedTuple):
    """A call of the cell vocabulary with its first argument if that is a literal, else None."""

    name: str
    argument: Any
    line: int  # 1-based within the cell


def calls(source: str) -> Iterator[Call]:
    """Every call by a plain name in ``source``, in the order written; none if it does not parse."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(node.func, ast.Name):
            yield Call(node.func.id, _literal(node.args[0]) if node.args else None, node.lineno)


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return None


def _items(argument: Any) -> tuple[tuple[str, str, str], ...]:
    rows = argument if isinstance(argument, list | tuple) else ()
    return tuple(
        (row[0], row[1], row[2])
        for row in rows
        if isinstance(row, list | tuple) and len(row) == 3 and all(isinstance(text, str) for text in row)
    )
