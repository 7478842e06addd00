"""Formats of lines: ``.env``, properties, ini; and TOML and JSON with comments, by way of their parsers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from runbooklab.domains.address.configuration.leaves import MOST_LEAVES, Leaf, Mistake, text_kind
from runbooklab.domains.address.configuration.yaml_reader import MOST_NESTING, read_yaml

_ASSIGNMENT = re.compile(
    r"\s*(?:export\s+|set\s+|setenv\s+)?(?P<name>[A-Za-z_][\w.-]*)\s*(?:=|:\s)\s*(?P<value>.*)"
)


def read_env(text: str) -> list[Leaf]:
    """A file of ``NAME=value`` lines: export, quotes and comments as a shell and dotenv read them."""
    leaves = []
    for number, line in enumerate(text.splitlines()[:MOST_LEAVES], 1):
        found = _ASSIGNMENT.match(line)
        if found and not line.lstrip().startswith("#"):
            value = unquoted(found["value"])
            leaves.append(_leaf((found["name"],), value, number, found.start("value") + 1))
    return leaves


def unquoted(value: str) -> str:
    """A value of an .env file: without its quotes, or without the comment behind it."""
    value = value.strip()
    quoted = re.match(r"\"((?:[^\"\\]|\\.)*)\"|'([^']*)'", value)
    if quoted:
        return re.sub(r"\\(.)", r"\1", quoted[1]) if quoted[1] is not None else quoted[2]
    return re.split(r"\s#", value, maxsplit=1)[0].strip()


#: Lines that one value may go on for.
MOST_CONTINUED = 100
_PROPERTY = re.compile(r"\s*(?P<key>(?:\\.|[^\s=:#!\\])(?:\\.|[^\s=:\\])*)\s*(?:[=:]\s*|\s+)(?P<value>.*)")


def read_properties(text: str) -> list[Leaf]:
    """Java properties: ``a.b.c=value``; a backslash at the end continues the line."""
    leaves: list[Leaf] = []
    lines = iter(enumerate(text.splitlines()[:MOST_LEAVES], 1))
    for number, line in lines:
        for _ in range(MOST_CONTINUED):
            if not re.search(r"(?<!\\)(?:\\\\)*\\$", line[-100:]):
                break
            line = line[:-1] + next(lines, (0, ""))[1].lstrip()
        found = _PROPERTY.match(line)
        if found:
            key, value = (re.sub(r"\\(.)", r"\1", found[part]) for part in ("key", "value"))
            leaves.append(_leaf(tuple(key.split(".")), value.strip(), number, found.start("value") + 1))
    return leaves


_OF_ENVIRONMENT = re.compile(r"([A-Za-z_]\w*)=[\"']?([^\"',\s]+)")
_SECTION = re.compile(r"\s*\[(?P<name>[^\[\]]+)\]\s*(?:[#;].*)?$")
_INI_VALUE = re.compile(r"(?P<key>[^\s=:#;\[][^=:]*)[=:]\s*(?P<value>.*)")


def read_ini(text: str) -> list[Leaf]:
    """Sections in brackets and ``key = value`` lines; what is indented continues the value before it."""
    leaves: list[Leaf] = []
    section: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines()[:MOST_LEAVES], 1):
        head, found = _SECTION.match(line), _INI_VALUE.match(line)
        if head:
            section = (head["name"].strip(),)
        elif found:
            if (
                found["key"].strip().lower() == "environment"
            ):  # of systemd and supervisor: NAME=value, several
                leaves += [
                    _leaf((*section, "environment", name), value, number, 1)
                    for name, value in _OF_ENVIRONMENT.findall(found["value"])
                ]
                continue
            value = unquoted(re.split(r"\s;", found["value"], maxsplit=1)[0])
            leaves.append(_leaf((*section, found["key"].strip()), value, number, found.start("value") + 1))
    return leaves


#: tomllib takes time with the square of a key's parts.
MOST_DOTS = 100
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def read_toml(text: str) -> list[Leaf]:
    """TOML by the standard library; the lines are found again by table and key."""
    for number, written in enumerate(text.splitlines(), 1):
        if written.count(".") > MOST_DOTS and _QUOTED.sub("", written).count(".") > MOST_DOTS:
            message = f"the TOML is nested too deep: line {number} has more than {MOST_DOTS} dots"
            raise Mistake("invalid-yaml", message, number, 1)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        message = re.sub(r" \(at .*\)", "", str(error))
        raise Mistake("invalid-yaml", f"the TOML cannot be parsed: {message}", line, column) from None
    except RecursionError:
        raise Mistake("invalid-yaml", "the TOML is nested too deep") from None
    lines = _toml_lines(text)
    found = []
    for (path, value), _ in zip(_branches(tree, ()), range(MOST_LEAVES), strict=False):
        line = lines.get(tuple(key for key in path if not key.startswith("[")), 1)
        kind = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a section"}
        shown = str(value).lower() if isinstance(value, bool) else "" if value in ([], {}) else str(value)
        found.append(Leaf(path, shown, kind.get(type(value), "text"), line, key_line=line, end_line=line))  # type: ignore[arg-type] # the table's values are kinds
    return found


def _branches(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    items: list[tuple[str, Any]] = []
    if len(path) > MOST_NESTING:
        return
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = [(f"[{index}]", item) for index, item in enumerate(value)]
    if not items:
        yield path, value
    for key, item in items:
        yield from _branches(item, (*path, key))


def _toml_lines(text: str) -> dict[tuple[str, ...], int]:
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[\[?([^\[\]]+)\]\]?", line)
        if head:
            table = _toml_key(head[1])
            lines.setdefault(table, number)
            continue
        for found in re.finditer(r"(?:^\s*|[{,]\s*)([\w.\"'-]+)\s*=", line):
            outer = re.match(r"\s*([\w.\"'-]+)\s*=\s*\{", line)
            inline = _toml_key(outer[1]) if outer and found.start(1) > outer.start(1) else ()
            lines.setdefault((*table, *inline, *_toml_key(found[1])), number)
    return lines


def _toml_key(text: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in text.split("."))


_STRING = r'"(?:[^"\\]|\\.)*"'
_COMMENT = re.compile(rf"{_STRING}|//[^\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z)|\t", re.DOTALL)
_LAST_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)


def read_json(text: str) -> list[Leaf]:
    """JSON, with comments and trailing commas if it has them; every place stays where it was."""

    def blank(found: re.Match[str]) -> str:
        return found[0] if found[0].startswith('"') else re.sub(r"[^\n]", " ", found[0])

    try:
        return read_yaml(_LAST_COMMA.sub(blank, _COMMENT.sub(blank, text)))
    except Mistake as mistake:
        mistake.message = mistake.message.replace("the YAML", "the JSON")
        raise


def _leaf(path: tuple[str, ...], value: str, line: int, column: int) -> Leaf:
    return Leaf(path, value, text_kind(value), line, column, key_line=line, end_line=line)
