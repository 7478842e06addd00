"""The words of a command with their values in: never split again, judged again."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Mapping
from itertools import islice

from runbooklab.errors import RunbookError
from runbooklab.shell.judge import MOST_VALUE
from runbooklab.shell.ruling import Arg
from runbooklab.shell.tree import Output, Part, Script, Text, Variable, Word

#: The most names of files that a pattern stands for.
MOST_NAMES = 1000
_PATTERN = frozenset("*?[")


class Unfilled(RunbookError):
    """A word that has no value, or one that a shell would read otherwise. Says which."""


class Expansion:
    """Makes arguments of words. ``run`` gives what a script within ``$( )`` prints."""

    def __init__(
        self,
        values: Mapping[str, str],
        variables: Mapping[str, str],
        cwd: str,
        run: Callable[[Script], str],
    ) -> None:
        """``values`` were given and are never split; ``variables`` are the script's own."""
        self.values = values
        self.variables = variables
        self.cwd = cwd
        self.run = run

    def text(self, word: Word) -> str:
        """The word as one text, as an assignment takes it. Raises :class:`Unfilled`."""
        text = "".join(self._value(part, assigned=True) for part in word.parts)
        if len(text) > MOST_VALUE:
            raise Unfilled(f"a value of more than {MOST_VALUE:,} characters")
        return text

    def args(self, word: Word) -> list[Arg]:
        """What a word makes: one argument, or those of ``$( )`` or a pattern. Raises :class:`Unfilled`."""
        fields = _Fields()
        for part in word.parts:
            if isinstance(part, Text):
                fields.add(part.value, pattern=not part.quoted, filled=False)
            elif isinstance(part, Output) and not part.quoted:
                fields.split(self._value(part))
            else:
                value = self._value(part)
                fields.add(value, pattern=False, filled=True, lasting=part.quoted or bool(value))
        return [arg for field in fields.finished() for arg in self._named(field)]

    def _value(self, part: Part, *, assigned: bool = False) -> str:
        if isinstance(part, Text):
            return part.value
        if isinstance(part, Output):
            return self.run(part.script).rstrip("\n")
        return self._of_variable(part, assigned=assigned)

    def _of_variable(self, variable: Variable, *, assigned: bool) -> str:
        own = self.variables.get(variable.name)
        value = self.values.get(variable.name) if own is None else own
        if value:
            if own and not (variable.quoted or assigned) and len(own.split()) > 1:
                raise Unfilled(
                    f'${variable.name} holds several words, which are not split: write "${variable.name}"'
                )
            return value
        if variable.default is not None:
            return "".join(self._value(part, assigned=True) for part in variable.default)
        if own is None:
            raise Unfilled(f"fill in {variable.name}")
        return own

    def _named(self, field: _Field) -> list[Arg]:
        """The files that a pattern stands for; the word itself if there are none, or it is no pattern."""
        plain = Arg(field.text, field.from_value, field.filled)
        if not field.is_pattern:
            return [plain]
        pattern = "".join(text if raw else glob.escape(text) for text, raw in field.pieces)
        root = None if pattern.startswith("/") else self.cwd
        matching = glob.iglob(pattern, root_dir=root)  # noqa: PTH207 # Path.glob takes no absolute pattern
        found = sorted(islice(matching, MOST_NAMES + 1))
        if len(found) > MOST_NAMES:
            raise Unfilled(f"{field.text} stands for more than {MOST_NAMES:,} files")
        names = [os.fsencode(name).decode("utf-8", "surrogateescape") for name in found]
        return [Arg(name, from_value=True, filled=True) for name in names] or [plain]


class _Field:
    """One argument in the making."""

    def __init__(self) -> None:
        self.pieces: list[tuple[str, bool]] = []
        self.filled = False
        self.from_value = False
        self.lasting = False  # there is an argument even if it is empty

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)

    @property
    def is_pattern(self) -> bool:
        return any(raw and not _PATTERN.isdisjoint(text) for text, raw in self.pieces)


class _Fields:
    def __init__(self) -> None:
        self._fields = [_Field()]

    def add(self, text: str, *, pattern: bool, filled: bool, lasting: bool = True) -> None:
        field = self._fields[-1]
        field.from_value |= filled and bool(text) and not field.text
        field.filled |= filled
        field.lasting |= lasting
        field.pieces.append((text, pattern))

    def split(self, output: str) -> None:
        """The words of what a command printed, as a shell splits it."""
        words = output.split()
        if words and output[0].isspace() and self._fields[-1].lasting:
            self._fields.append(_Field())
        for number, word in enumerate(words):
            if number:
                self._fields.append(_Field())
            self.add(word, pattern=False, filled=True)
        if words and output[-1].isspace():
            self._fields.append(_Field())

    def finished(self) -> list[_Field]:
        return [field for field in self._fields if field.lasting]
