"""What a worker wrote about itself: JSON, a hash, or a plain address."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct, field

from runbooklab.domains.redis.probes.worker_address import address_of, plain_address
from runbooklab.domains.redis.thresholds import LARGEST_TIME_S

Problem = Literal["", "wrong-type", "payload-invalid", "unreadable"]

_TIME_NAMES = (
    "last_heartbeat", "heartbeat", "heartbeat_at", "last_heartbeat_at", "last_seen", "last_seen_at",
    "updated_at", "beat", "timestamp", "ts", "registered_at",
)  # fmt: skip


class Payload(Struct, frozen=True):
    """A registration's content; ``address`` is host:port, nothing if it names none."""

    text: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    problem: Problem = ""
    address: str = ""
    heartbeat_age_s: float | None = None  # negative: in the future


def read_payload(kind: str, value: Any, now: float | None, *, is_cut: bool = False) -> Payload:
    """A key's value of Redis type ``kind`` (a string, or HSCAN's reply), read.

    ``now``: the server's clock in seconds, None if it is not known. ``is_cut``: the value was too
    long to be read whole, so it cannot be said whether it parses.

    A registration is a string that holds JSON or an address, or a hash with the same fields.
    """
    if kind == "hash":
        return _of_fields(_pairs(value), now, text="")
    if kind != "string":
        return Payload(problem="wrong-type")
    text = str(value)
    if plain := plain_address(text):
        return Payload(text, address=plain)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return Payload(text, problem="" if is_cut else "payload-invalid")
    if not isinstance(content, dict):
        return Payload(text, problem="payload-invalid")
    return _of_fields({str(name): _shown(item) for name, item in content.items()}, now, text)


def _pairs(reply: Any) -> dict[str, str]:
    """HSCAN's reply: cursor, then names and values in turn (a mapping under RESP3)."""
    content = reply[1] if isinstance(reply, list) and len(reply) == 2 else []
    if isinstance(content, dict):
        return {str(name): str(value) for name, value in content.items()}
    return dict(zip(map(str, content[::2]), map(str, content[1::2]), strict=False))


def _shown(item: Any) -> str:
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)


def _of_fields(fields: dict[str, str], now: float | None, text: str) -> Payload:
    lower = {name.lower(): value for name, value in fields.items()}
    return Payload(text, fields, "", address_of(fields), _age(lower, now))


def _age(fields: Mapping[str, str], now: float | None) -> float | None:
    if now is None:
        return None
    times = (_time(fields[name]) for name in _TIME_NAMES if name in fields)
    latest = next((time for time in times if time is not None), None)
    return None if latest is None else round(now - latest, 3)


def _time(text: str) -> float | None:
    """Seconds since 1970 of an ISO 8601 time (UTC if it says no offset) or a number of s, ms, us or ns."""
    text = text.strip()
    if re.fullmatch(r"[0-9]{9,19}(\.[0-9]+)?", text):
        number = float(text)
        while number > LARGEST_TIME_S:
            number /= 1000
        return number
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


#: The signs of a key pattern: an escaped letter, a class of letters, any text, any letter.
_SIGNS = re.compile(r"\\(?P<escaped>.)|\[(?P<first>[^\]^])[^\]]*\]|(?P<text>\*)|(?P<letter>\?)", re.DOTALL)


def some_registration(pattern: str, worker: str = "runbooklab") -> str:
    """The name of a registration, of a worker that does not exist. Source: Redis manual, KEYS.

    >>> some_registration("worker:*"), some_registration("[Ww]orker-*:?"), some_registration("worker")
    ('worker:runbooklab', 'Worker-runbooklab:x', 'worker')
    """
    named = False

    def letter(found: re.Match[str]) -> str:
        nonlocal named
        if not found["text"]:
            return found["escaped"] or found["first"] or "x"
        named, again = True, named
        return "x" if again else worker

    return _SIGNS.sub(letter, pattern or "worker:*")
