"""Where the code blocks, headings and lists of a Markdown text are, line by line."""

from __future__ import annotations

import re

from markdown_it.token import Token
from msgspec import Struct

from runbooklab.authoring import blocks as markdown

_MARKER = re.compile(r"[-+*]|\d{1,9}[.)]")
_INLINE_MARKUP = re.compile(r"[`*]|!?\[([^\]]*)\]\([^)]*\)")


class Item(Struct, frozen=True):
    """An item of a list. Lines are 0-based, ``end`` is the first line after it."""

    start: int
    end: int
    offset: int  # the column at which its text starts
    list: int = 0  # the line on which its list starts
    number: int | None = None  # in an ordered list: the one that a reader sees


class Block(Struct, frozen=True):
    """A code block: ``lines[start:end]`` of the body, with its fences if it has some."""

    start: int
    end: int
    info: str  # what follows the opening fence; "" for an indented block
    content: tuple[str, ...]
    content_line: int  # 0-based line of the body on which the content starts
    under: tuple[str, ...] = ()  # the headings above it, the outermost first
    items: tuple[Item, ...] = ()  # the list items around it, the outermost first
    fenced: bool = True
    quoted: bool = False  # it stands in a block quote
    closed: bool = True


class Heading(Struct, frozen=True):
    line: int
    level: int
    text: str


class Inline(Struct, frozen=True):
    """Code in the running text of a list's item."""

    line: int
    end: int  # the first line after its paragraph
    text: str
    under: tuple[str, ...]
    items: tuple[Item, ...]


class Found(Struct, frozen=True):
    """What a text holds, each in its order. ``breaks`` are the lines that would end a cell of ours."""

    lines: tuple[str, ...]
    blocks: tuple[Block, ...] = ()
    headings: tuple[Heading, ...] = ()
    inlines: tuple[Inline, ...] = ()
    items: tuple[Item, ...] = ()
    breaks: tuple[int, ...] = ()
    prose: tuple[str, ...] = ()  # paragraphs, for what they say of a placeholder
    open_html: int | None = None  # the line of an HTML block that nothing closes


_RAW = "(?:script|pre|style|textarea)"
#: How an HTML block begins that lasts until its end is written (CommonMark 4.6, kinds 1 to 5).
_HTML_ENDS = (
    (re.compile(rf"\s*<{_RAW}\b", re.I), re.compile(rf"</{_RAW}>", re.I)),
    (re.compile(r"\s*<!--"), re.compile(r"-->")),
    (re.compile(r"\s*<\?"), re.compile(r"\?>")),
    (re.compile(r"\s*<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(r"\s*<![A-Za-z]"), re.compile(r">")),
)  # fmt: skip


def find(body: str) -> Found:
    """Takes a body apart with the parser that reads our runbooks, so that both see the same fences."""
    return _Walk(body).run()


class _Walk:
    def __init__(self, body: str) -> None:
        self.lines = body.split("\n")
        self.body = body
        self.items: list[Item] = []
        self.all_items: list[Item] = []
        self.lists: list[list[int]] = []  # line, and the next number; -1 for a list without numbers
        self.quotes = 0
        self.above: list[Heading] = []
        self.blocks: list[Block] = []
        self.headings: list[Heading] = []
        self.inlines: list[Inline] = []
        self.breaks: list[int] = []
        self.prose: list[str] = []
        self.open_html: int | None = None

    def run(self) -> Found:
        tokens = markdown.markdown().parse(self.body)
        for number, token in enumerate(tokens):
            if token.type in ("bullet_list_open", "ordered_list_open") and token.map:
                first = int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else -1
                self.lists.append([token.map[0], first])
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self.lists.pop()
            elif token.type == "list_item_open":
                self.items.append(self._item(token))
                self.all_items.append(self.items[-1])
            elif token.type == "list_item_close":
                self.items.pop()
            elif token.type in ("blockquote_open", "blockquote_close"):
                self.quotes += token.nesting
            elif token.type == "heading_open" and token.level == 0:
                self._heading(token, tokens[number + 1].content)
            elif token.type in ("fence", "code_block"):
                self._block(token)
            elif token.type == "myst_block_break" and token.map:
                self.breaks.append(token.map[0])
            elif token.type == "html_block":
                self._html(token)
            elif token.type == "inline":
                self._inline(token)
        return Found(
            tuple(self.lines),
            tuple(self.blocks),
            tuple(self.headings),
            tuple(self.inlines),
            tuple(self.all_items),
            tuple(self.breaks),
            tuple(self.prose),
            self.open_html,
        )

    def _item(self, token: Token) -> Item:
        assert token.map is not None
        start, end = token.map
        line = self.lines[start].expandtabs(4)
        begin = self.items[-1].offset if self.items and self.items[-1].start == start else 0
        marker = _MARKER.search(line, begin)
        after = marker.end() if marker else begin
        text = len(line) - len(line[after:].lstrip(" "))
        offset = text if line[after:].strip() and text - after <= 4 else after + 1
        begun, number = self.lists[-1]
        if number >= 0:
            self.lists[-1][1] += 1
        return Item(start, end, offset, begun, number if number >= 0 else None)

    def _heading(self, token: Token, text: str) -> None:
        assert token.map is not None
        heading = Heading(token.map[0], int(token.tag[1:]), _INLINE_MARKUP.sub(r"\1", text).strip())
        self.headings.append(heading)
        self.above = [row for row in self.above if row.level < heading.level] + [heading]

    def _block(self, token: Token) -> None:
        assert token.map is not None
        start, end = token.map
        fenced = token.type == "fence"
        closed = not fenced or _is_closed(self.lines[start:end], token.markup)
        if not fenced or not closed:
            while end > start + 1 and not self.lines[end - 1].strip():
                end -= 1
        content = token.content.removesuffix("\n").split("\n") if token.content else []
        self.blocks.append(
            Block(
                start,
                end,
                token.info.strip(),
                tuple(content),
                start + fenced,
                tuple(row.text for row in self.above),
                tuple(self.items),
                fenced,
                self.quotes > 0,
                closed,
            )
        )

    def _html(self, token: Token) -> None:
        for begins, ends in _HTML_ENDS:
            if begins.match(token.content):
                if not ends.search(token.content) and token.map and token.level == 0:
                    self.open_html = token.map[0]
                return

    def _inline(self, token: Token) -> None:
        self.prose.append(token.content)
        if not self.items or self.quotes or not token.map:
            return
        for child in token.children or ():
            if child.type == "code_inline":
                start, end = token.map
                under = tuple(row.text for row in self.above)
                self.inlines.append(Inline(start, end, child.content, under, tuple(self.items)))


def _is_closed(lines: list[str], markup: str) -> bool:
    last = lines[-1].strip(" \t>")
    return len(lines) > 1 and len(last) >= len(markup) and set(last) == {markup[0]}
