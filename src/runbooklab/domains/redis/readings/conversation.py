"""The conversation with Redis: how far it got, what Redis answered, what it says of itself."""

from __future__ import annotations

from statistics import median

from runbooklab.domains.address.readings.address import has_password
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import Stage
from runbooklab.domains.redis.records.info import Memory, memory_of
from runbooklab.words import short

#: Errors with which Redis says that it is up and does not let this client in.
CREDENTIAL_CODES = frozenset({"NOAUTH", "WRONGPASS"})


# --- stages ---------------------------------------------------------------------------------------


def stage(e: Evidence, name: str) -> Stage | None:
    """One stage of the conversation through the URL; None if it was not observed."""
    talk = e.redis.value
    return next((each for each in talk.stages if each.name == name), None) if talk else None


def failed_stage(e: Evidence) -> Stage | None:
    """The step at which the client's conversation ends; None if it came through or was not observed.

    ROLE is ours, the client never asks for it. A server without a password refuses AUTH and then answers
    our PING: a client ends at AUTH.
    """
    talk = e.redis.value
    steps = [each for each in talk.stages if each.name != "role"] if talk else []
    return next((each for each in steps if each.outcome in ("error", "closed", "timeout")), None)


def failure(failed: Stage) -> str:
    """What went wrong at a stage, to finish a sentence with."""
    words = {"closed": "the connection was closed", "timeout": "no answer came in time"}
    text = short(failed.message).rstrip(".") or words.get(failed.outcome, failed.error_class or "an error")
    if failed.code and not text.startswith(failed.code):
        text = f"{failed.code} {text}"
    return text


def ponged(e: Evidence) -> bool:
    """Whether PING was answered with PONG through the URL, with the URL's credentials."""
    ping = stage(e, "ping")
    return ping is not None and ping.outcome == "ok" and failed_stage(e) is None


def answers(e: Evidence) -> bool:
    """Whether a Redis answers at the URL, be it with an error."""
    first, failed = e.first_bytes.value, failed_stage(e)
    return ponged(e) or (first is not None and first.outcome == "resp") or bool(failed and failed.code)


def ping_ms(e: Evidence) -> float | None:
    """The median time of a PING, in ms; None if none was timed."""
    talk = e.redis.value
    return median(talk.ping_ms) if talk and talk.ping_ms else None


# --- errors ---------------------------------------------------------------------------------------


def server_codes(e: Evidence) -> frozenset[str]:
    """Error codes that Redis gave the client.

    A plain PING is sent without credentials, so its NOAUTH counts only if the URL has none.
    """
    talk, first, view = e.redis.value, e.first_bytes.value, e.orchestrator_view.value
    codes = {each.code for each in talk.stages} if talk else set()
    bare = {first.code} if first else set()
    bare |= {view.code} if view else set()
    if has_password(e):
        bare.discard("NOAUTH")
    return frozenset(codes | bare) - {"", "PONG"}


def all_codes(e: Evidence) -> frozenset[str]:
    """Error codes from the client's way, from inside the container and from a denied write."""
    talk, inside = e.redis.value, e.inside.value
    more = {talk.why_not_write} if talk else set()
    more |= {inside.code} if inside else set()
    return (server_codes(e) | more) - {"", "PONG"}


def server_words(e: Evidence) -> str:
    """The texts of Redis' errors, for the errors that have no code of their own (plain ``ERR``)."""
    talk, first, view = e.redis.value, e.first_bytes.value, e.orchestrator_view.value
    words = [each.message for each in talk.stages if each.outcome == "error"] if talk else []
    words += [first.text] if first and first.outcome == "resp" else []
    words += [view.ping.output] if view and view.ping else []
    return " · ".join(filter(None, words))


# --- what Redis says of itself ----------------------------------------------------------------------


def info(e: Evidence) -> dict[str, str]:
    """INFO, as read through the URL or, failing that, inside the container."""
    talk, inside = e.redis.value, e.inside.value
    return (talk.info if talk else {}) or (inside.info if inside else {})


def setting(e: Evidence, name: str) -> str:
    """A setting as CONFIG GET gave it; "" if it was not seen."""
    talk = e.redis.value
    return talk.settings.get(name, "") if talk else ""


def memory(e: Evidence) -> Memory | None:
    """Redis' memory against its limit; None if it was not observed."""
    talk = e.redis.value
    return memory_of(info(e), talk.settings if talk else {})


def refuses_info(e: Evidence) -> bool:
    """Whether Redis said that this user may not ask for INFO, or that it has no such command.

    An INFO that got no answer in time is not refused: it was not observed.
    """
    talk = e.redis.value
    return talk is not None and talk.denied.get("INFO") in ("NOPERM", "ERR")
