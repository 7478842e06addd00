"""Carrying a remedy out, because a person asked for it: the only module that changes anything.

A plan's commands are split into words, without a shell, and executed by the verbs of the domains in use.
A command that no verb can read is refused, and with it the whole plan.
"""

from __future__ import annotations

import getpass
import shlex
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.domain.verb import Action, Given, NotDone, Verb
from runbooklab.model.conclusions import AuditEntry, RemedyPlan
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.redaction import Vault


class Consent(Struct, frozen=True):
    """What a person gave when they asked for a fix: what they typed, and how it was asked.

    ``word`` confirms the plan, ``environment`` names where the target is, if that has to be typed too.
    """

    word: str = ""
    environment: str = ""
    asked_by: str = ""


class Required(Struct, frozen=True):
    """What has to be typed for a plan: see :func:`~runbooklab.domain.remedy.word_to_confirm`.

    ``environment`` is "production" if the target is, else "".
    """

    word: str
    environment: str = ""


#: Is passed each command as it starts, and its entry as it ends.
OnStep = Callable[[str, AuditEntry | None], None]


def _unwatched(command: str, entry: AuditEntry | None) -> None: ...


def apply(
    plan: RemedyPlan,
    required: Required,
    consent: Consent,
    verbs: Sequence[Verb],
    vault: Vault,
    *,
    url: str = "",
    pinned: Mapping[str, str] | None = None,
    folder: str = "",
    because: str = "",
    on_step: OnStep = _unwatched,
) -> tuple[AuditEntry, ...]:
    """Execute the plan's commands in order, up to the first that fails. Returns an audit entry for each.

    Every command is parsed before the first is executed: if one cannot be, the whole plan is refused, as it
    is without the words that are ``required``. ``url`` is the target's URL (redacted): its credentials are
    used inside the container. ``pinned`` is what the plan was made for (see ``Contributions.pinned``):
    nothing else is touched. ``folder`` is the project's. ``because`` is the verdict before it, in words. An
    interrupt ends the command that runs, and is part of its entry. Nothing is raised.
    """
    who = asker(consent)

    def entry(command: str, outcome: Any, output: str) -> AuditEntry:
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        output = clean(output, vault)[:500]
        return AuditEntry(at, plan.id, clean(command, vault), outcome, output, who, clean(because, vault))

    refusal = refusal_of(plan, required, consent)
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
    given = Given(_password(vault.reveal(url)), dict(pinned or {}), folder)
    entries: list[AuditEntry] = []
    for command, action in zip(plan.commands, actions, strict=True):
        on_step(command, None)
        outcome, output = _outcome(action, given)
        entries.append(entry(command, outcome, output))
        on_step(command, entries[-1])
        if outcome != "done":
            return tuple(entries)
    return (*entries[:-1], *(replace(last, undo=plan.undo) for last in entries[-1:]))


def _outcome(action: Action, given: Given) -> tuple[str, str]:
    """How one command ended, and its output or its error."""
    try:
        return "done", action(given)
    except NotDone as error:
        return "refused", str(error)
    except KeyboardInterrupt:
        return "failed", "interrupted while it ran: whether it was carried out is not known"
    except Exception as error:  # noqa: BLE001 # each library that a verb uses raises its own
        is_sentence = type(error) is OSError and error.errno is None  # of a verb of ours
        return "failed", str(error) if is_sentence else f"{type(error).__name__}: {error}"


def refusal_of(plan: RemedyPlan, required: Required, consent: Consent) -> str:
    """Why the plan is not executed, whatever the target is; "" if nothing speaks against it."""
    if not plan.appliable:
        return f"{plan.id} cannot be applied from here: run its commands yourself"
    if plan.destructive and consent.word != required.word:
        name = "its own name" if required.word == plan.id else "the target's name"
        return f"{plan.id} destroys something: confirm it with {name}, {required.word}"
    if required.environment and consent.environment != required.environment:
        name = required.environment
        return f"the target is {name}: applying a fix there asks for the word {name}"
    return ""


def asker(consent: Consent) -> str:
    """Who asked for a fix, and how, as the audit trail names them."""
    return f"{_user()}, {consent.asked_by}" if consent.asked_by else _user()


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

    def do(given: Given) -> str:
        return "; ".join(action(given) for action in actions)

    return do if len(actions) > 1 else actions[0]


def _simple(words: list[str], verbs: Sequence[Verb]) -> Action:
    for verb in verbs:
        if tuple(words[: len(verb.words)]) == verb.words:
            return verb.read(words[len(verb.words) :])
    raise NotDone(f"{' '.join(words[:2]) or 'an empty command'} is nothing that can be applied from here")
