"""The words of a shell script, as far as files of variables need them: quotes, expansions, separators.

Nothing is executed: a word with a command substitution in it has no known value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct, field

from runbooklab.errors import RunbookError
from runbooklab.observe.env_file.expansion import Lookup, braced, expand

#: Characters that end a word outside quotes, white space aside.
OPERATORS = ";&|<>()"
#: After a $: a variable's name, or one of the shell's own.
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9?#@*!$-]")
#: What follows a ; that belongs to a value such as ``Server=db;Port=5``: nobody writes a command so.
_GLUED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


class Word(Struct):
    """One word of a command."""

    line: int
    raw: str = ""  # as it is written
    text: str = ""  # its value
    known: bool = True  # False: only running something would tell
    quoted: bool = False
    unset: list[str] = field(default_factory=list)


class Unclosed(RunbookError):
    """A quote, or a bracket, that nothing closes."""

    def __init__(self, line: int) -> None:
        super().__init__("unclosed")
        self.line = line


class Statement(Struct):
    """A command line up to its newline, semicolon or other operator."""

    words: list[Word]
    end: str  # the operator that ends it: "\n" for a newline or the end of the text
    line: int  # where it ends
    glued: bool = False  # whether a ; ends it with another assignment right behind, as inside a value


class Scanner:
    """Reads statements; each is read after the one before has been carried out, so ``lookup`` may change."""

    def __init__(self, text: str, lookup: Lookup) -> None:
        self.text = text
        self.lookup = lookup
        self.at = 0
        self.line = 1

    def statements(self) -> Iterator[Statement]:
        """Raises :class:`Unclosed` where a shell does."""
        words: list[Word] = []
        while self.at < len(self.text):
            c = self.text[self.at]
            if c == "\n":
                self.at += 1
                yield Statement(words, "\n", self.line)
                self.line += 1
                words = []
            elif c in " \t":
                self.at += 1
            elif self.text.startswith("\\\n", self.at):
                self.at, self.line = self.at + 2, self.line + 1
            elif c == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif c in OPERATORS:
                self.at += 1
                glued = c == ";" and _GLUED.match(self.text, self.at) is not None
                yield Statement(words, c, self.line, glued)
                words = []
            else:
                words.append(self._word())
        yield Statement(words, "\n", self.line)

    def _word(self) -> Word:
        word, start = Word(self.line), self.at
        while self.at < len(self.text):
            c = self.text[self.at]
            if c in " \t\n" or c in OPERATORS:
                break
            if c in "'\"" and self.text[start : self.at].endswith("="):
                word.quoted = True
            if c == "'":
                end = self._closing("'")
                word.text += self.text[self.at + 1 : end]
                self._go_to(end + 1)
            elif c == '"':
                self._double(word)
            elif c == "\\":
                word.text += self.text[self.at + 1 : self.at + 2].replace("\n", "")
                self._go_to(self.at + 2)
            elif c in "$`":
                self._expansion(word)
            else:
                word.text += c
                self.at += 1
        word.raw = self.text[start : self.at]
        return word

    def _closing(self, quote: str) -> int:
        end = self.text.find(quote, self.at + 1)
        if end < 0:
            raise Unclosed(self.line)
        return end

    def _go_to(self, place: int) -> None:
        self.line += self.text.count("\n", self.at, place)
        self.at = min(place, len(self.text))

    def _double(self, word: Word) -> None:
        """What stands between double quotes; a backslash escapes only what means something there."""
        began = self.line
        self.at += 1
        while self.at < len(self.text):
            c = self.text[self.at]
            if c == '"':
                self.at += 1
                return
            if c == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                word.text += (
                    "" if following == "\n" else following if following in '$`"\\' else f"\\{following}"
                )
                self._go_to(self.at + 2)
            elif c in "$`":
                self._expansion(word)
            else:
                word.text += c
                self._go_to(self.at + 1)
        raise Unclosed(began)

    def _expansion(self, word: Word) -> None:
        """A variable, or a command substitution, whose value nobody here can know."""
        if self.text[self.at] == "`":
            word.known = False
            self._go_to(self._closing("`") + 1)
        elif self.text.startswith("$(", self.at):
            word.known = False
            self._go_to(self._bracket("(", ")") + 1)
        else:
            end = self._end_of_variable()
            done = expand(self.text[self.at : end], self.lookup, compose=False)
            word.text += done.text
            word.unset += done.unset
            word.known = word.known and not (done.unknown or done.bad)
            self._go_to(end)

    def _bracket(self, opening: str, closing: str) -> int:
        depth = 0
        for place in range(self.at + 1, len(self.text)):
            depth += (self.text[place] == opening) - (self.text[place] == closing)
            if depth == 0:
                return place
        raise Unclosed(self.line)

    def _end_of_variable(self) -> int:
        if self.text.startswith("${", self.at):
            end = braced(self.text, self.at + 1)
            if end < 0:
                raise Unclosed(self.line)
            return end + 1
        name = _VARIABLE.match(self.text, self.at + 1)
        return name.end() if name else self.at + 1
