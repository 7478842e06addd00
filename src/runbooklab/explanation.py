"""A pasted error text explained from itself alone: what it says, and the causes that speak so."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from msgspec import Struct

from runbooklab.causes.error_signs import Sign, signs_of
from runbooklab.causes.judge import Candidate, plan_for
from runbooklab.causes.judge import explain as candidates
from runbooklab.causes.table import CATALOGUE
from runbooklab.error_text import reduce
from runbooklab.evidence import ErrorText, Evidence, Observation, RedisAddress
from runbooklab.remedies.looks import Look, first_look
from runbooklab.secrets import Vault
from runbooklab.words import listed

#: Remedies whose command is the same whatever a look at the target would show.
SURE = frozenset(
    {"run-container", "start-container", "unpause-container", "unpause-clients", "wait-for-loading"}
)
#: Where DNS servers listen: Go names the one that it asked.
DNS_PORT = 53


class Suspect(Struct, frozen=True):
    """A cause that the text points to."""

    id: str
    title: str
    confidence: float  # 0 to 1: how much the text alone says; it is never proof
    why: str
    look: Look  # how to make sure, without changing anything
    fix: str  # what mends it, with the command where that is sure without a look; "" where unknown


class Explanation(Struct, frozen=True):
    """What an error text says, redacted."""

    says: str  # the signs that it bears, in words
    text: ErrorText
    causes: tuple[Suspect, ...]  # the likeliest first; empty where nothing was recognised


def explanation(text: str) -> Explanation:
    """What ``text`` points to. Pure: no file is read, so tokens are of this call alone."""
    vault = Vault(secrets.token_bytes())
    reduced = reduce(text, vault)
    signs = {sign.name: sign for sign in signs_of(reduced)}
    e = _evidence(reduced)
    suspects = [_suspect(one, signs[one.sign], reduced, e) for one in candidates(reduced)]
    return Explanation(listed(list(signs)), reduced, tuple(suspects))


def _evidence(text: ErrorText) -> Evidence:
    """All that is known: where the client wanted to go, if the text says so."""
    address = _address(text.hosts)
    return Evidence() if address is None else Evidence(address=Observation("address", value=address))


def _address(hosts: Iterable[str]) -> RedisAddress | None:
    for place in hosts:
        host, _, port = place.rpartition(":")
        if 0 < int(port) < 65536 and int(port) != DNS_PORT:
            return RedisAddress(
                text=f"redis://{place}", source="parameter", scheme="redis",
                host=host.strip("[]"), port=int(port),
            )  # fmt: skip
    return None


def _suspect(candidate: Candidate, sign: Sign, text: ErrorText, e: Evidence) -> Suspect:
    return Suspect(
        candidate.id,
        candidate.title,
        candidate.confidence,
        _why(sign, text),
        first_look(candidate.id, e),
        _fix(candidate.id, e),
    )


def _why(sign: Sign, text: ErrorText) -> str:
    seen, place = _seen(sign, text), _address(text.hosts)
    at = f" about {place.text.removeprefix('redis://')}" if place else ""
    meaning = "" if seen.lower() == sign.name.lower() else f", which means: {sign.name}"
    return f'the text says "{seen}"{at}{meaning}'


def _seen(sign: Sign, text: ErrorText) -> str:
    """What in the text bears the sign: its words as the text has them, a code, or a class."""
    lower = text.text.lower()
    for word in sign.words:
        if (start := lower.find(word)) >= 0:
            return text.text[start : start + len(word)]
    classes = [name.rsplit(".", 1)[-1] for name in text.classes]
    return next(name for name in (*text.codes, *classes) if name in (*sign.codes, *sign.classes))


def _fix(cause_id: str, e: Evidence) -> str:
    """The remedy's title, with its command where the plan needs nothing that only a look can tell."""
    cause = next(cause for cause in CATALOGUE if cause.id == cause_id)
    plan = plan_for(cause, e)
    if plan is None:
        return ""
    return f"{plan.title}: {plan.commands[0]}" if plan.id in SURE else plan.title
