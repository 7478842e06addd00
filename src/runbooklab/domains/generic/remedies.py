"""A declared remedy as a plan for this target."""

from __future__ import annotations

import shlex

from runbooklab.domain import Steps
from runbooklab.domains.generic.asking import as_text
from runbooklab.domains.generic.declared import DeclaredRemedy
from runbooklab.domains.generic.judging import filled, in_sentence
from runbooklab.domains.generic.shell_words import safe
from runbooklab.domains.generic.template import Template
from runbooklab.domains.generic.world import OfRun
from runbooklab.model.evidence import Evidence

#: Characters by which a shell does more than start a program.
_FOR_SHELL = frozenset("|&;<>()$`*?[]{}~#\n")
#: What a shell does itself or reads as its own word, not by starting a program.
#: Source: POSIX.1-2024, Shell Command Language, 2.4 and 2.15; bash's additions.
_WORDS_OF_SHELL = """
    ! if then else elif fi case esac for select while until do done in time function coproc
    . : alias bg break cd command continue declare eval exec exit export fg jobs local popd pushd read
    readonly return set shift source times trap type ulimit umask unalias unset wait
"""
_OF_SHELL = frozenset(_WORDS_OF_SHELL.split())
NOT_SAID = "What its commands do; the runbook does not say more."


def steps_of(
    row: DeclaredRemedy, e: Evidence, world: OfRun, confirm: tuple[str, ...], *, trusted: bool
) -> Steps:
    """The plan. It can be applied if the project trusts the runbook, and no command needs a shell.

    ``world`` is what the run's checks saw: a command may name a field of one.
    Raises :class:`UserError` if a value would be more than a word of a command.
    """
    commands = tuple(in_shell(line, e, world) for line in row.run)
    return Steps(
        commands=commands,
        changes=in_sentence(row.changes, e, world) if row.changes is not None else NOT_SAID,
        risk=row.risk,
        confirm=confirm,
        undo=tuple(in_shell(line, e, world) for line in row.undo),
        destructive=row.risk == "high",
        appliable=trusted and all(is_simple(command) for command in commands),
        act=filled(row.title, e),
        title=filled(row.title, e),
        loses=tuple(in_sentence(line, e, world) for line in row.loses),
    )


def is_simple(command: str) -> bool:
    """Whether a command is words alone: no pipe, no variable, no comment, nothing that only a shell does.

    The words are split as for :func:`runbooklab.apply.apply.understood`, which executes them.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        return False
    is_program = bool(words) and "=" not in words[0] and words[0] not in _OF_SHELL
    return is_program and not any(set(word) & _FOR_SHELL for word in words)


def in_shell(text: Template, e: Evidence, world: OfRun) -> str:
    """A command with the values of parameters and of fields as a shell reads them as one word each.

    A value stays out of a command if it is a secret: a variable stands for it.
    """

    def value(name: str) -> str:
        return _seen(name, world) if "." in name else as_text(e.target.values.get(name, ""))

    return safe(text.filled(value), text.names)


def _seen(name: str, world: OfRun) -> str:
    """A field's value; "" if there is none, or if a program would take it for an option."""
    found = world.field(name)
    is_word = found.state == "there" and isinstance(found.value, str | int | float)
    text = as_text(found.value) if is_word else ""
    return "" if text.startswith("-") or not text.isprintable() else text
