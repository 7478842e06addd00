"""The rows of the table of programs: one line says what may follow a program's name so that it only reads.

A row is written as a manual page writes a synopsis::

    head|tail [-n|--lines SIGNED -q -v] [unbounded:-f|--follow TEXT?] [FILE...]

It begins with the program and its sub-commands (``|`` between alternatives), then options, then operands.
What is in ``[ ]`` may be left out, ``...`` may be repeated, an option's value comes after its names: a type
in capital letters (``values.py``), or the words it may be. ``TEXT?`` is a value that can only be
given with ``=``. Before an option, ``unbounded:``, ``mutating:``, ``reveals:``, ``interactive:`` say what it
makes of the command, ``drop:`` that it is left out, ``bound:`` that without it the command does not end.
``+--word`` is added when the command runs, ``@name`` is a further look at the whole (``checks.py``). A row
whose first word is a kind (``mutating kubectl apply``) is never live, whatever follows. ``*`` instead of a
sub-command: options of all sub-commands; ``^``: options that come before the sub-command. ``%`` is any
sub-command, ``get-*`` each that begins so.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from msgspec import Struct

from runbooklab.errors import RunbookError

Kind = Literal[
    "live",
    "empty",
    "reveals",
    "unbounded",
    "interactive",
    "remote",
    "unknown",
    "unparsable",
    "mutating",
]
#: From harmless to harmful: a pipeline is the worst of its parts.
KINDS: tuple[Kind, ...] = get_args(Kind)
MARKS = ("unbounded", "mutating", "reveals", "interactive", "remote", "unknown", "drop", "bound")


class RowError(RunbookError):
    """A line that is no row. Says what is wrong with it."""


class Option(Struct, frozen=True):
    """An option: its names, the type of its value, and what it makes of the command."""

    names: tuple[str, ...]
    value: str = ""  # "" for none
    only_attached: bool = False
    required: bool = False
    mark: str = ""


class Operand(Struct, frozen=True):
    """What is no option."""

    value: str
    required: bool = True
    many: bool = False
    after_dashes: bool = False


class Row(Struct, frozen=True):
    """One line of the table. ``path``: the program and its sub-commands, with their alternatives."""

    path: tuple[tuple[str, ...], ...]
    kind: Kind = "live"
    options: tuple[Option, ...] = ()
    operands: tuple[Operand, ...] = ()
    added: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    scope: str = ""  # "*" or "^": options for other rows
    reason: str = ""
    text: str = ""
    place: str = ""


_LITERAL = re.compile(r"%|(?![a-z]+:-)[a-z0-9_.:][A-Za-z0-9_.:+*/-]*(?:\|[A-Za-z0-9_.:+*/-]+)*")
_TYPE = re.compile(r"[A-Z][A-Z0-9]*")
_CHOICE = re.compile(r"[^\s|\[\]-][^\s|\[\]]*(?:\|[^\s|\[\]]+)*")
_OPTION = re.compile(r"(?:([a-z]+):)?(-[^\s|]+(?:\|-[^\s|]+)*)")


def parse_row(line: str, place: str = "", types: frozenset[str] = frozenset()) -> Row:
    """The row that a line holds. ``types``: the types of values that there are; any, if empty.

    Raises :class:`RowError`.

    >>> row = parse_row("uptime [-p|--pretty]")
    >>> row.path, row.options[0].names
    ((('uptime',),), ('-p', '--pretty'))
    """
    text, _, reason = line.partition("  # ")
    words = text.split()
    kind = next((each for each in KINDS if words[:1] == [each]), None)
    if kind is not None and len(words) > 1:
        words = words[1:]
    path: list[tuple[str, ...]] = []
    while words and (not path or _LITERAL.fullmatch(words[0])):
        path.append(_alternatives(words.pop(0)))
    if not path:
        raise RowError("a row begins with the name of a program")
    scope = words.pop(0) if words and words[0] in ("*", "^") else ""
    made = _Items(types)
    for word in words:
        for piece in (
            word[:1] == "[" and "[",
            word.removeprefix("[").removesuffix("]"),
            word[-1:] == "]" and "]",
        ):
            if piece:
                made.take(piece)
    options, operands = made.finished()
    return Row(
        path=tuple(path),
        kind=kind or "live",
        options=options,
        operands=operands,
        added=tuple(made.added),
        checks=tuple(made.checks),
        scope=scope,
        reason=reason.strip(),
        text=" ".join(line.split()),
        place=place,
    )


def programs_of(line: str) -> tuple[str, ...]:
    """The programs that a row is about."""
    words = line.split()
    return _alternatives(words[1] if words[0] in KINDS and len(words) > 1 else words[0])


def _alternatives(word: str) -> tuple[str, ...]:
    return tuple(word.split("|"))


class _Items:
    """The options and operands of a row, word by word."""

    def __init__(self, types: frozenset[str]) -> None:
        self.types = types
        self.options: list[Option] = []
        self.operands: list[Operand] = []
        self.added: list[str] = []
        self.checks: list[str] = []
        self._within = False
        self._after_dashes = False
        self._waiting: Option | None = None

    def take(self, word: str) -> None:
        if word in ("[", "]"):
            self._flush()
            if self._within == (word == "["):
                raise RowError(f"a {word} too many")
            self._within = word == "["
        elif word == "--":
            self._flush()
            self._after_dashes = True
        elif word.startswith("+-"):
            self.added.append(word[1:])
        elif word.startswith("@"):
            self.checks.append(word[1:])
        elif found := _OPTION.fullmatch(word):
            self._flush()
            self._waiting = self._option(found)
        elif self._waiting:
            self._value(word)
        else:
            self._operand(word)

    def finished(self) -> tuple[tuple[Option, ...], tuple[Operand, ...]]:
        self._flush()
        if self._within:
            raise RowError("a [ that nothing closes")
        return tuple(self.options), tuple(self.operands)

    def _option(self, found: re.Match[str]) -> Option:
        if found[1] and found[1] not in MARKS:
            raise RowError(f"{found[1]!r} before an option is none of {', '.join(MARKS)}")
        names = _alternatives(found[2])
        return Option(names, required=not self._within or found[1] == "bound", mark=found[1] or "")

    def _value(self, word: str) -> None:
        option, attached = self._waiting, word.endswith("?")
        assert option is not None
        value = self._known(word.removesuffix("?"))
        self.options.append(Option(option.names, value, attached, option.required, option.mark))
        self._waiting = None

    def _operand(self, word: str) -> None:
        many = word.endswith("...")
        value = self._known(word.removesuffix("..."))
        self.operands.append(Operand(value, not self._within, many, self._after_dashes))

    def _known(self, value: str) -> str:
        if _TYPE.fullmatch(value):
            if self.types and value not in self.types:
                raise RowError(f"{value} is no type of value")
        elif not _CHOICE.fullmatch(value):
            raise RowError(f"{value!r} is neither a type of value nor the words that it may be")
        return value

    def _flush(self) -> None:
        if self._waiting:
            self.options.append(self._waiting)
            self._waiting = None
