"""What the judges ask of the evidence, and how they say that something could not be observed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from runbooklab.domains.environment.records import RedisAddress
from runbooklab.domains.redis.readings.client_outcome import in_container
from runbooklab.domains.redis.readings.facts import container as redis_container
from runbooklab.domains.redis.readings.facts import elsewhere, host_listeners, is_redis
from runbooklab.domains.redis.records.conversation import Stage
from runbooklab.model.conclusions import Judgement, Table, Unseen
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Missing, Observation
from runbooklab.words import duration, short

Judge = Callable[[Evidence], Judgement]

_REASONS: dict[str, str] = {
    "deadline": "it took longer than {timeout}",
    "permission": "the permission for it is missing",
    "unreachable": "what it is seen through does not answer",
    "unsupported": "that cannot be done here",
    "error": "looking failed",
}


def absent(e: Evidence, seen: Observation[Any], what: str) -> Judgement:
    """The judgement on a probe without a value: ``skipped`` where it does not apply, else ``unknown``.

    ``what`` names the thing, to begin a sentence with: "The container's log".
    """
    missing = seen.missing or Missing("error", "the probe gave nothing")
    if missing.reason == "not-applicable":
        detail = _detail(missing)
        reason = f" ({detail})" if detail not in ("", "not looked at") else ""
        return skipped(f"{what}: not looked at{reason}.")
    return unseen(what, why(e, missing))


def unseen(what: str, reason: str, **more: Any) -> Judgement:
    """The judgement on something that could not be observed, and why."""
    return unknown(f"{what}: not observed ({reason}).", missing=Unseen(what, reason), **more)


def why(e: Evidence, missing: Missing) -> str:
    """Why something is missing, to finish a sentence with."""
    detail = "" if missing.reason == "deadline" else _detail(missing)
    return detail or _REASONS.get(missing.reason, missing.reason).format(
        timeout=duration(e.target.probe_timeout_s)
    )


def _detail(missing: Missing) -> str:
    return short(missing.detail).rstrip(".")


def ok(summary: str, **more: Any) -> Judgement:
    return Judgement("ok", summary, **more)


def warning(summary: str, **more: Any) -> Judgement:
    return Judgement("warning", summary, **more)


def critical(summary: str, **more: Any) -> Judgement:
    return Judgement("critical", summary, **more)


def unknown(summary: str, **more: Any) -> Judgement:
    return Judgement("unknown", summary, **more)


def skipped(summary: str, **more: Any) -> Judgement:
    return Judgement("skipped", summary, **more)


# --- the address -------------------------------------------------------------------------------


def where(e: Evidence) -> str:
    """Where the URL leads, to name in a sentence: "localhost:6379", or the path of a unix socket."""
    address = e.address.value
    if address is None:
        return "the configured address"
    return place(address)


def place(address: RedisAddress) -> str:
    """Host and port of an address, or its socket's path."""
    if address.scheme == "unix":
        return address.socket_path
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"{host}:{address.port}"


def no_url(e: Evidence) -> Judgement | None:
    """The judgement of every check that needs a usable URL, where there is none; else None."""
    if e.address.value is None:
        return absent(e, e.address, "The Redis URL")
    if e.address.value.problem:
        return skipped("Nothing was tried: the Redis URL cannot be used as it is written.")
    return None


# --- the conversation --------------------------------------------------------------------------


def stage(e: Evidence, name: str) -> Stage | None:
    """One stage of the conversation through the URL; None where it was not observed."""
    talk = e.redis.value
    return next((one for one in talk.stages if one.name == name), None) if talk else None


def failed_stage(e: Evidence) -> Stage | None:
    """The stage at which the conversation ended; None where it came through or was not observed.

    A server without a password may refuse AUTH and then answer PING all the same.
    """
    talk = e.redis.value
    stages = talk.stages if talk and not pinged(e) else ()
    return next((one for one in stages if one.outcome in ("error", "closed", "timeout")), None)


def pinged(e: Evidence) -> bool:
    """Whether the URL's Redis answered PING with PONG."""
    ping = stage(e, "ping")
    return ping is not None and ping.outcome == "ok"


def answers(e: Evidence) -> bool:
    """Whether a Redis answers at the URL, be it with an error."""
    first, failed = e.first_bytes.value, failed_stage(e)
    return pinged(e) or (first is not None and first.outcome == "resp") or bool(failed and failed.code)


def from_elsewhere(e: Evidence) -> bool:
    """Whether the client is in a container and this host cannot use its URL, which is no fault then."""
    return in_container(e) and not answers(e)


def info(e: Evidence) -> dict[str, str]:
    """INFO, as read through the URL or, failing that, inside the container."""
    if e.redis.value and e.redis.value.info:
        return e.redis.value.info
    return e.inside.value.info if e.inside.value else {}


def number(values: dict[str, str], name: str) -> int | None:
    """A whole number out of INFO or CONFIG; None where it is not there."""
    try:
        return int(float(values[name]))
    except (KeyError, ValueError, OverflowError):
        return None


def no_info(e: Evidence, what: str) -> Judgement:
    """The judgement of a check that needs INFO, where there is none."""
    talk = e.redis.value
    if talk is None:
        if from_elsewhere(e):
            return unseen(what, f"{where(e)} leads to Redis inside Docker only")
        return absent(e, e.redis, what)
    if refuses_info(e):
        return unseen(what, f"Redis refuses INFO: {talk.denied['INFO']}")
    if "INFO" in talk.denied:
        return unseen(what, "Redis did not answer INFO")
    return unseen(what, "Redis said nothing of itself")


def refuses_info(e: Evidence) -> bool:
    """Whether Redis said that this user may not ask for INFO, or that it has no such command.

    An INFO that got no answer in its time is not refused: it was not observed.
    """
    talk = e.redis.value
    return talk is not None and talk.denied.get("INFO") in ("NOPERM", "ERR")


def failure(failed: Stage) -> str:
    """What went wrong at a stage, to finish a sentence with."""
    words = {"closed": "the connection was closed", "timeout": "no answer came in time"}
    text = short(failed.message).rstrip(".") or words.get(failed.outcome, failed.error_class or "an error")
    if failed.code and not text.startswith(failed.code):
        text = f"{failed.code} {text}"
    return text


# --- where Redis is ----------------------------------------------------------------------------


def outside_docker(e: Evidence) -> str:
    """Why the Redis behind the URL is known not to be the named container's affair; "" where it may be.

    Such a Redis is healthy without Docker, and nothing about Docker may raise an alarm.
    """
    if not answers(e):
        return ""
    address = e.address.value
    if address and address.scheme == "unix":
        return f"Redis is reached through the socket {address.socket_path}"
    if e.host_addresses and elsewhere(e):
        return f"{where(e)} is another machine"
    for one in host_listeners(e):
        found = redis_container(e)
        in_it = found is not None and found.network_mode == "host"
        if is_redis(one.process) and not one.container and not in_it:
            pid = f" with pid {one.pid}" if one.pid else ""
            return f"{one.process}{pid} on this host answers at {where(e)}"
    return ""


def absent_in_docker(e: Evidence, seen: Observation[Any], what: str) -> Judgement:
    """As :func:`absent`, of something seen through Docker: where Redis is elsewhere, it does not matter."""
    elsewhere = outside_docker(e)
    return skipped(f"{what}: not needed ({elsewhere}).") if elsewhere else absent(e, seen, what)


def table(
    columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], caption: str = "", most: int = 50
) -> Table:
    """A table of at most ``most`` rows; says how many were cut."""
    return Table(columns, tuple(rows[:most]), caption, max(len(rows) - most, 0))
