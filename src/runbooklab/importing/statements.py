"""Splits the text of a shell block into statements: where one is complete, the next begins.

It is more generous than the language that checks run: also a loop or a here-document is one statement, so
that what follows it is still judged on its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

#: Most lines that one statement may take: an apostrophe in prose opens a quote that nothing closes.
MOST_LINES = 200

_HERE = re.compile(r"<<-?\s*(?P<quote>['\"]?)(?P<word>\w+)(?P=quote)")
_OPENS = re.compile(
    r"(?:^|[;&|(]|\bdo\b|\bthen\b|\belse\b)\s*(?:for|while|until|if|case|select)\b|^\s*[\w-]+\s*\(\)\s*\{"
)
_CLOSES = re.compile(r"(?:^|[;&|)\s])(?:done|fi|esac)(?=$|[\s;&|)<>])|^\s*\}")
_GOES_ON = re.compile(r"(?:\|\|?|&&)\s*$")


class Statement(Struct, frozen=True):
    """A statement with the comments before it. Lines count from 0 within the block."""

    first: int  # of its comments, or of its text if it has none
    end: int  # the first line after it
    text: str
    comments: tuple[str, ...] = ()
    complete: bool = True  # a quote, bracket or loop in it is closed


class Open:
    """Whether a statement goes on after the lines it was given."""

    def __init__(self) -> None:
        self.quote = ""
        self.depth = 0  # of brackets
        self.loops = 0
        self.here: list[str] = []
        self.goes_on = False

    @property
    def open(self) -> bool:
        """Whether the next line belongs to the same statement."""
        return bool(self.quote or self.depth > 0 or self.loops > 0 or self.here or self.goes_on)

    def feed(self, line: str) -> None:
        """One more line of the statement."""
        if self.here:
            if line.strip() == self.here[0]:
                self.here.pop(0)
            return
        bare = self._bare(line)
        self.goes_on = (not self.quote and bool(_GOES_ON.search(bare))) or bare.endswith("\\")
        if not self.quote:
            self.here += [found["word"] for found in _HERE.finditer(line) if "<<<" not in line]
        self.loops += len(_OPENS.findall(bare)) - len(_CLOSES.findall(bare))

    def _bare(self, line: str) -> str:
        """The line without its quoted text and its comment; keeps count of quotes and brackets."""
        kept: list[str] = []
        at = 0
        while at < len(line):
            here = line[at]
            if here == "\\" and self.quote != "'":
                if at + 1 == len(line):
                    kept.append(here)
                at += 2
                continue
            if self.quote:
                if here == self.quote:
                    self.quote = ""
            elif here in "'\"`":
                self.quote = here
            elif here == "#" and (not kept or kept[-1].isspace()):
                break
            else:
                self.depth += (here == "(") - (here == ")")
                kept.append(here)
            at += 1
        return "".join(kept)


def statements(lines: Sequence[str], first: int = 0) -> list[Statement]:
    """The statements of ``lines``, of which the first is line ``first`` of its block."""
    found: list[Statement] = []
    comments: list[str] = []
    begin = at = 0
    while at < len(lines):
        line = lines[at].strip()
        if not line or line.startswith("#"):
            if line:
                if not comments:
                    begin = at
                comments.append(line)
            elif comments and not _followed(lines, at):
                found.append(Statement(first + begin, first + at, "", tuple(comments)))
                comments = []
            at += 1
            continue
        end, complete = _end(lines, at)
        start = begin if comments else at
        text = "\n".join(lines[at:end]).strip()
        found.append(Statement(first + start, first + end, text, tuple(comments), complete))
        comments, at = [], end
    if comments:
        found.append(Statement(first + begin, first + len(lines), "", tuple(comments)))
    return found


def _followed(lines: Sequence[str], at: int) -> bool:
    """Whether the comment above goes with what follows the empty line ``at``: one empty line, then text."""
    return at + 1 < len(lines) and bool(lines[at + 1].strip())


def _end(lines: Sequence[str], at: int) -> tuple[int, bool]:
    """The first line after the statement that begins at ``at``, and whether it is complete."""
    state = Open()
    for number in range(at, min(len(lines), at + MOST_LINES)):
        state.feed(lines[number])
        if not state.open:
            return number + 1, True
    return at + 1, False
