"""YAML in which every value is the text that stands there, and every trap of YAML is a mistake with its line.

YAML 1.1 reads ``012`` as ten, ``12:30`` as 750, ``no`` as false, and ``> 95`` as the head of a folded text.
An author means what is written, so no value is converted here; what another reader of YAML would take for
something else must be quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from msgspec import Struct, field

from runbooklab.errors import RunbookError
from runbooklab.model.declared import Mistake

#: Most characters of one declaration.
MOST_TEXT = 64 << 10
#: The deepest nesting.
MOST_NESTED = 6


class Scalar(Struct, frozen=True):
    text: str
    line: int  # from 1, within the declaration
    #: Whether it stands on several lines that YAML has joined to one.
    is_joined: bool = False


class Items(Struct, frozen=True):
    items: tuple[Node, ...]
    line: int


class Entries(Struct, frozen=True):
    """A mapping; ``lines`` are those of its keys."""

    values: dict[str, Node]
    lines: dict[str, int]
    line: int


Node = Scalar | Items | Entries


class Read(Struct):
    """What was read, as far as it could be, and what is wrong with it."""

    entries: Entries
    mistakes: list[Mistake] = field(default_factory=list)


class _Loader(yaml.SafeLoader):
    """Composes texts, lists and mappings, and nothing that stands for something else: no anchor, no alias.

    So no text becomes larger than it is written.
    """

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call] # PyYAML's parser has no types
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise _Unusable(line, "* means an alias to YAML: quote a text that begins with it")
        if event.anchor is not None:
            raise _Unusable(line, "& means an anchor to YAML: quote a text that begins with it")
        if event.tag is not None:
            raise _Unusable(line, "! means a type to YAML: quote a text that begins with it, or write `not`")
        if self.depth > MOST_NESTED:
            raise _Unusable(line, "it is nested too deep")
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


class _Unusable(RunbookError):
    """What is valid YAML and never meant in a declaration."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.mistake = Mistake(line, message)


def read(text: str) -> Read:
    """The entries of a declaration."""
    nothing = Entries({}, {}, 1)
    if len(text) > MOST_TEXT:
        return Read(nothing, [Mistake(1, f"it has {len(text):,} characters; {MOST_TEXT:,} is the most")])
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if odd := _ODD.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        return Read(nothing, [Mistake(line, f"it has a character that cannot be seen: {odd[0]!a}")])
    try:
        node = yaml.compose(text, Loader=_Loader)
    except _Unusable as error:
        return Read(nothing, [error.mistake])
    except yaml.YAMLError as error:
        return Read(nothing, [_of_yaml(text, error)])
    if node is None:
        return Read(nothing, [Mistake(1, "it is empty")])
    if not isinstance(node, yaml.MappingNode):
        return Read(nothing, [Mistake(_line(node), "it must be lines of `key: value`")])
    reading = _Reading(text)
    found = reading.node(node)
    assert isinstance(found, Entries)
    return Read(found, reading.mistakes)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


#: What YAML's parser says -> what an author does about it. The first that matches counts.
_ADVICE: Mapping[str, str] = {
    "mapping values are not allowed": "a text with `: ` in it must be quoted",
    "sequence entries are not allowed": "a text that begins with - must be quoted",
    "mapping keys are not allowed": "a text that begins with ? must be quoted",
    "found another document": "`---` begins another document; a declaration is one",
    "found character '%' that cannot start": "a text that begins with % must be quoted",
    "found character '@' that cannot start": "a text that begins with @ must be quoted",
    "found character '`' that cannot start": (
        "a text that begins with ` must be quoted; if the next fence begins here, this one is never closed"
    ),
    "found character '\\t'": "indent with spaces, not with tabs",
    "expected alphabetic or numeric character": "a text that begins with * or & must be quoted",
    "while scanning a block scalar": "a text that begins with > or | must be quoted",
    "expected <block end>": "its indentation differs from the lines above, or text follows a closing quote",
    "expected '<document start>'": "its indentation differs from the lines above",
    "could not find expected ':'": "a line of `key: value` has no colon with a space after it",
    "while scanning a quoted scalar": "a quoted text is never closed",
    "found unexpected end of stream": "a quoted text is never closed",
    "unknown escape character": "write a backslash in double quotes twice, or use single quotes",
    "expected the node content": "a bracket is never closed: quote a text that begins with one",
    "expected ',' or": "a bracket is never closed: quote a text that begins with one, and ${} within {}",
}  # fmt: skip

#: Where what is wrong begins, and not where YAML's parser gave up.
_BEGINS = ("a quoted scalar", "a flow sequence", "a flow mapping", "could not find expected ':'")

#: What another program may show as a line break, as nothing or as something else.
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def _of_yaml(text: str, error: yaml.YAMLError) -> Mistake:
    said = " ".join(str(error).split())
    marks = [getattr(error, name, None) for name in ("context_mark", "problem_mark")]
    at = [mark for mark in (marks if any(sign in said for sign in _BEGINS) else marks[::-1]) if mark]
    mark = at[0] if at else None
    line = min(mark.line + 1 if mark else 1, text.rstrip().count("\n") + 1)
    written = text.split("\n")[line - 1].strip() if mark and mark.line < text.count("\n") + 1 else ""
    advice = next((advice for sign, advice in _ADVICE.items() if sign in said), "")
    if not advice:
        advice = str(getattr(error, "problem", None) or "it is not valid YAML")
    if re.match(r"[\w ]+: *>", written) and "block scalar" in said:
        value = written.partition(":")[2]
        advice = f"`>` begins a folded text in YAML: write the field first, or quote it: '{value.strip()}'"
    return Mistake(line, f"not valid YAML: {advice}")


class _Reading:
    def __init__(self, text: str) -> None:
        self.mistakes: list[Mistake] = []
        self.lines = text.split("\n")

    def _say(self, node: yaml.Node, message: str) -> None:
        self.mistakes.append(Mistake(_line(node), message))

    def node(self, node: yaml.Node) -> Node:
        if isinstance(node, yaml.MappingNode):
            return self._entries(node)
        if isinstance(node, yaml.SequenceNode):
            return Items(tuple(self.node(item) for item in node.value), _line(node))
        return self._scalar(node)

    def _entries(self, node: yaml.MappingNode) -> Entries:
        values: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._say(key, "a key must be a word")
                continue
            name = self._scalar(key).text
            if name in values:
                self._say(key, f"{name} stands there twice, and YAML drops the first one: leave one out")
            if name == "<<" and key.style is None:
                self._say(key, "merge keys are not taken here: write it out")
            values[name], lines[name] = self.node(value), _line(key)
        return Entries(values, lines, _line(node))

    def _scalar(self, node: yaml.Node) -> Scalar:
        text = str(node.value)
        for message in _wrong_with(node, text, self.lines):
            self._say(node, message)
        is_joined = getattr(node, "style", None) != "|" and node.end_mark.line > node.start_mark.line
        return Scalar(text, _line(node), is_joined)


def _wrong_with(node: yaml.Node, text: str, lines: list[str]) -> Iterator[str]:
    """What an author of this text did not mean."""
    style = getattr(node, "style", None)
    if style == ">":
        yield (
            "`>` begins a folded text, in which line breaks are lost: quote an expectation that begins "
            "with >, and write | for a text of several lines"
        )
    if odd := _ODD.search(text):
        yield f"it has a character that cannot be seen: {odd[0]!a}"
    if style is not None:
        return
    if taken := _taken_for(text, str(node.tag)):
        yield f"YAML reads {text} as {taken}: quote it, as in '{text}'"
    behind = "".join(lines[node.end_mark.line : node.end_mark.line + 1])[node.end_mark.column :]
    if re.match(r"\s+#\S", behind):
        yield "what follows behind ` #` is a comment to YAML: quote the text"


_TRUTHS = re.compile(r"yes|no|on|off|y|n", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?")


def _taken_for(text: str, tag: str) -> str:
    """What YAML 1.1 makes of an unquoted text, if that is not what it looks like; else ""."""
    kind = tag.rpartition(":")[2]
    if kind == "bool" or _TRUTHS.fullmatch(text):
        return "" if text in ("true", "false") else "true or false"
    if kind in ("int", "float") and not _PLAIN_NUMBER.fullmatch(text):
        return "the number " + _number(text)
    if kind == "null" and text:
        return "nothing"
    if kind == "timestamp":
        return "a date"
    return ""


def _number(text: str) -> str:
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return "of another notation"
    return str(value)
