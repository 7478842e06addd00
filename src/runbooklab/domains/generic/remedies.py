"""A declared remedy as a plan for this target."""

from __future__ import annotations

import shlex

from runbooklab.domain import Steps
from runbooklab.domains.generic.asking import as_text
from runbooklab.domains.generic.declared import DeclaredRemedy
from runbooklab.domains.generic.judging import filled
from runbooklab.domains.generic.shell_words import safe
from runbooklab.domains.generic.template import Template
from runbooklab.model.evidence import Evidence

NOT_SAID = "What its commands do; the runbook does not say more."


def steps_of(row: DeclaredRemedy, e: Evidence, confirm: tuple[str, ...], *, trusted: bool) -> Steps:
    """The plan. It can be applied if the project trusts the runbook, and no command needs a shell.

    Raises :class:`UserError` if a value would be more than a word of a command.
    """
    commands = tuple(in_shell(line, e) for line in row.run)
    return Steps(
        commands=commands,
        changes=filled(row.changes, e) if row.changes is not None else NOT_SAID,
        risk=row.risk,
        confirm=confirm,
        undo=tuple(in_shell(line, e) for line in row.undo),
        destructive=row.risk == "high",
        appliable=trusted and all(is_simple(command) for command in commands),
        act=filled(row.title, e),
        title=filled(row.title, e),
        loses=tuple(filled(line, e) for line in row.loses),
    )


def is_simple(command: str) -> bool:
    """Whether a command is words alone: no pipe, no variable, nothing that only a shell does."""
    try:
        words = list(shlex.shlex(command, posix=True, punctuation_chars=True))
    except ValueError:
        return False
    return bool(words) and not any(set(word) & set("|&;<>()$`*?[]{}~#") for word in words)


def in_shell(text: Template, e: Evidence) -> str:
    """A command with the values of the parameters as a shell reads them as one word each.

    A value stays out of a command if it is a secret: a variable stands for it.
    """
    return safe(text.filled(lambda name: as_text(e.target.values.get(name, ""))), text.names)
