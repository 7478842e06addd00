"""The signs in an error text, by a table; what is about another service is ignored."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from runbooklab.domain.sign import Other, Sign, SignTable
from runbooklab.model.error_text import ErrorText
from runbooklab.observe.error_reading import Line, lines_of

#: How many lines before a line are searched for what a sign needs near it.
NEAR = 40

#: A line of a stack trace: it says where, not what.
_FRAME = re.compile(
    r"\s*(?:at [\w.$<>\[\]/ ]+[( ]|File \"|from /|\.\.\. \d+ (?:more|common)|\w+\.go:\d+|goroutine )"
)


class Mark(Struct, frozen=True):
    """A sign and the last line that shows it."""

    sign: Sign
    line: str
    seen: str  # what in the line shows the sign
    names_subject: bool  # whether this line or its message names the table's subject


class Reading(Struct, frozen=True):
    """What an error text says."""

    marks: tuple[Mark, ...]  # the most important first
    harmless: tuple[Mark, ...]  # lines that only look like errors
    others: tuple[str, ...]  # services the rest is about ("PostgreSQL's port 5432")


def read(text: ErrorText, table: SignTable) -> Reading:
    """The signs of an error text: firm ones first, and of these the last in the text."""
    return _read(text.text, table)


def signs_of(text: ErrorText, table: SignTable) -> tuple[Sign, ...]:
    """Every sign in an error text, the most important first."""
    return tuple(mark.sign for mark in read(text, table).marks)


def mark_of(cause: str, text: ErrorText | None, table: SignTable) -> Mark | None:
    """The first mark in the text that points to ``cause`` before any other; None if none does."""
    marks = read(text, table).marks if text is not None else ()
    return next((mark for mark in marks if mark.sign.causes[0] == cause), None)


@lru_cache(maxsize=64)
def _read(text: str, table: SignTable) -> Reading:
    lines = lines_of(text, table)
    about = _subjects(lines, table)
    last: dict[Sign, tuple[int, Mark]] = {}
    others: dict[str, None] = {}
    for at, line in enumerate(lines):
        found = _sign_of(lines, at, table)
        if found is None:
            continue
        sign, seen = found
        subject, shown = about[at]
        own = _subject(line.text, table)[0]
        strong = own is not None and not own.weak
        if subject is not None and (sign.generic or strong) and sign.level != "harmless":
            others[shown] = None
            continue
        if sign.needs_subject and shown != table.title:
            continue
        last[sign] = (at, Mark(sign, line.text, seen, shown == table.title))
    if not last:  # nothing is known, but perhaps of what
        others.update((shown, None) for subject, shown in about if subject is not None)
    ranked = sorted(last.values(), key=lambda found: (found[1].sign.level != "firm", -found[0]))
    return Reading(
        tuple(mark for _, mark in ranked if mark.sign.level != "harmless"),
        tuple(mark for _, mark in ranked if mark.sign.level == "harmless"),
        tuple(others),
    )


def _sign_of(lines: tuple[Line, ...], at: int, table: SignTable) -> tuple[Sign, str] | None:
    """The first row of the table that matches a line, and the words that matched."""
    line = lines[at].text
    if not line.strip() or _FRAME.match(line) or (at and _is_source(lines[at - 1].text, line)):
        return None
    for sign in table.signs:
        match = sign.pattern.search(line)
        if match is None:
            continue
        nearby = lines[max(0, at - NEAR) : at + 1]
        if sign.near and not any(sign.near.search(line.text) for line in nearby):
            continue
        return sign, _words(line, match)
    return None


def _is_source(before: str, line: str) -> bool:
    """Whether a line is the source that Python shows under a frame: it is indented further than the frame."""
    depth = len(before) - len(before.lstrip())
    return before.lstrip().startswith('File "') and len(line) - len(line.lstrip()) > depth


def _words(line: str, match: re.Match[str]) -> str:
    """The whole words of the line that a match covers; all of the line if the match is only a lookahead."""
    start, end = match.span() if match[0] else (0, len(line))
    while start and line[start - 1].isalnum():
        start -= 1
    while end < len(line) and line[end].isalnum():
        end += 1
    seen = " ".join(line[start:end].split())
    return seen if len(seen) <= 80 else f"{seen[:79].rstrip()}…"


def _subjects(lines: tuple[Line, ...], table: SignTable) -> list[tuple[Other | None, str]]:
    """For each line the other service it is about, and how it shows; ``(None, TITLE)`` if it is
    about the subject, ``(None, "")`` if nothing shows.

    A line that names nothing is about what the lines of its message before it are about, else those after.
    """
    own = [_subject(line.text, table) for line in lines]
    own = [
        subject if subject[1] else _subject(line.service, table)
        for subject, line in zip(own, lines, strict=True)
    ]
    found = list(own)
    for step in (1, -1):
        order = range(len(lines)) if step == 1 else range(len(lines) - 1, -1, -1)
        for at in order:
            before = at - step
            if found[at][1] or not 0 <= before < len(lines) or lines[before].block != lines[at].block:
                continue
            found[at] = found[before]
    return found


def _subject(line: str, table: SignTable) -> tuple[Other | None, str]:
    if table.subject is not None and table.subject.search(line):
        return None, table.title
    for other in table.others:
        shown = other.shows(line)
        if shown:
            return other, shown
    return None, ""
