"""A runbook's body as a row of blocks, one for each cell of its notebook.

Markdown is split at headings, at executable fences (MyST's ``{code-cell}``, and ``{raw-cell}``) and at
MyST block breaks: a ``+++`` line, which may hold the next cell's metadata as JSON.
"""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import yaml
from msgspec import Struct, field

from runbooklab.authoring.frontmatter import Mistake
from runbooklab.authoring.project import SLUG

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Kind = Literal["markdown", "code", "raw"]

#: Languages a code cell may name; no language means Python too.
LANGUAGES = ("", "python", "python3", "ipython", "ipython3")

#: Directives that declare something in YAML; each becomes a cell with a magic of that name.
DECLARING = ("check", "cause", "remedy")

#: Key of a cell's metadata in Markdown for what is not metadata: attachments, and text that would not
#: be read as a cell of its own between two others.
EMBEDDED = "runbooklab"

_DIRECTIVE = re.compile(r"\{(?P<name>code-cell|raw-cell|check|cause|remedy)\}\s*(?P<argument>.*)")
_OPTION = re.compile(r":(?P<key>[A-Za-z][\w-]*):(?:[ \t]+(?P<value>.*))?")


#: What is written for a fence of ours and is none: ``{checks} id``, ``{check id}``, ``check id``.
_NEARLY = re.compile(r"(?P<open>\{?)\s*(?P<name>[A-Za-z]+)\s*(?P<close>\}?)\s*(?P<id>[\w-]*)\s*\}?")
_SINGULAR = {"checks": "check", "causes": "cause", "remedys": "remedy", "remedies": "remedy"}


def _meant(info: str) -> str:
    """What is wrong with a fence that was meant to declare something; "" for any other."""
    found = _NEARLY.fullmatch(info)
    if found is None:
        return ""
    word = found["name"].lower()
    name = _SINGULAR.get(word, word)
    if name not in DECLARING or not (found["open"] or found["id"]):
        return ""
    return f"a fence that begins with {info!r} declares nothing: write {{{name}}} {found['id'] or 'ID'}"


class Block(Struct, frozen=True):
    """One cell to be. ``line`` is the file's line on which ``source`` starts."""

    kind: Kind
    source: str
    metadata: dict[str, Any] = field(default_factory=dict)
    attachments: dict[str, Any] = field(default_factory=dict)
    line: int = 1
    level: int = 0  # of the heading that a Markdown block starts with; 0: it starts with none
    heading: str = ""
    written: str = ""  # a fence as it is written in the file


class Body(NamedTuple):
    blocks: tuple[Block, ...]
    mistakes: tuple[Mistake, ...]


@functools.cache
def markdown() -> MarkdownIt:
    """The parser: CommonMark with tables and MyST's block breaks."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.myst_blocks import myst_block_plugin

    parser = MarkdownIt("commonmark").enable("table").use(myst_block_plugin)
    parser.disable(["myst_line_comment", "myst_target"])
    parser.parse("a")  # its first use orders its rules, which two threads must not do at once
    return parser


def parse(body: str, first_line: int = 1) -> Body:
    """The blocks of ``body``, whose first line is line ``first_line`` of its file; LF line ends."""
    return _Parser(body, first_line).run()


class _Parser:
    def __init__(self, body: str, first_line: int) -> None:
        self.body = body
        self.lines = body.split("\n")
        self.first_line = first_line
        self.blocks: list[Block] = []
        self.mistakes: list[Mistake] = []
        self._begin(0)

    def run(self) -> Body:
        tokens = markdown().parse(self.body)
        for number, token in enumerate(tokens):
            if token.map is None:
                continue
            if token.type == "fence" and (directive := _DIRECTIVE.fullmatch(token.info.strip())):
                self._fence(token, directive)
            elif token.type == "fence" and (meant := _meant(token.info.strip())):
                self._say(token.map[0], meant)
            elif token.level == 0 and token.type == "heading_open":
                self._heading(token, tokens[number + 1].content)
            elif token.level == 0 and token.type == "myst_block_break":
                self._break(token)
        self._end(len(self.lines))
        return Body(tuple(self.blocks), tuple(sorted(self.mistakes)))

    # --- running Markdown text

    def _begin(self, line: int, cell: dict[str, Any] | None = None) -> None:
        """Text starts here; ``cell`` is what a block break says of it, None without one."""
        self.start, self.cell, self.level, self.heading = line, cell, 0, ""

    def _end(self, line: int) -> None:
        start, text = _strip(self.lines, self.start, line)
        if not text and self.cell is None:
            return
        cell = dict(self.cell or {})
        embedded = cell.pop(EMBEDDED, {})
        line, level, heading = self.first_line + start, self.level, self.heading
        if "source" in embedded:
            if text:
                self._say(start, "this cell's text is in the +++ line above; write it here or there")
            text = embedded["source"]
            level, heading = first_heading(text)
        attachments = embedded.get("attachments", {})
        self.blocks.append(Block("markdown", text, cell, attachments, line, level, heading))

    def _heading(self, token: Token, text: str) -> None:
        assert token.map is not None
        if _strip(self.lines, self.start, token.map[0])[1]:
            self._end(token.map[0])
            self._begin(token.map[0])
        self.level, self.heading = int(token.tag[1:]), text

    def _break(self, token: Token) -> None:
        assert token.map is not None
        self._end(token.map[0])
        cell = _json(token.content) if token.content else {}
        if not _is_cell_metadata(cell):
            self._say(token.map[0], "what follows +++ must be a JSON object of cell metadata")
            cell = {}
        self._begin(token.map[1], cell)

    # --- fences

    def _fence(self, token: Token, directive: re.Match[str]) -> None:
        assert token.map is not None
        begin, end = token.map
        declares = directive["name"] in DECLARING
        kind: Kind = "raw" if directive["name"] == "raw-cell" else "code"
        if token.level:
            self._say(begin, f"a {directive['name']} in a list or quote never runs; move it to the margin")
            return
        self._end(begin)
        self._begin(end)
        if not _is_closed(self.lines[begin:end], token.markup):
            self._say(begin, f"this {directive['name']} is never closed")
        if declares and not SLUG.fullmatch(directive["argument"]):
            what = directive["name"]
            self._say(
                begin, f"a {what} needs an id, lower-case words joined by hyphens: {{{what}}} root-disk"
            )
        if kind == "code" and not declares and directive["argument"] not in LANGUAGES:
            self._say(begin, f"a code cell must be Python, not {directive['argument']!r}")
        metadata, source, skipped = self._options(token.content.removesuffix("\n"), begin)
        attachments = metadata.pop(EMBEDDED, {}).get("attachments", {})
        line = self.first_line + begin + 1 + skipped
        written = "\n".join(self.lines[begin:end]).rstrip("\n")
        if declares:
            source, line = "\n".join((first_line(directive["name"], directive["argument"]), source)), line - 1
        self.blocks.append(Block(kind, source, metadata, attachments, line, written=written))

    def _options(self, content: str, begin: int) -> tuple[dict[str, Any], str, int]:
        """The metadata at the head of a fence, the source after it, and the lines it took."""
        head, source, skipped = split_options(content)
        try:
            metadata = yaml.safe_load(head) or {}
        except (yaml.YAMLError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            self._say(begin + 1 + (mark.line if mark else 0), "the cell's options are not valid YAML")
            return {}, source, skipped
        if not _is_cell_metadata(metadata):
            self._say(begin + 1, "the cell's options must be metadata, and tags a list of different words")
            return {}, source, skipped
        return metadata, source, skipped

    def _say(self, line: int, message: str) -> None:
        self.mistakes.append(Mistake(self.first_line + line, message))


def first_line(what: str, id_: str) -> str:
    """The first line of the cell that a declaring fence becomes: a cell magic."""
    return f"%%{what} {id_}".rstrip()


def first_heading(text: str) -> tuple[int, str]:
    """Level and text of the heading that ``text`` starts with; ``(0, "")`` if it starts with none."""
    first = next(iter(parse(text).blocks), None)
    return (first.level, first.heading) if first else (0, "")


def split_options(content: str) -> tuple[str, str, int]:
    """A fence's content as ``(options in YAML, source, lines the options took)``.

    Options are ``:key: value`` lines with at most one empty line after them, or a YAML block between
    two ``---`` lines.
    """
    lines = content.split("\n")
    if lines[0].rstrip() == "---":
        ends = (number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == "---")
        end = next(ends, None)
        if end is not None:
            return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 1
    options: list[str] = []
    for line in lines:
        option = _OPTION.fullmatch(line)
        if option is None:
            break
        options.append(f"{option['key']}: {option['value'] or ''}")
    taken = len(options)
    if options and lines[taken : taken + 1] == [""]:
        taken += 1
    return "\n".join(options), "\n".join(lines[taken:]), taken


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _is_cell_metadata(metadata: object) -> bool:
    """Whether it is what a notebook's cell may hold: JSON, with tags as a list of different texts."""
    if not isinstance(metadata, dict) or not all(isinstance(key, str) for key in metadata):
        return False
    try:
        json.dumps(metadata, allow_nan=False)
    except (TypeError, ValueError):
        return False
    tags = metadata.get("tags", [])
    words = isinstance(tags, list) and all(isinstance(tag, str) and tag and "," not in tag for tag in tags)
    return words and len(set(tags)) == len(tags) and _is_embedded(metadata.get(EMBEDDED, {}))


def _is_embedded(embedded: object) -> bool:
    if not isinstance(embedded, dict) or not embedded.keys() <= {"attachments", "source"}:
        return False
    return isinstance(embedded.get("attachments", {}), dict) and isinstance(embedded.get("source", ""), str)


def _is_closed(lines: list[str], markup: str) -> bool:
    last = lines[-1].strip(" \t")
    return len(lines) > 1 and len(last) >= len(markup) and set(last) == {markup[0]}


def _strip(lines: list[str], start: int, end: int) -> tuple[int, str]:
    """``lines[start:end]`` without empty lines around: the index of the first one left, and the text."""
    while start < end and not lines[start].strip(" \t"):
        start += 1
    while end > start and not lines[end - 1].strip(" \t"):
        end -= 1
    return start, "\n".join(lines[start:end])
