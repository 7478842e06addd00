"""A query of Prometheus with its parameters in place: each where it cannot change the query. Pure.

Inside quotes a value is escaped (behind ``=~`` also for the regular expression); elsewhere only a number,
a duration or one plain word is taken. Source: Prometheus, "Querying basics".
"""

from __future__ import annotations

import re

from runbooklab.domains.generic.probes.hosts import refused_values
from runbooklab.domains.generic.records import Text

#: Longest query that is sent.
MOST_QUERY = 4_000
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?|(?:[0-9]+(?:ms|[smhdwy]))+|[A-Za-z_:][A-Za-z0-9_:]*")
_ESCAPED = {"\\": r"\\", '"': r"\"", "'": r"\'", "\n": r"\n"}
_IN_PATTERN = re.compile(r"[\\.+*?()|\[\]{}^$]")


def query_in(text: Text) -> tuple[str, str]:
    """The query, and "" or one sentence on why it is refused."""
    if refused := refused_values(text):
        return "", refused
    query, quote, is_pattern = "", "", False
    for at, part in enumerate(text.parts):
        if at % 2 == 0:
            quote, is_pattern = _after(part, quote, is_pattern, query)
            query += part
            continue
        put = _put(part, quote, is_pattern)
        if put is None:
            return "", _WHERE
        query += put
    if quote:
        return "", "A quote in the query is not closed."
    if _outside(query).count("#"):
        return "", "The query holds a comment: write it in the runbook's text."
    if not query.strip() or len(query) > MOST_QUERY:
        return "", f"Write a query of at most {MOST_QUERY:,} characters."
    return query.strip(), ""


_WHERE = (
    "A parameter's value stands where it could change the query: put it into a quoted label's value, or give"
    " it a number, a duration or one plain word."
)


def _put(value: str, quote: str, is_pattern: bool) -> str | None:
    if not quote:
        return value if _PLAIN.fullmatch(value) else None
    if is_pattern:
        value = _IN_PATTERN.sub(lambda found: "\\" + found[0], value)
    if quote == "`":
        return None if "`" in value else value
    return "".join(_ESCAPED.get(letter, letter) for letter in value)


def _after(piece: str, quote: str, is_pattern: bool, before: str) -> tuple[str, bool]:
    """The quote that is open behind this piece, and whether it holds a regular expression."""
    at = 0
    while at < len(piece):
        letter = piece[at]
        if quote and letter == "\\" and quote != "`":
            at += 1
        elif quote and letter == quote:
            quote, is_pattern = "", False
        elif not quote and letter in "\"'`":
            quote, is_pattern = letter, re.search(r"[=!]~\s*$", before + piece[:at]) is not None
        at += 1
    return quote, is_pattern


def _outside(query: str) -> str:
    return re.sub(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`[^`]*`", "", query)
