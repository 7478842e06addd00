"""What a plan consists of, before its remedy's id and title are added."""

from __future__ import annotations

import re
import shlex

from msgspec import Struct

from runbooklab.model.conclusions import RemedyPlan, Risk
from runbooklab.redaction import TOKEN, visible

#: Stands in a command for a password that was observed, or that only a person knows.
PASSWORD = "$REDIS_PASSWORD"  # noqa: S105 # the name of a shell variable, not a password
#: Keeps a command from running with an empty password, which Redis takes for none.
TYPED = ': "${REDIS_PASSWORD:?type the password first}" && '
#: Opens a file in the person's own editor.
EDITOR = '"${EDITOR:-vi}"'
_PASSWORDS = re.compile(f"({TOKEN.pattern}|{re.escape(PASSWORD)}(?![A-Za-z0-9_]))")
#: Characters that a shell leaves alone between double quotes.
_PLAIN = re.compile(r"[^\\\"$`!]*")


class Steps(Struct, frozen=True):
    """A plan without its name; the fields are those of :class:`~runbooklab.model.conclusions.RemedyPlan`."""

    commands: tuple[str, ...]
    changes: str
    risk: Risk = "low"
    confirm: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    destructive: bool = False
    appliable: bool = False

    def named(self, id_: str, title: str) -> RemedyPlan:
        """The plan of the remedy ``id_``. A plan with a placeholder cannot be applied without a shell."""
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
    r"""A word for a shell, on one line. A secret's token becomes ``$REDIS_PASSWORD``.

    What stands beside the password goes into single quotes unless a shell leaves it alone between double
    quotes too (an interactive one expands ``!`` there). A line break is escaped, so no name that others
    chose can break the line.

    >>> quoted("my redis"), quoted("--port"), quoted("a\nb")
    ("'my redis'", '--port', "'a\\nb'")
    """
    word = visible(word).replace("\n", "\\n").replace("\t", "\\t")
    pieces = [piece for piece in _PASSWORDS.split(word) if piece]
    if not any(map(_PASSWORDS.fullmatch, pieces)):
        return shlex.quote(word)
    if all(_PASSWORDS.fullmatch(piece) or _PLAIN.fullmatch(piece) for piece in pieces):
        return '"' + _PASSWORDS.sub(lambda _: PASSWORD, word) + '"'
    return "".join(f'"{PASSWORD}"' if _PASSWORDS.fullmatch(piece) else shlex.quote(piece) for piece in pieces)


def path_word(path: str) -> str:
    """A file's path for a command of which it is an operand: never an option, nor an editor's ``+command``.

    >>> path_word("configs/a.yaml"), path_word("-rf")
    ('configs/a.yaml', './-rf')
    """
    return f"./{path}" if path.startswith(("-", "+")) else path


def command(*words: str) -> str:
    """Words as one shell command."""
    return " ".join(quoted(word) for word in words)


def replace_in_file(path: str, old: str, new: str) -> str:
    """The command that replaces a text in a file."""
    pattern = re.sub(r"([\\.*^$|\[\]])", r"\\\1", old)
    with_ = re.sub(r"([\\&|])", r"\\\1", new)
    return command("sed", "-i", f"s|{pattern}|{with_}|", path_word(path))
