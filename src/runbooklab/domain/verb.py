"""A verb: what a remedy's command may begin with, and how it is executed without a shell."""

from __future__ import annotations

from collections.abc import Callable, Collection

from msgspec import Struct, field

from runbooklab.errors import RunbookError


class Given(Struct):
    """What a command may use, and what it is held to.

    ``password`` is that of the target's URL, "" if it has none. ``pinned`` says what the plan was made for:
    a name and what had it (see ``Contributions.pinned``); an action that renames something keeps it true.
    ``folder`` is the project's, in which a command of a runbook starts.
    """

    password: str = ""
    pinned: dict[str, str] = field(default_factory=dict)
    folder: str = ""


#: Executes one command and returns a result in words.
Action = Callable[[Given], str]


class NotDone(RunbookError):
    """A command that is not understood; nothing of its plan is executed."""


class Verb(Struct, frozen=True):
    """A row: commands that begin with ``words`` are parsed by ``read``, which takes the words after those.

    ``read`` raises :class:`NotDone` for whatever it does not know.
    """

    words: tuple[str, ...]
    read: Callable[[list[str]], Action]


def leading_options(
    words: list[str], known: set[str], flags: Collection[str] = (), ignored: Collection[str] = ()
) -> tuple[list[tuple[str, str]], list[str]]:
    """Leading ``--name value`` and ``--name=value`` pairs, and the rest.

    ``flags`` take no value; ``ignored`` are left out.
    """
    pairs: list[tuple[str, str]] = []
    rest = list(words)
    while rest and rest[0].startswith("-"):
        name, equals, value = rest[0].partition("=")
        if name in ignored and name not in known:
            rest = rest[1:]
        elif name not in known:
            raise NotDone(f"the option {name} is unknown")
        elif name in flags:
            pairs.append((name, ""))
            rest = rest[1:]
        elif equals:
            pairs.append((name, value))
            rest = rest[1:]
        elif len(rest) > 1:
            pairs.append((name, rest[1]))
            rest = rest[2:]
        else:
            raise NotDone(f"the option {name} has no value")
    return pairs, rest
