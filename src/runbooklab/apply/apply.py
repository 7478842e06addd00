"""Carrying a remedy out, because a person asked for it: the only module that changes anything.

A plan's commands are split into words, without a shell, and executed by the verbs of the domains in use.
A command that no verb can read is refused, and with it the whole plan.
"""

from __future__ import annotations

import getpass
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from runbooklab.domain.verb import Action, NotDone, Verb
from runbooklab.model.conclusions import AuditEntry, RemedyPlan
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.redaction import Vault


def apply(
    plan: RemedyPlan,
    word: str,
    verbs: Sequence[Verb],
    vault: Vault,
    *,
    typed: str = "",
    url: str = "",
    asked_by: str = "",
) -> tuple[AuditEntry, ...]:
    """Execute the plan's commands in order, up to the first that fails. Returns an audit entry for each.

    Every command is parsed before the first is executed: if one cannot be, the whole plan is refused.
    ``word`` is what :func:`~runbooklab.domain.remedy.word_to_confirm` asks a person to type, and ``typed``
    what the person typed: a destructive plan is executed only if they are the same.
    ``url`` is the target's URL (redacted): its credentials are used inside the container.
    ``asked_by`` says how it was asked; the user's name is added. Nothing is raised.
    """
    who = f"{_user()}, {asked_by}" if asked_by else _user()

    def entry(command: str, outcome: Any, output: str) -> AuditEntry:
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return AuditEntry(at, plan.id, clean(command, vault), outcome, clean(output, vault)[:500], who)

    refusal = _refusal(plan, word, typed)
    if refusal:
        return (entry("; ".join(plan.commands), "refused", refusal),)
    actions: list[Action] = []
    for command in plan.commands:
        try:
            actions.append(understood(vault.reveal(command), verbs))
        except NotDone as error:
            return (entry(command, "refused", str(error)),)
        except Exception as error:  # noqa: BLE001 # a verb of another package may raise anything
            return (entry(command, "refused", f"{type(error).__name__}: {error}"),)
    entries: list[AuditEntry] = []
    for command, action in zip(plan.commands, actions, strict=True):
        try:
            entries.append(entry(command, "done", action(_password(vault.reveal(url)))))
        except Exception as error:  # noqa: BLE001 # each library that a verb uses raises its own
            entries.append(entry(command, "failed", f"{type(error).__name__}: {error}"))
            break
    return tuple(entries)


def _refusal(plan: RemedyPlan, word: str, typed: str) -> str:
    if not plan.appliable:
        return f"{plan.id} cannot be applied from here: run its commands yourself"
    if plan.destructive and typed != word:
        return f"{plan.id} destroys something: confirm it with the target's name, {word}"
    return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in many containers
        return "unknown user"


def _password(url: str) -> str:
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:
        return ""


def understood(command: str, verbs: Sequence[Verb]) -> Action:
    """The action for ``command``; nothing is executed yet. Raises :class:`NotDone` if no verb can read it.

    Commands joined by ``&&`` are executed in order, up to the first that fails.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise NotDone(f"the command cannot be read: {error}") from error
    parts = [list(part) for is_and, part in groupby(words, lambda word: word == "&&") if not is_and]
    actions = [_simple(part, verbs) for part in parts or [[]]]

    def do(password: str) -> str:
        return "; ".join(action(password) for action in actions)

    return do if len(actions) > 1 else actions[0]


def _simple(words: list[str], verbs: Sequence[Verb]) -> Action:
    for verb in verbs:
        if tuple(words[: len(verb.words)]) == verb.words:
            return verb.read(words[len(verb.words) :])
    raise NotDone(f"{' '.join(words[:2]) or 'an empty command'} is nothing that can be applied from here")
