"""A pasted error text explained without looking at a target: what it says, and the causes it points to."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from runbooklab.diagnosis.causes import plan_for
from runbooklab.diagnosis.error_signs import Mark, read
from runbooklab.domain.cause import Cause
from runbooklab.domain.rules import Rules
from runbooklab.domain.sign import SignTable
from runbooklab.model.error_text import ErrorText
from runbooklab.model.evidence import Evidence
from runbooklab.observe.error_places import hosts_of
from runbooklab.observe.error_reading import MOST_READ, Excerpt, excerpt, pieces_of
from runbooklab.observe.error_text import reduce_excerpt
from runbooklab.redaction import Vault, without_secrets
from runbooklab.words import listed

#: The factors on confidence for a text that gives no reason, and for one that does not name the subject.
VAGUE, CAUTIOUS = 0.6, 0.5


class FirstCommand(Struct, frozen=True):
    """A command that only reads."""

    command: str
    shows: str  # what in its output points to the cause


#: If the cause's row names no command.
RUNBOOK = FirstCommand("runbook preflight", "the causes that it names")


class Candidate(Struct, frozen=True):
    """A cause that an error text alone points to."""

    id: str
    title: str
    sign: str  # which sign of the text points to it
    confidence: float


class Suspect(Struct, frozen=True):
    """A cause that the text points to, and the runbook that inspects it."""

    id: str
    title: str
    confidence: float  # 0 to 1: how much the text alone says; it is never proof
    why: str
    look: FirstCommand  # how to confirm it, without changing anything
    fix: str  # what fixes it, with the command if that does not depend on the target; "" if unknown
    runbook: str = ""


class Explanation(Struct, frozen=True):
    """What an error text says, redacted."""

    says: str  # its signs, in words
    text: ErrorText
    causes: tuple[Suspect, ...]  # the likeliest first; empty if nothing was recognised
    notes: tuple[str, ...]  # what else a reader has to know: how much was read, what is about other services
    others: tuple[str, ...] = ()  # services that the rest of the text is about


class Reduced(Struct, frozen=True):
    """A text as it is judged."""

    part: Excerpt
    text: ErrorText


def explanation(rules: Rules, text: str) -> Explanation:
    """What ``text`` points to. Pure: no file is read, so tokens are of this call alone."""
    return explain_pieces(rules, pieces_of(io.StringIO(text).readline))


def explain_pieces(rules: Rules, pieces: Iterable[str]) -> Explanation:
    """The same for a text of any length, read piece by piece."""
    return judge(rules, reduced_pieces(pieces, rules.signs))


def reduced_pieces(pieces: Iterable[str], table: SignTable) -> Reduced:
    """A text of any length, without secrets, and how much of it was read; ``table`` says what matters."""
    vault = Vault(secrets.token_bytes())
    part = excerpt(pieces, lambda part: without_secrets(part, vault), table)
    return Reduced(part, reduce_excerpt(part, vault, table))


def judge(rules: Rules, given: Reduced, *, cautious: bool = True) -> Explanation:
    """What these rules make of the text; ``cautious``: with a note if it does not name their subject."""
    part, reduced = given.part, given.text
    reading = read(reduced, rules.signs)
    marks = {mark.sign.name: mark for mark in reversed(reading.marks)}
    suspects = [
        _suspect(rules, candidate, marks[candidate.sign], reduced) for candidate in candidates(rules, reduced)
    ]
    says = listed(list(dict.fromkeys(mark.sign.name for mark in reading.marks)))
    notes = tuple(_notes(rules, reduced, part, explained=bool(suspects), cautious=cautious))
    return Explanation(says, reduced, tuple(suspects), notes, reading.others)


def not_about(subject: str, others: Sequence[str], rest: str = "This") -> str:
    """That a text, or the ``rest`` of it, is about other services."""
    return f"{rest} is not about {subject}: it is about {listed(list(others))}."


def _notes(rules: Rules, text: ErrorText, part: Excerpt, *, explained: bool, cautious: bool) -> Iterable[str]:
    reading, subject = read(text, rules.signs), rules.signs.title
    if reading.others:
        yield not_about(subject, reading.others, "The rest of the text" if explained else "This")
    if not explained:
        yield from (f'"{mark.seen}" is no failure: it is {mark.sign.name}.' for mark in reading.harmless)
    unnamed = not any(mark.names_subject for mark in reading.marks)
    if cautious and explained and unnamed and reading.marks[0].sign.generic:
        yield f"The text names neither {subject} nor its port: it holds only if a {subject} client wrote it."
    if not (part.whole and text.whole):
        yield (
            f"Read: {part.lines:,} lines, {part.characters:,} characters; judged: the newest of each kind of "
            "line that may be an error."
        )
    if part.characters >= MOST_READ:
        yield "The text is longer: the rest of it was not read."


def candidates(rules: Rules, text: ErrorText) -> tuple[Candidate, ...]:
    """The causes an error text points to, the likeliest first; nothing is observed."""
    found: dict[str, Candidate] = {}
    ceiling = 1.0
    for mark in read(text, rules.signs).marks:
        sign = mark.sign
        weight = (1.0 if sign.level == "firm" else VAGUE) * (
            CAUTIOUS if not mark.names_subject and sign.generic else 1
        )
        for position, cause in enumerate(sign.causes):
            if cause not in found and cause in rules.causes:
                confidence = weight * 0.9 / len(sign.causes) ** 0.5 * 0.9**position
                ceiling = min(ceiling, confidence)
                title = rules.causes[cause].title
                found[cause] = Candidate(cause, title, sign.name, round(ceiling, 3))
    return tuple(found.values())


def _suspect(rules: Rules, candidate: Candidate, mark: Mark, text: ErrorText) -> Suspect:
    e = _evidence(rules, mark.line, text)
    cause = rules.causes[candidate.id]
    return Suspect(
        candidate.id,
        candidate.title,
        candidate.confidence,
        _why(mark, text),
        first_command(cause, e),
        _fix(rules, cause, e),
        cause.runbook,
    )


def first_command(cause: Cause[Evidence], e: Evidence) -> FirstCommand:
    """How to confirm a cause: with the runbook itself if its row names no command."""
    if cause.inspect is None:
        return RUNBOOK
    return FirstCommand(cause.inspect.command(e), cause.inspect.shows)


def _evidence(rules: Rules, line: str, text: ErrorText) -> Evidence:
    """The evidence: only what the line says of the target."""
    evidence = Evidence()
    for part in rules.contributions:
        evidence_of_line = part.in_error(line, text)
        evidence = structs.replace(
            evidence,
            target=evidence.target.having(**evidence_of_line.target.values),
            observations={**evidence.observations, **evidence_of_line.observations},
        )
    return evidence


def _why(mark: Mark, text: ErrorText) -> str:
    hosts = hosts_of(mark.line, text)
    at = f" about {hosts[0]}" if hosts else ""
    same = mark.seen.lower() in mark.sign.name.lower()
    return f'the text says "{mark.seen}"{at}' + ("" if same else f", which means: {mark.sign.name}")


def _fix(rules: Rules, cause: Cause[Evidence], e: Evidence) -> str:
    """The remedy's title, with its command if the plan does not depend on what the target shows."""
    plan = plan_for(rules, cause, e)
    if plan is None:
        return ""
    sure = rules.remedies[plan.id].is_sure
    return f"{plan.title}: {plan.commands[0]}" if sure else plan.title
