"""Secrets in tables: Markdown, what databases print, columns of kubectl, CSV and TSV.

A heading that means a secret makes its column secret; in a table of names and values, the name of a row does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct, field

from runbooklab.redaction.derived_text import without_doubled
from runbooklab.redaction.names import labels_a_secret, means_a_secret
from runbooklab.redaction.tree import Scalar, as_secret, is_name_field, is_value_field
from runbooklab.redaction.urls import Found

_BARS = re.compile(r"[|\u2502\u2503\u2551]")
_RULE = re.compile(r"[\s|+:=\u2500-\u257f-]*[-=\u2500-\u257f]{2}[\s|+:=\u2500-\u257f-]*")
_DRESS = " \t`*_\"'"
_HEADING = re.compile(r"[\"']?[\w .#/()-]{1,60}[\"']?")
_CSV_CELL = re.compile(
    r"[ \t]*(?:\"(?P<quoted>(?>(?:[^\"]|\"\")*))\"|(?P<plain>[^,;\t\n\"]*+))[ \t]*(?P<end>[,;\t\n]|$)"
)
_COLUMN = re.compile(r"\S+(?: \S+)*")
_TYPES = frozenset(
    [
        "string",
        "str",
        "text",
        "varchar",
        "char",
        "bytes",
        "int",
        "integer",
        "number",
        "bool",
        "boolean",
        "object",
        "array",
        "any",
    ]
)

#: A table is never longer; what follows is one of its own.
_MOST_ROWS = 5_000


class _Table(Struct):
    rows: list[list[Scalar]] = field(default_factory=list)
    has_rule: bool = False


def find_in_tables(text: str) -> Iterator[Found]:
    """Every secret in a table of ``text``, whatever draws its columns."""
    if "\n" in text:
        yield from _columns(text)
        yield from _separated(text)
    if _BARS.search(text):
        yield from _barred(text)


# --- columns between bars ---------------------------------------------------------------------


def _barred(text: str) -> Iterator[Found]:
    table = _Table()
    for start, line in _lines(text):
        if _RULE.fullmatch(line):
            table.has_rule |= len(table.rows) == 1
        elif _BARS.search(line):
            table.rows.append(_cells(line, start))
        if (not _BARS.search(line) and not _RULE.fullmatch(line)) or len(table.rows) > _MOST_ROWS:
            yield from _of_table(table)
            table = _Table()
    yield from _of_table(table)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    while at <= len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        yield at, text[at:end]
        at = end + 1


def _cells(line: str, start: int) -> list[Scalar]:
    edges = [-1, *(match.start() for match in _BARS.finditer(line)), len(line)]
    cells = [_cell(line, start, left + 1, right) for left, right in pairwise(edges)]
    if cells and not cells[0].text:
        del cells[0]
    if cells and not cells[-1].text:
        del cells[-1]
    return cells


def _cell(line: str, start: int, first: int, last: int) -> Scalar:
    raw = line[first:last]
    first += len(raw) - len(raw.lstrip(_DRESS))
    content = raw.strip(_DRESS)
    return Scalar(content, start + first, start + first + len(content))


def _of_table(table: _Table) -> Iterator[Found]:
    rows = table.rows
    if not rows:
        return
    widths = {len(row) for row in rows}
    has_heading = table.has_rule or (len(rows) > 1 and widths != {2} and len(rows[0]) > 2)
    heading = rows[0] if has_heading else []
    yield from of_columns(heading, rows[1:])
    values = [at for at, cell in enumerate(heading) if is_value_field(cell.text)]
    for row in rows[1:] if has_heading else rows:
        for at, cell in enumerate(row[:-1]):
            if not labels_a_secret(cell.text.rstrip(":")):
                continue
            of_row = values[0] if values and values[0] > at else at + 1
            if of_row < len(row) and (not heading or values or len(heading) == 2):
                yield from _judged(cell.text.rstrip(":"), row[of_row])


def of_columns(heading: Sequence[Scalar], rows: Sequence[Sequence[Scalar]]) -> Iterator[Found]:
    """What stands in the columns whose heading means a secret."""
    secret = [at for at, cell in enumerate(heading) if means_a_secret(cell.text.replace(" ", "_"), "")]
    for row in rows if secret else ():
        for at in secret:
            if at < len(row):
                yield from _judged(heading[at].text, row[at])


def _of_names(heading: Sequence[Scalar], row: Sequence[Scalar]) -> Iterator[Found]:
    """The value in a row whose name means a secret."""
    name = next((cell.text for top, cell in zip(heading, row, strict=True) if is_name_field(top.text)), "")
    for top, cell in zip(heading, row, strict=True) if means_a_secret(name, "") else ():
        if is_value_field(top.text):
            yield from _judged(name, cell)


def _judged(name: str, cell: Scalar) -> Iterator[Found]:
    if cell.text.lower() not in _TYPES:
        yield from as_secret(name, cell)


# --- columns of kubectl, docker and the like --------------------------------------------------


def _columns(text: str) -> Iterator[Found]:
    heading: list[tuple[str, int, int]] = []
    for start, line in _lines(text):
        if not line.strip():
            heading = []
        elif heading:
            for name, first, last in heading:
                if line[first - 1 : first].strip() or not line[first:last].strip():
                    continue
                yield from _judged(name, _cell(line, start, first, min(last, len(line))))
        else:
            heading = _secret_columns(line)


def _secret_columns(line: str) -> list[tuple[str, int, int]]:
    if not line.isupper() or "  " not in line or len(line) > 1000:
        return []
    names = [(match[0], match.start()) for match in _COLUMN.finditer(line)]
    ends = [start for _, start in names[1:]] + [1 << 20]
    return [
        (name, start, end)
        for (name, start), end in zip(names, ends, strict=True)
        if means_a_secret(name.replace(" ", "_"), "")
    ]


# --- values between commas, semicolons or tabs ------------------------------------------------


def _separated(text: str) -> Iterator[Found]:
    heading: list[Scalar] = []
    at = 0
    while at < len(text):
        if not heading and not _may_be_heading(text, at):
            at = text.find("\n", at) + 1 or len(text)
            continue
        row, at = _row(text, at)
        if heading and len(row) == len(heading):
            yield from of_columns(heading, [row])
            yield from _of_names(heading, row)
        else:
            heading = row if _is_heading(row) else []


def _may_be_heading(text: str, at: int) -> bool:
    line = text[at : at + 1000].partition("\n")[0]
    if not any(mark in line for mark in ",;\t"):
        return False
    names = [name.strip(_DRESS).replace(" ", "_") for name in re.split(r"[,;\t]", line)]
    return any(means_a_secret(name, "") for name in names) or (
        any(map(is_name_field, names)) and any(map(is_value_field, names))
    )


def _is_heading(row: Sequence[Scalar]) -> bool:
    return len(row) > 1 and all(_HEADING.fullmatch(cell.text) and not cell.text.isdigit() for cell in row)


def _row(text: str, at: int) -> tuple[list[Scalar], int]:
    """The cells of the row that begins ``at``, and where the next one begins."""
    row: list[Scalar] = []
    while True:
        match = _CSV_CELL.match(text, at)
        if match is None:  # a quote where none belongs
            return [], text.find("\n", at) + 1 or len(text)
        group = "plain" if match["quoted"] is None else "quoted"
        spelled = without_doubled(match[group], '"') if '""' in match[group] else None
        content = spelled.text if spelled else match[group].rstrip()
        start = match.start(group)
        row.append(Scalar(content, start, start + len(match[group]), group == "quoted", spelled))
        at = match.end()
        if match["end"] in ("\n", ""):
            return row, max(at, match.start() + 1)
