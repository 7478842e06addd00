"""What one reader makes of a .env file: assignments, and the lines that it stumbles over."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

#: Who reads the file, as the parameter ``env_file_readers`` names them.
Reader = Literal["compose", "docker-run", "shell", "dotenv", "systemd"]

Kind = Literal[
    "unclosed-quote",  # a quote that nothing closes
    "space-at-equals",  # NAME = VALUE
    "no-equals",  # a line that assigns nothing
    "name",  # a name that cannot be one
    "export",  # export NAME=VALUE, where that is no word
    "unquoted",  # spaces or characters of the shell in a value without quotes
    "substitution",  # a $ that cannot be expanded
    "carriage-return",  # a line that holds nothing but CR
    "encoding",  # bytes that are not UTF-8 text
    "too-long",  # a line longer than the reader takes
]
#: What comes of it: the reader gives the whole file up, loses this line, or reads another value.
Effect = Literal["stops", "drops", "changes"]


class Mistake(Struct, frozen=True):
    """A line that a reader does not take as it is meant; it is not quoted, for it may hold a secret."""

    line: int  # 1-based
    kind: Kind
    effect: Effect
    message: str  # a clause that says what the reader does


class Assignment(Struct, frozen=True):
    """A variable and the value that the reader gives it; None if only running something would tell."""

    name: str
    value: str | None
    line: int  # 1-based
    quoted: bool = False  # whether the value is written within quotes


class EnvReading(Struct, frozen=True):
    """A file as one reader reads it."""

    reader: Reader
    assignments: tuple[Assignment, ...] = ()  # in the file's order, also those that are overwritten later
    mistakes: tuple[Mistake, ...] = ()
    #: Names without a value: the reader takes them from its own environment.
    inherited: tuple[str, ...] = ()
    #: Variables that a value refers to and that are set nowhere: they are read as empty.
    unset: dict[str, int] = field(default_factory=dict)  # name -> line

    @property
    def stops(self) -> bool:
        """Whether the reader gives the whole file up."""
        return any(mistake.effect == "stops" for mistake in self.mistakes)

    @property
    def values(self) -> dict[str, str]:
        """Each variable's value: the last assignment counts. Without those that cannot be known."""
        last = {each.name: each.value for each in self.assignments}
        return {name: value for name, value in last.items() if value is not None}
