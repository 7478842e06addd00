"""A sign: one kind of error line and the causes it points to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.redaction import Shape

#: How much a sign says. "firm": it names what failed. "vague": it names no reason, so any firm sign says
#: more ("could not get a connection"). "harmless": a line that only looks like an error.
Level = Literal["firm", "vague", "harmless"]


class Sign(Struct, frozen=True):
    """One row of the table."""

    name: str  # what it means, to finish "the text says"
    causes: tuple[str, ...]  # ids of the catalogue, in the order to check them
    pattern: Shape  # searched in one line
    level: Level = "firm"
    #: Whether any program that uses a network or Docker says so: then the line must not be about another
    #: service, and one that names neither the subject nor another service is taken with caution.
    generic: bool = False
    needs_subject: bool = False  # counts only if its lines or those around it name the subject
    near: Shape | None = None  # must stand in the same line or shortly before it


class Other(Struct, frozen=True):
    """A service that an error text may be about instead of the subject."""

    name: str
    ports: tuple[int, ...]
    words: re.Pattern[str]
    #: Whether its words say little: they outweigh only the signs of any network program.
    weak: bool = False

    def shows(self, line: str) -> str:
        """How ``line`` shows that it is about this service: "" if it does not.

        >>> Other("PostgreSQL", (5432,), re.compile("postgres")).shows("dial tcp 10.0.0.5:5432: refused")
        "PostgreSQL's port 5432"
        """
        named = self.words.search(line)
        if named:
            return self.name
        for port in self.ports:
            if re.search(rf"(?:(?<!\d:):|\bport[ =:\"']{{1,4}}){port}(?!\d|:\d)", line, re.IGNORECASE):
                return f"{self.name}'s port {port}"
        return ""


# compared by identity: its results are cached
class SignTable(Struct, frozen=True, eq=False):
    """What error texts say of a subject. The first row that matches a line counts."""

    signs: tuple[Sign, ...] = ()
    #: Services that a text may be about instead.
    others: tuple[Other, ...] = ()
    #: How a line names the subject itself, and what the subject is called.
    subject: re.Pattern[str] | None = None
    title: str = ""
    #: The codes that its servers put into an error.
    codes: tuple[re.Pattern[str], ...] = ()
    #: What clients say without a code, in lower case -> the code that it stands for.
    code_words: tuple[tuple[str, str], ...] = ()
    #: What makes a line of a long log worth keeping, besides "error" and the like: in lower case.
    words: tuple[str, ...] = ()
    #: What its programs put before each line of their logs -> the program's name.
    log_prefixes: tuple[tuple[re.Pattern[str], str], ...] = ()


NO_SIGNS = SignTable()


def joined(tables: Sequence[SignTable]) -> SignTable:
    """The rows of all ``tables``, the first one's first; the subject is the first one's."""
    if len(tables) < 2:
        return tables[0] if tables else NO_SIGNS
    names = ("signs", "others", "codes", "code_words", "words", "log_prefixes")
    rows: dict[str, Any] = {
        name: tuple(row for table in tables for row in getattr(table, name)) for name in names
    }
    return replace(tables[0], **rows)


def sign(
    name: str,
    causes: str,
    *patterns: str,
    level: Level = "firm",
    generic: bool = False,
    needs_subject: bool = False,
    near: str = "",
) -> Sign:
    """A row: ``causes`` are ids between spaces; ``patterns`` are alternatives, in any letter case."""
    return Sign(
        name,
        tuple(causes.split()),
        Shape("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE),
        level,
        generic,
        needs_subject,
        Shape(near, re.IGNORECASE) if near else None,
    )


def number(*numbers: str) -> str:
    """A pattern of an operating system's error number, as clients write it.

    redis-py: ``Error 111 connecting``; Python: ``[Errno 111]``, ``[WinError 10061]``; Rust:
    ``(os error 111)``; Node: ``errno: -111``; Go on Windows: ``WSAECONNREFUSED (10061)``.
    """
    either = "|".join(numbers)
    return (
        rf"\b(?:errno|winerror|os error)[ :=']{{1,3}}-?(?:{either})\b"
        rf"|\berror (?:code )?(?:{either})\b(?= (?:connecting|while)|[:.,)]|$)|\((?:{either})\)"
    )
