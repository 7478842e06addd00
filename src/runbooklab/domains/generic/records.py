"""What a declared check asks for, and what it saw."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from runbooklab.domain.shell import Shell
from runbooklab.model.observation import Id


class Text(Struct, frozen=True):
    """A text of the runbook with the values of its parameters in place, which stay known as such.

    ``parts`` alternates: a piece as it is written in the runbook, a value, a piece ... A value is never
    parsed: a kind splits or parses the pieces, and puts the values in afterwards.

    >>> Text(("df -h ", "/var", "")).plain
    'df -h /var'
    """

    parts: tuple[str, ...] = ("",)

    @property
    def plain(self) -> str:
        """The text with its values."""
        return "".join(self.parts)

    @property
    def values(self) -> tuple[str, ...]:
        """The values alone, in their order."""
        return self.parts[1::2]

    @property
    def pieces(self) -> tuple[str, ...]:
        """What is written in the runbook around the values: one more than there are values."""
        return self.parts[::2]


class Asked(Struct, frozen=True):
    """What one check asks for, with the values of the parameters in place.

    Secrets in it are tokens: a probe reveals them at the moment of use.
    """

    kind: Id
    subject: Text  # what follows the kind's key: the URL, the path, the command
    options: dict[Id, Text] = field(default_factory=dict)
    container: str = ""  # where it looks from: a container's name; "" is this host
    timeout_s: float = 3.0
    #: For people: the value of a secret parameter -> the variable of their shell that has it.
    variables: dict[str, str] = field(default_factory=dict)
    project: str = ""  # the folder that a relative path starts from, and whose configs/ widen what may be run

    @property
    def shell(self) -> Shell:
        """Quotes words for a person's shell, with a variable in the place of each secret."""
        return Shell("SECRET", self.variables)

    def option(self, name: str, default: str = "") -> str:
        """An option's text, ``default`` if the check does not have it."""
        return self.options[name].plain if name in self.options else default


class Seen(Struct, frozen=True):
    """What a declared check saw: its kind's fields, and the output for people."""

    #: Field -> value: a truth, a number in the field's unit, a text, a list of texts, or what JSON holds.
    #: What is not in it was not there: an answer without JSON, a status without an answer.
    values: dict[Id, Any]
    #: What a person would have seen, at most a few thousand characters.
    shown: str = ""
    #: One plain sentence if there was no usual answer: "Connection refused by 127.0.0.1:80."
    note: str = ""
    #: Field -> why it could not be observed, to finish a sentence with: nothing can be said of it.
    unobserved: dict[Id, str] = field(default_factory=dict)


class Plan(Struct, frozen=True):
    """What a check would send or read, as the ledger says it."""

    to: Id  # http, tcp, dns, tls, file, process, docker, sql, promql, redis
    what: str
