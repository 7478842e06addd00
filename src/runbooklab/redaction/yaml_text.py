"""Secrets in YAML, by its structure: lists, nested keys, values on the next line, folded and quoted texts.

Templates (``{{ ... }}``) and lines that are no YAML are left out, so that the rest of a file is read all
the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from msgspec import Struct

from runbooklab.redaction.derived_text import Derived, derived, without_escapes
from runbooklab.redaction.tree import Scalar, Search, Tree
from runbooklab.redaction.urls import Found

#: So many lines that are no YAML may be left out.
_MOST_MISTAKES = 8

_TEMPLATE = re.compile(r"\{\{[^\n{}]{0,500}\}\}|\{%[^\n%]{0,500}%\}")
_NOT_READABLE = re.compile("[\ud800-\udfff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_FOLD = re.compile(r"\\\r?\n[ \t]*|[ \t]*\r?\n\s*")
#: Tags whose value names where the secret is.
_REFERENCE = re.compile(r"!(?:secret|env|ENV|Ref|GetAtt|Sub|ImportValue|include|reference|file)\b")


def find_in_yaml(text: str, search: Search) -> Iterator[Found]:
    """Every secret in ``text`` as far as it is YAML."""
    readable = _readable(text)
    for _ in range(_MOST_MISTAKES):
        reader = _Reader(text, search)
        try:
            for event in yaml.parse(readable, Loader=_loader()):
                reader.take(event)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            without = _without_line(readable, mark.line) if mark else readable
            if without != readable:
                readable = without
                continue
        except (yaml.YAMLError, RecursionError, ValueError):
            pass
        yield from reader.found
        return
    yield from reader.found


def _loader() -> type[yaml.SafeLoader]:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _readable(text: str) -> str:
    """``text`` with what no YAML parser takes replaced, character for character."""
    text = _TEMPLATE.sub(lambda match: "x" * len(match[0]), text)
    text = _NOT_READABLE.sub("?", text)
    return re.sub(r"(?m)^[ \t]+", lambda match: " " * len(match[0]), text).replace("\ufeff", " ")


def _without_line(text: str, number: int) -> str:
    lines = text.split("\n")
    if number >= len(lines):
        return text
    lines[number] = " " * len(lines[number])
    return "\n".join(lines)


class _Open(Struct):
    is_mapping: bool
    wants_key: bool = True


class _Reader:
    """Turns the parser's events into those of a :class:`Tree`."""

    def __init__(self, text: str, search: Search) -> None:
        self._text = text
        self._tree = Tree(search)
        self._open: list[_Open] = []
        self.found: list[Found] = []

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._passed()
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            self._open.append(_Open(is_mapping))
            self._tree.begin(is_mapping=is_mapping)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
            self.found += self._tree.end()
        elif isinstance(event, yaml.ScalarEvent):
            if self._passed():
                self._tree.key(_scalar(self._text, event))
            elif _REFERENCE.match(event.tag or ""):
                self._tree.skip()
            else:
                self.found += self._tree.value(_scalar(self._text, event))
        elif isinstance(event, yaml.AliasEvent) and not self._passed():
            self._tree.skip()

    def _passed(self) -> bool:
        """Whether what comes now is a mapping's key."""
        if not self._open or not self._open[-1].is_mapping:
            return False
        is_key = self._open[-1].wants_key
        self._open[-1].wants_key = not is_key
        return is_key


def _scalar(text: str, event: yaml.ScalarEvent) -> Scalar:
    start, end = (mark.index if mark else 0 for mark in (event.start_mark, event.end_mark))
    value = str(event.value)
    if event.style in ("'", '"'):
        raw = text[start + 1 : end - 1]
        spelled = None if raw == value else _unquoted(raw, event.style)
        return Scalar(spelled.text if spelled else raw, start + 1, end - 1, quoted=True, spelled=spelled)
    if event.style in ("|", ">"):
        return _block(text, start, end)
    raw = text[start:end].rstrip()
    spelled = None if raw == value or "\n" not in raw else derived(raw, _FOLD, _folded)
    return Scalar(spelled.text if spelled else raw, start, start + len(raw), spelled=spelled)


def _unquoted(raw: str, quote: str) -> Derived:
    if quote == "'":
        return derived(
            raw, re.compile(rf"''|{_FOLD.pattern}"), lambda match: "'" if match[0] == "''" else _folded(match)
        )
    return derived(
        raw,
        re.compile(rf"{_FOLD.pattern}|\\(?:u[0-9a-fA-F]{{4}}|x[0-9a-fA-F]{{2}}|U[0-9a-fA-F]{{8}}|.)"),
        lambda match: _folded(match) if "\n" in match[0] else without_escapes(match[0]).text,
    )


def _folded(match: re.Match[str]) -> str:
    if match[0].startswith("\\"):
        return ""
    return "\n" * (match[0].count("\n") - 1) or " "


def _block(text: str, start: int, end: int) -> Scalar:
    """A literal or folded text without its mark and indentation."""
    first = text.find("\n", start, end) + 1
    body = text[first:end].rstrip() if first else ""
    indent = len(body) - len(body.lstrip(" \t\n"))
    raw = body[indent:]
    joined = " " if text.startswith(">", start) else "\n"
    spelled = derived(raw, re.compile(rf"\n[ \t]{{0,{indent}}}"), lambda match: joined)
    return Scalar(spelled.text, first + indent, first + len(body), quoted=True, spelled=spelled)
