"""A pasted error text explained from itself alone: what it says, and the causes that speak so."""

from __future__ import annotations

import io
import re
import secrets
from collections.abc import Iterable

from msgspec import Struct

from runbooklab.diagnosis.causes import Candidate, plan_for
from runbooklab.diagnosis.causes import explain as candidates
from runbooklab.diagnosis.error_places import places
from runbooklab.diagnosis.error_reading import MOST_READ, Excerpt, excerpt, pieces_of
from runbooklab.diagnosis.error_signs import Mark, read
from runbooklab.diagnosis.error_text import reduce_excerpt
from runbooklab.domain.cause import Cause
from runbooklab.domains.environment.records import ErrorText, RedisAddress
from runbooklab.domains.redis.causes.table import CATALOGUE
from runbooklab.domains.redis.remedies.site import DEFAULT_PORT
from runbooklab.model.evidence import Evidence, Target
from runbooklab.model.observation import Observation
from runbooklab.redaction.text import without_secrets
from runbooklab.redaction.vault import Vault
from runbooklab.words import listed

#: Remedies whose command is the same whatever a look at the target would show.
SURE = frozenset(
    {"run-container", "start-container", "unpause-container", "unpause-clients", "wait-for-loading"}
)
#: How Docker names the container that it speaks of.
_CONTAINER = re.compile(
    r"(?:no such container: |container name \"?/?|container (?:for service )?[\"']?)([\w][\w.-]{1,127})"
    r"(?=\"? is (?:already|not running|unhealthy|restarting|paused)|\"? exited|$|[\s\"'])",
    re.IGNORECASE,
)
_NO_NAMES = frozenset({"is", "name", "process", "for", "the", "has", "with", "runtime", "exited", "not"})


class FirstCommand(Struct, frozen=True):
    """A command that only reads."""

    command: str
    shows: str  # what in its output speaks for the cause


class Suspect(Struct, frozen=True):
    """A cause that the text points to."""

    id: str
    title: str
    confidence: float  # 0 to 1: how much the text alone says; it is never proof
    why: str
    look: FirstCommand  # how to make sure, without changing anything
    fix: str  # what fixes it, with the command if that is sure without a look; "" if unknown


class Explanation(Struct, frozen=True):
    """What an error text says, redacted."""

    says: str  # the signs that it bears, in words
    text: ErrorText
    causes: tuple[Suspect, ...]  # the likeliest first; empty if nothing was recognised
    notes: tuple[str, ...]  # what else a reader has to know: how much was read, what is not about Redis


def explanation(text: str) -> Explanation:
    """What ``text`` points to. Pure: no file is read, so tokens are of this call alone."""
    return explain_pieces(pieces_of(io.StringIO(text).readline))


def explain_pieces(pieces: Iterable[str]) -> Explanation:
    """The same for a text of any length, read piece by piece."""
    vault = Vault(secrets.token_bytes())
    part = excerpt(pieces, lambda part: without_secrets(part, vault))
    reduced = reduce_excerpt(part, vault)
    reading = read(reduced)
    marks = {mark.sign.name: mark for mark in reversed(reading.marks)}
    suspects = [_suspect(one, marks[one.sign], reduced) for one in candidates(reduced)]
    says = listed(list(dict.fromkeys(mark.sign.name for mark in reading.marks)))
    return Explanation(says, reduced, tuple(suspects), tuple(_notes(reduced, part, bool(suspects))))


def _notes(text: ErrorText, part: Excerpt, explained: bool) -> Iterable[str]:
    reading = read(text)
    if reading.others:
        rest = "The rest of the text" if explained else "This"
        yield f"{rest} is not about Redis: it is about {listed(list(reading.others))}."
    if not explained:
        yield from (f'"{mark.seen}" is no failure: it is {mark.sign.name}.' for mark in reading.harmless)
    if explained and reading.marks[0].sign.generic and not any(mark.names_redis for mark in reading.marks):
        yield "The text names neither Redis nor its port: all this holds only if it comes from Redis' client."
    if not (part.whole and text.whole):
        yield (
            f"Read: {part.lines:,} lines, {part.characters:,} characters; judged: the newest of each kind of "
            "line that may be an error."
        )
    if part.characters >= MOST_READ:
        yield "The text is longer: the rest of it was not read."


def _evidence(mark: Mark, text: ErrorText) -> Evidence:
    """All that is known: where the client wanted to go and which container is named, if the text says so."""
    address = _address(_hosts(mark, text))
    found = _CONTAINER.search(mark.line)
    named = found[1] if found and found[1].lower() not in _NO_NAMES else ""
    target = Target(redis_container=named)
    if address is None:
        return Evidence(target=target)
    return Evidence(target=target, address=Observation("address", value=address))


def _hosts(mark: Mark, text: ErrorText) -> tuple[str, ...]:
    """Where the line of the sign leads, else where any other does, the last one first."""
    return tuple(places(mark.line)) or text.hosts[::-1]


def _address(hosts: Iterable[str]) -> RedisAddress | None:
    for place in hosts:
        host, colon, port = place.rpartition(":")
        name = (host if colon else place).strip("[]")
        return RedisAddress(
            text=f"redis://{place}", source="parameter", scheme="redis", host=name,
            port=int(port) if colon else DEFAULT_PORT,
        )  # fmt: skip
    return None


def _suspect(candidate: Candidate, mark: Mark, text: ErrorText) -> Suspect:
    e = _evidence(mark, text)
    return Suspect(
        candidate.id,
        candidate.title,
        candidate.confidence,
        _why(mark, text),
        first_command(candidate.id, e),
        _fix(candidate.id, e),
    )


def first_command(cause_id: str, e: Evidence) -> FirstCommand:
    """How to make sure of a cause; with the runbook itself if its row names no command."""
    inspect = _cause(cause_id).inspect
    if inspect is None:
        return FirstCommand("runbook preflight", "the causes that it names")
    return FirstCommand(inspect.command(e), inspect.shows)


def _cause(cause_id: str) -> Cause:
    return next(cause for cause in CATALOGUE if cause.id == cause_id)


def _why(mark: Mark, text: ErrorText) -> str:
    hosts = _hosts(mark, text)
    at = f" about {hosts[0]}" if hosts else ""
    same = mark.seen.lower() in mark.sign.name.lower()
    return f'the text says "{mark.seen}"{at}' + ("" if same else f", which means: {mark.sign.name}")


def _fix(cause_id: str, e: Evidence) -> str:
    """The remedy's title, with its command if the plan needs nothing that only a look can tell."""
    plan = plan_for(_cause(cause_id), e)
    if plan is None:
        return ""
    return f"{plan.title}: {plan.commands[0]}" if plan.id in SURE else plan.title
