"""The .env file and the configuration."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

State = Literal["missing", "folder", "unreadable", "not-a-file", "too-large", "file"]


class LineMistake(Struct, frozen=True):
    """A line that one reader does not take as it is meant."""

    reader: str
    line: int  # 1-based
    kind: str
    effect: str  # stops, drops or changes
    message: str
    name: str = ""  # the variable, if the line has one
    #: What a correction may rely on: the quote that is open on a line of its own, or "plain" for a value
    #: without quotes and backslashes.
    shape: str = ""


class Variable(Struct, frozen=True):
    """A variable and a line of a file: never its value."""

    name: str
    line: int = 0  # 1-based; 0: not in the file
    note: str = ""
    lines: tuple[int, ...] = ()  # all of its lines, if there are several
    is_simple: bool = False  # whether its value means the same without quotes, to any reader


class EnvFileSeen(Struct, frozen=True):
    """A .env file, as it is and as its readers read it."""

    path: str
    state: State
    given: bool = False  # whether somebody named it
    link_to: str = ""  # where a link that leads nowhere points
    message: str = ""
    mode: int = 0  # permission bits
    owner: str = ""
    size_bytes: int = 0
    user: str = ""  # who was asked for, or runs this
    unreadable_for: str = ""  # the user who may not read it, and what keeps them out, as a clause
    barrier: str = ""  # the path that keeps them out
    example: str = ""  # path of the example; "" if there is none
    readers: tuple[str, ...] = ()
    variables: int = 0
    has_bom: bool = False
    bom_before: str = ""  # the variable behind a byte order mark
    carriage_returns: tuple[int, ...] = ()  # lines whose value ends in CR, for a reader that keeps it
    mistakes: tuple[LineMistake, ...] = ()
    quoted: tuple[Variable, ...] = ()  # values whose quotes or comments docker run keeps
    missing: tuple[Variable, ...] = ()
    duplicates: tuple[Variable, ...] = ()
    placeholders: tuple[Variable, ...] = ()
    secrets: tuple[str, ...] = ()  # names of variables that hold one


class BadValue(Struct, frozen=True):
    """A value of the configuration that cannot be what its key means."""

    key: str
    line: int
    expected: str
    found: str  # the kind of what is there, or the redacted value


class Reference(Struct, frozen=True):
    """A variable that the configuration refers to."""

    name: str
    key: str
    line: int


class ProjectConfig(Struct, frozen=True):
    """The configuration file: does it parse, do its values fit, are its variables set."""

    path: str
    state: State
    given: bool = False
    message: str = ""
    problem: Literal["", "invalid-yaml", "not-text"] = ""
    line: int = 0
    column: int = 0
    excerpt: str = ""
    format: str = "YAML"
    bad_values: tuple[BadValue, ...] = ()
    unset: tuple[Reference, ...] = ()
    references: int = 0
    hosts: tuple[str, ...] = field(default=())  # single-label hosts that it names
