"""Machine text as a person reads it: terminal codes taken out, long text cut with a word on how much."""

from __future__ import annotations

import re
from typing import NamedTuple

# Each alternative's repeats are disjoint and end at the next escape, so the search is linear.
_TERMINAL_CODES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b[\]P^_X][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC and other strings: titles, links
    r"|\x1b[ -/]*[0-~]"  # two-character escapes
)


def plain(text: str) -> str:
    r"""``text`` as a terminal would leave it: no colours, a line rewritten after ``\r`` as it was last.

    >>> plain("\x1b[31mfailed\x1b[0m 10%\rfailed 99%")
    'failed 99%'
    """
    text = _TERMINAL_CODES.sub("", text).replace("\r\n", "\n")
    if "\r" not in text:
        return text
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))


class Excerpt(NamedTuple):
    """The beginning and the end of a text, and how many lines (and characters) lie between."""

    head: str
    tail: str = ""
    cut: str = ""  # "99,740 lines left out", "" if nothing is

    @property
    def lines(self) -> int:
        """How many lines are shown."""
        return sum(len(part.splitlines()) for part in (self.head, self.tail))


def excerpt(text: str, *, head: int = 80, tail: int = 120, width: int = 2_000) -> Excerpt:
    """At most ``head`` first and ``tail`` last lines of ``text``, each at most ``width`` characters."""
    lines = text.rstrip("\n").split("\n")
    between = len(lines) - head - tail
    if between <= 1:
        return Excerpt("\n".join(shortened(line, width) for line in lines))
    return Excerpt(
        "\n".join(shortened(line, width) for line in lines[:head]),
        "\n".join(shortened(line, width) for line in lines[-tail:]),
        f"{between:,} lines left out",
    )


def shortened(line: str, width: int) -> str:
    """``line``, or its first ``width`` characters and how many are left out."""
    return line if len(line) <= width else f"{line[:width]} … {len(line) - width:,} characters left out"
