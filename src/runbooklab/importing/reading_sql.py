"""A first look at SQL: what plainly only reads. The check's own judge looks closer before it is sent."""

from __future__ import annotations

import re

_STRINGS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
_BEGINS = re.compile(r"(?:select|with|show|values|table|explain)\b", re.I)
_CHANGES = re.compile(
    r"\b(?:insert|update|delete|merge|truncate|drop|alter|create|grant|revoke|copy|call|do|into|lock|set|vacuum"
    r"|reindex|analyze|refresh|begin|commit|rollback|load_file|outfile)\b|\bpg_(?:terminate|cancel|reload|rotate"
    r"|advisory|read|write|sleep|switch|promote|create|drop|stat_reset)\w*\s*\(|\b(?:lo_\w+|dblink\w*|nextval"
    r"|setval|set_config|sleep)\s*\(",
    re.I,
)


def only_reads(text: str) -> str:
    """Why a statement may do more than read; "" if it plainly only reads.

    >>> only_reads("SELECT 1"), only_reads("DELETE FROM jobs")
    ('', 'it does not begin with SELECT, WITH, SHOW, VALUES, TABLE or EXPLAIN')
    """
    bare = _STRINGS.sub(" ' ", text).strip().rstrip(";").strip()
    if not _BEGINS.match(bare):
        return "it does not begin with SELECT, WITH, SHOW, VALUES, TABLE or EXPLAIN"
    if ";" in bare:
        return "it is more than one statement"
    if found := _CHANGES.search(bare):
        return f"{found[0].strip('( ')} may change something"
    return ""


def split_sql(text: str) -> list[tuple[int, str]]:
    """The statements of a text with the lines on which they begin, from 0; a statement ends with ``;``."""
    found: list[tuple[int, str]] = []
    begin = 0
    ends = [*_ends(text), len(text)]
    for end in ends:
        piece = text[begin : end + 1]
        if piece.strip(" \n\t;"):
            lead = len(piece) - len(piece.lstrip())
            found.append((text.count("\n", 0, begin + lead), piece.strip()))
        begin = end + 1
    return found


def _ends(text: str) -> list[int]:
    quoted = [(found.start(), found.end()) for found in _STRINGS.finditer(text)]
    ends: list[int] = []
    index = 0
    for found in re.finditer(";", text):
        while index < len(quoted) and quoted[index][1] <= found.start():
            index += 1
        if index == len(quoted) or not quoted[index][0] <= found.start():
            ends.append(found.start())
    return ends
