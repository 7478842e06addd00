"""Where in a command line a parameter's value stands, and whether it can stand there as one word.

A value is put into a line as one word of the shell that reads the line. Where a second program would read
that word as its language (``sh -c``, a quoted awk program, another host's shell), no quoting makes it safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

#: What stands beside a value in a quoted text that is no program: a part of a path or of an option.
_NO_PROGRAM = re.compile(r"[\w@%+=:,./-]*")
#: What ends one command within a line and begins the next.
_ENDS = "|&;()\n"
#: Programs that start the one that is named next.
_STARTERS = ("sudo", "doas", "env", "exec", "command", "nohup", "nice", "time", "xargs")
#: A program that reads one of its words as a command line.
_SECOND_SHELL = re.compile(
    r"(?:^|[\s/])(?:eval|watch|(?:(?:ba|da|z|k|a)?sh|su|runuser)\s(?:.*\s)?(?:-\w*c|--command))(?=\s|=|$)"
)
#: Options of ssh that take the next word.
_SSH_TAKES = re.compile(r"-[A-Za-z]*[BbcDEeFIiJLlmOopQRSWw]")


class Place(Struct, frozen=True):
    """One value's place."""

    #: The quote around it: "", ``"`` or ``'``.
    quote: str
    #: The words of its own command before it, the unfinished one last: "" if a word begins with the value.
    before: tuple[str, ...]
    #: Why no value can stand here; "" if one can.
    refused: str = ""

    @property
    def takes_options(self) -> bool:
        """Whether a value that begins with - would be an option of the program."""
        return self.before[-1] in ("", '"', "'") and "--" not in self.before


def places(pieces: Sequence[str]) -> tuple[Place, ...]:
    """The places of the values that stand between ``pieces`` of a command line."""
    reader, found = _Reader(), []
    for place, piece in enumerate(pieces[:-1]):
        reader.read(piece)
        found.append(reader.place(pieces[place + 1]))
        reader.value()
    return tuple(found)


class _Reader:
    """Follows the quotes of a line."""

    def __init__(self) -> None:
        self.command = ""  # the present command so far
        self.quote = ""
        self.quoted = ""  # the present quoted text so far
        self.odd = ""  # what else is open: a backquote, a comment, an expansion
        self.is_escaped = False

    def value(self) -> None:
        """A value stands here."""
        self.command += "x"
        self.quoted += "x"

    def read(self, piece: str) -> None:
        characters = iter(enumerate(piece))
        for at, character in characters:
            if self.is_escaped:
                self.is_escaped = False
            elif self.odd:
                self._inside_odd(character)
            elif character == "\\" and self.quote != "'":
                self.is_escaped = True
            elif self.quote:
                self._inside_quotes(character, piece[at:])
            elif character in _ENDS:
                self.command = ""
                continue
            else:
                self._outside(character, piece[at:])
            self.command += character

    def _inside_odd(self, character: str) -> None:
        if (self.odd, character) in (("`", "`"), ("${", "}"), ("$(", ")"), ("#", "\n")):
            self.odd = ""
        elif self.odd == "$(" and character in "'\"`(" and self.command[-1:] != "$":
            self.odd = "$(..."  # with quotes or brackets in it: where it ends is not looked for

    def _inside_quotes(self, character: str, rest: str) -> None:
        if character == self.quote:
            self.quote = ""
            return
        self.quoted += character
        if self.quote == '"':
            self.odd = _opened(rest)

    def _outside(self, character: str, rest: str) -> None:
        if character in "\"'":
            self.quote, self.quoted = character, ""
        elif character == "#" and self.command[-1:].strip() == "":
            self.odd = "#"
        elif rest.startswith("<<"):
            self.odd = "<<"
        elif not rest.startswith("$(") or rest.startswith("$(("):
            self.odd = _opened(rest)

    def place(self, after: str) -> Place:
        """The place of the value that comes now; ``after`` is what is written behind it."""
        words = tuple(self.command.split())
        before = words if self.command and not self.command[-1].isspace() else (*words, "")
        return Place(self.quote, before, "".join(list(self._refused(before, after))[:1]))

    def _refused(self, before: tuple[str, ...], after: str) -> Iterator[str]:
        if self.is_escaped:
            yield "it stands behind a backslash: leave that out, its value becomes one word"
        if self.odd:
            yield f"no value can be made safe behind {self.odd} : write it outside"
        if self.quote and not _NO_PROGRAM.fullmatch(self.quoted + after.partition(self.quote)[0]):
            yield "another program may read the quoted text around it: write it outside of the quotes"
        if all(word in _STARTERS or "=" in word for word in before[:-1]) and "=" not in before[-1]:
            yield "a value cannot be the program: write which one is started"
        if _SECOND_SHELL.search(" ".join(before[:-1])) or _on_another_host(before):
            yield "a second shell would read its value as a command: start the program itself"


def _opened(rest: str) -> str:
    """What opens here in which a value is no word of its own."""
    return next((mark for mark in ("`", "$((", "$(", "${", "$'", "$[") if rest.startswith(mark)), "")


def _on_another_host(before: tuple[str, ...]) -> bool:
    """Whether the word is part of what ssh passes to the shell of another host."""
    names = [place for place, word in enumerate(before[:-1]) if word.rpartition("/")[2] == "ssh"]
    if not names:
        return False
    words = iter(before[names[0] + 1 : -1])
    for word in words:
        if not word.startswith("-"):
            return True
        if _SSH_TAKES.fullmatch(word):
            next(words, None)
    return False
