"""Words as commands for a shell: quoted, and with a variable in place of every secret."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from runbooklab.redaction import TOKEN, visible

#: Opens a file in the person's own editor.
EDITOR = '"${EDITOR:-vi}"'
#: Characters that a shell leaves alone between double quotes.
_PLAIN = re.compile(r"[^\\\"$`!]*")


class Shell(Struct, frozen=True, dict=True):
    """Makes commands in which ``$VARIABLE`` stands for a secret that was observed, or only a person knows.

    ``variables`` has a variable of its own for a secret's token, where that is known.
    """

    variable: str
    variables: Mapping[str, str] = {}

    @property
    def password(self) -> str:
        """Stands in a command for a password."""
        return f"${self.variable}"

    @property
    def ask(self) -> str:
        """The command that lets a person type the password, without showing it."""
        return f"read -rs {self.variable}"

    @property
    def typed(self) -> str:
        """Before a command: keeps it from running with an empty password, which may pass for none."""
        return f': "${{{self.variable}:?type the password first}}" && '

    @cached_property
    def _passwords(self) -> re.Pattern[str]:
        return re.compile(f"({TOKEN.pattern}|{re.escape(self.password)}(?![A-Za-z0-9_]))")

    def quoted(self, word: str) -> str:
        r"""A word for a shell, on one line. A secret's token becomes the variable.

        What stands beside the password goes into single quotes unless a shell leaves it alone between double
        quotes too (an interactive one expands ``!`` there). A line break is escaped, so no name that others
        chose can break the line.

        >>> shell = Shell("PASSWORD")
        >>> shell.quoted("my disk"), shell.quoted("--port"), shell.quoted("a\nb")
        ("'my disk'", '--port', "'a\\nb'")
        >>> print(shell.quoted("WHERE state = 'idle'"))
        "WHERE state = 'idle'"
        >>> print(shell.quoted("--login=***secret-1a2b3c4d***"))
        "--login=$PASSWORD"
        """
        word = visible(word).replace("\n", "\\n").replace("\t", "\\t")
        passwords = self._passwords
        pieces = [piece for piece in passwords.split(word) if piece]
        if not any(map(passwords.fullmatch, pieces)):
            return f'"{word}"' if "'" in word and _PLAIN.fullmatch(word) else shlex.quote(word)
        if all(passwords.fullmatch(piece) or _PLAIN.fullmatch(piece) for piece in pieces):
            return '"' + passwords.sub(lambda found: self._variable_of(found[0]), word) + '"'
        return "".join(
            f'"{self._variable_of(piece)}"' if passwords.fullmatch(piece) else shlex.quote(piece)
            for piece in pieces
        )

    def _variable_of(self, secret: str) -> str:
        return f"${self.variables.get(secret, self.variable)}"

    def command(self, *words: str) -> str:
        """Words as one shell command."""
        return " ".join(self.quoted(word) for word in words)

    def replace_in_file(self, path: str, old: str, new: str) -> str:
        """The command that replaces a text in a file."""
        pattern = re.sub(r"([\\.*^$|\[\]])", r"\\\1", old)
        with_ = re.sub(r"([\\&|])", r"\\\1", new)
        return self.command("sed", "-i", f"s|{pattern}|{with_}|", path_word(path))


def path_word(path: str) -> str:
    """A file's path for a command of which it is an operand: never an option, nor an editor's ``+command``.

    >>> path_word("configs/a.yaml"), path_word("-rf")
    ('configs/a.yaml', './-rf')
    """
    return f"./{path}" if path.startswith(("-", "+")) else path


_SHELL = Shell("PASSWORD")
quoted, command = _SHELL.quoted, _SHELL.command
