"""Passwords that stand in a command as they are: in the runbook, and in the list of processes."""

from __future__ import annotations

from runbooklab.redaction import find_secrets
from runbooklab.shell.printing import statement_text
from runbooklab.shell.tree import Command, Pipeline, Statement, Step

#: What is said of such a command.
IN_COMMAND = "a password stands in the command itself; a secret parameter, ${name}, belongs in its place"
#: ``CREDENTIALS=/etc/app/auth.json`` says where the secret is.
_PATHS = ("/", "~/", "./", "../")


def has_password(command: Command) -> bool:
    """Whether a command's own words, or what it assigns, hold a secret; a variable in its place is none."""
    text = statement_text(Statement((Step("", Pipeline((command,))),)))
    return any(not found.value.startswith(_PATHS) for found in find_secrets(text))
