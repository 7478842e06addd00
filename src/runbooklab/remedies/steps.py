"""What a plan consists of, before its remedy's id and title are added."""

from __future__ import annotations

import re
import shlex

from msgspec import Struct

from runbooklab.model import RemedyPlan, Risk
from runbooklab.secrets import TOKEN

#: Stands in a command for a password that was seen, or that only a person knows.
PASSWORD = "$REDIS_PASSWORD"  # noqa: S105 # the name of a shell variable, not a password
#: Opens a file in the person's own editor.
EDITOR = '"${EDITOR:-vi}"'


class Steps(Struct, frozen=True):
    """A plan without its name; the fields are those of :class:`~runbooklab.model.RemedyPlan`."""

    commands: tuple[str, ...]
    changes: str
    risk: Risk = "low"
    confirm: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    destructive: bool = False
    appliable: bool = False

    def named(self, id_: str, title: str) -> RemedyPlan:
        """The plan of the remedy ``id_``. What holds a placeholder cannot be applied without a shell."""
        appliable = self.appliable and not any("$" in command for command in self.commands)
        return RemedyPlan(
            id_,
            title,
            self.commands,
            self.changes,
            self.risk,
            self.confirm,
            self.undo,
            self.destructive,
            appliable,
        )


def quoted(word: str) -> str:
    """A word for a shell. A secret's token becomes ``$REDIS_PASSWORD``, which the shell fills in.

    >>> quoted("my redis"), quoted("--port")
    ("'my redis'", '--port')
    """
    if PASSWORD not in word and not TOKEN.search(word):
        return shlex.quote(word)
    pieces = re.split(f"({TOKEN.pattern}|{re.escape(PASSWORD)})", word)
    escaped = (
        PASSWORD if TOKEN.fullmatch(piece) or piece == PASSWORD else re.sub(r'([\\"$`])', r"\\\1", piece)
        for piece in pieces
    )
    return '"' + "".join(escaped) + '"'


def command(*words: str) -> str:
    """Words as one shell command."""
    return " ".join(quoted(word) for word in words)


def replace_in_file(path: str, old: str, new: str) -> str:
    """The command that replaces a text in a file."""
    pattern = re.sub(r"([\\.*^$|\[\]])", r"\\\1", old)
    with_ = re.sub(r"([\\&|])", r"\\\1", new)
    return command("sed", "-i", f"s|{pattern}|{with_}|", path)
