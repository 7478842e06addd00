"""YAML in which every value is the text that stands there, and every trap of YAML is a mistake with its line.

YAML 1.1 reads ``012`` as ten, ``12:30`` as 750, ``no`` as false, and ``> 95`` as the head of a folded text.
An author means what is written, so no value is converted here; what another reader of YAML would take for
something else must be quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import yaml
from msgspec import Struct, field

from runbooklab.model.declared import Mistake

#: Most characters of one declaration.
MOST_TEXT = 64 << 10
#: The deepest nesting.
MOST_NESTED = 6


class Scalar(Struct, frozen=True):
    text: str
    line: int  # from 1, within the declaration


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


def read(text: str) -> Read:
    """The entries of a declaration."""
    nothing = Entries({}, {}, 1)
    if len(text) > MOST_TEXT:
        return Read(nothing, [Mistake(1, f"it has {len(text):,} characters; {MOST_TEXT:,} is the most")])
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        return Read(nothing, [_of_yaml(text, error)])
    except (RecursionError, ValueError):
        return Read(
            nothing, [Mistake(1, "it is nested too deep, or has a character that YAML does not take")]
        )
    if node is None:
        return Read(nothing, [Mistake(1, "it is empty")])
    if not isinstance(node, yaml.MappingNode):
        return Read(nothing, [Mistake(_line(node), "it must be lines of `key: value`")])
    reading = _Reading(text)
    found = reading.node(node, 0)
    assert isinstance(found, Entries)
    return Read(found, reading.mistakes)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


#: What YAML's parser says -> what an author does about it. The first that matches counts.
_ADVICE: Mapping[str, str] = {
    "mapping values are not allowed": "a text with `: ` in it must be quoted",
    "found character '%' that cannot start": "a text that begins with % must be quoted",
    "found character '@' that cannot start": "a text that begins with @ must be quoted",
    "found character '`' that cannot start": "a text that begins with ` must be quoted",
    "found character '\\t'": "indent with spaces, not with tabs",
    "expected alphabetic or numeric character": "a text that begins with * or & must be quoted",
    "expected chomping or indentation indicators": "a text that begins with > or | must be quoted",
    "expected <block end>": "its indentation differs from the lines above, or text follows a closing quote",
    "could not find expected ':'": "a line of `key: value` has no colon with a space after it",
    "while scanning a quoted scalar": "a quoted text is never closed",
    "expected ',' or": "a bracket is never closed: a text that begins with one must be quoted",
    "found undefined alias": "a text that begins with * must be quoted",
    "special characters are not allowed": "it has a control character",
}  # fmt: skip


def _of_yaml(text: str, error: yaml.YAMLError) -> Mistake:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 1
    said = " ".join(str(error).split())
    written = text.split("\n")[line - 1].strip() if mark and mark.line < text.count("\n") + 1 else ""
    advice = next((advice for sign, advice in _ADVICE.items() if sign in said), "")
    if not advice:
        advice = str(getattr(error, "problem", None) or "it is not valid YAML")
    if re.match(r"[\w ]+: *>", written) and "chomping" in said:
        key, _, value = written.partition(":")
        advice = (
            f"`>` begins a folded text in YAML: write the field first, or quote it: {key}: '{value.strip()}'"
        )
    return Mistake(line, f"not valid YAML: {advice}")


class _Reading:
    def __init__(self, text: str) -> None:
        self.mistakes: list[Mistake] = []
        self.lines = text.split("\n")

    def _say(self, node: yaml.Node, message: str) -> None:
        self.mistakes.append(Mistake(_line(node), message))

    def node(self, node: yaml.Node, depth: int) -> Node:
        if depth > MOST_NESTED:
            self._say(node, "it is nested too deep")
            return Scalar("", _line(node))
        if isinstance(node, yaml.MappingNode):
            return self._entries(node, depth)
        if isinstance(node, yaml.SequenceNode):
            self._refuse_marks(node)
            return Items(tuple(self.node(item, depth + 1) for item in node.value), _line(node))
        return self._scalar(node)

    def _entries(self, node: yaml.MappingNode, depth: int) -> Entries:
        values: dict[str, Node] = {}
        lines: dict[str, int] = {}
        self._refuse_marks(node)
        for key, value in node.value:
            name = str(key.value)
            if not isinstance(key, yaml.ScalarNode):
                self._say(key, "a key must be a word")
                continue
            if name in values:
                self._say(
                    key,
                    f"{name} stands there twice, and YAML drops the first one; it was in line {lines[name]}",
                )
            if name == "on" and key.style is None:
                self._say(key, "YAML reads `on` as true: choose another key")
            if name == "<<":
                self._say(key, "merge keys are not taken here: write it out")
            values[name], lines[name] = self.node(value, depth + 1), _line(key)
        return Entries(values, lines, _line(node))

    def _refuse_marks(self, node: yaml.Node) -> None:
        if node.start_mark.buffer is not None and _line(node) <= len(self.lines):
            written = self.lines[node.start_mark.line][node.start_mark.column :]
            if written.startswith(("&", "*", "!")):
                self._say(node, f"{written[:1]} means an anchor, an alias or a type to YAML: quote the text")

    def _scalar(self, node: yaml.Node) -> Scalar:
        text = str(node.value)
        self._refuse_marks(node)
        style = getattr(node, "style", None)
        if style == ">":
            self._say(
                node,
                "`>` begins a folded text, in which line breaks are lost: quote an expectation that begins "
                "with >, and write | for a text of several lines",
            )
        if style is None and (taken := _taken_for(text, str(node.tag))):
            self._say(node, f"YAML reads {text or 'nothing'} as {taken}: quote it, as in '{text}'")
        return Scalar(text, _line(node))


_TRUTHS = re.compile(r"yes|no|on|off|y|n", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d+)?")


def _taken_for(text: str, tag: str) -> str:
    """What YAML 1.1 makes of an unquoted text, if that is not what it looks like; else ""."""
    kind = tag.rpartition(":")[2]
    if kind == "bool" or _TRUTHS.fullmatch(text):
        return "" if text in ("true", "false") else "true or false"
    if kind in ("int", "float") and not _PLAIN_NUMBER.fullmatch(text):
        return "the number " + _number(text)
    if kind == "timestamp":
        return "a date"
    return ""


def _number(text: str) -> str:
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return "of another notation"
    return str(value)


def texts(node: Node) -> Iterator[Scalar]:
    """Every text below a node, from top to bottom."""
    if isinstance(node, Scalar):
        yield node
        return
    parts = node.items if isinstance(node, Items) else tuple(node.values.values())
    for part in parts:
        yield from texts(part)
