"""A cursor over a script's text: characters, their places, blanks and comments."""

from __future__ import annotations

import re
from bisect import bisect_right

from runbooklab.shell.tree import ShellError

#: The longest script in characters: a thousand lines of a runbook are half as long.
MOST_TEXT = 1 << 17

_NEWLINES = re.compile("\n")
#: Characters that would be seen as something else than what runs, or can't be passed to a program.
_NEVER = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BLANKS = re.compile(r"(?:[ \t]|\\\n)+")
_COMMENT = re.compile(r"#[^\n]*")


class Reader:
    """Where a parser is in a text. ``at`` only grows, so that reading takes linear time."""

    def __init__(self, text: str) -> None:
        """Raises :class:`ShellError` for a text that is too long or holds what no terminal shows."""
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self._newlines: list[int] | None = None
        if len(text) > MOST_TEXT:
            raise ShellError(f"the script is longer than {MOST_TEXT:,} characters", 1, 1)
        if never := _NEVER.search(self.text):
            raise self.error(f"the character U+{ord(never[0]):04X} is not part of a script", never.start())

    def place(self, at: int | None = None) -> tuple[int, int]:
        """The 1-based line and column of a position; of the current one by default."""
        if self._newlines is None:
            self._newlines = [found.start() for found in _NEWLINES.finditer(self.text)]
        at = self.at if at is None else at
        line = bisect_right(self._newlines, at - 1)
        return line + 1, at - (self._newlines[line - 1] + 1 if line else 0) + 1

    def error(self, reason: str, at: int | None = None) -> ShellError:
        """What is wrong at this position."""
        return ShellError(reason, *self.place(at))

    def peek(self, length: int = 1) -> str:
        """The next characters; "" at the end."""
        return self.text[self.at : self.at + length]

    def starts(self, text: str) -> bool:
        """Whether ``text`` comes next."""
        return self.text.startswith(text, self.at)

    def take(self, text: str) -> bool:
        """Go past ``text`` if it comes next."""
        if self.starts(text):
            self.at += len(text)
            return True
        return False

    def match(self, pattern: re.Pattern[str]) -> str:
        """Go past what ``pattern`` matches here; "" if it doesn't."""
        found = pattern.match(self.text, self.at)
        if not found:
            return ""
        self.at = found.end()
        return found[0]

    def skip_blanks(self) -> None:
        """Go past blanks, continued lines and a comment, up to the newline after it."""
        self.match(_BLANKS)
        if self.peek() == "#":
            self.match(_COMMENT)
