"""What a worker wrote about itself: JSON, a hash, or a plain address."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct, field

from runbooklab.domains.redis.thresholds import LARGEST_TIME_S

Problem = Literal["", "wrong-type", "payload-invalid", "unreadable"]

_ADDRESS_NAMES = ("address", "addr", "endpoint", "grpc_address", "grpc_endpoint", "url", "uri", "host", "ip")
_PORT_NAMES = ("port", "grpc_port")
_TIME_NAMES = (
    "last_heartbeat", "heartbeat", "heartbeat_at", "last_heartbeat_at", "last_seen", "last_seen_at",
    "updated_at", "beat", "timestamp", "ts", "registered_at",
)  # fmt: skip
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}://)?(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9][\w.-]{0,252}):(?P<port>\d{1,5})(?:/.*)?"
)
_BARE_HOST = re.compile(r"\[?[A-Za-z0-9][\w.:-]{0,252}\]?")


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
    plain = _ADDRESS.fullmatch(text.strip())
    if plain:
        return Payload(text, address=f"{plain['host']}:{plain['port']}")
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
    return Payload(text, fields, "", _address(lower), _age(lower, now))


def _address(fields: Mapping[str, str]) -> str:
    for name in _ADDRESS_NAMES:
        value = fields.get(name, "").strip()
        whole = _ADDRESS.fullmatch(value)
        if whole:
            return f"{whole['host']}:{whole['port']}"
        port = next((fields[each] for each in _PORT_NAMES if fields.get(each, "").isdigit()), "")
        if port and _BARE_HOST.fullmatch(value):
            return f"{value}:{port}"
    return ""


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
