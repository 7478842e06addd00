"""What a Redis server says of itself: INFO, settings, slow log, clients, permissions, clock."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from runbooklab.domains.redis.probes.cli_replies import INFO_NAMES
from runbooklab.domains.redis.probes.redis_guard import READABLE_SETTINGS, ask_many
from runbooklab.domains.redis.probes.redis_session import ERRORS, Session, code_of
from runbooklab.domains.redis.records.conversation import SlowCommand
from runbooklab.domains.redis.records.info import number
from runbooklab.redaction import COMMON_WORDS, clean, clean_argv, visible

MOST_SLOW_COMMANDS = 10
MOST_ACL_ENTRIES = 20
#: With more clients than these, CLIENT LIST would be a burden: the count is enough then.
MOST_CLIENTS_LISTED = 1000
MOST_INFO_LINES = 2000
#: Characters that are read of INFO, of a value in it, of a setting or a word; a client's line in CLIENT LIST.
MOST_INFO = 512 << 10
MOST_VALUE = 4096
MOST_CLIENT_LINE = 2048
#: Words of a slow command (Redis keeps 32), fields of an entry of the ACL log.
MOST_WORDS = 64
#: What reading a reply of another form than Redis' ends in.
NOT_AS_REDIS = (ValueError, TypeError, LookupError, AttributeError, OverflowError, OSError)

_DIAGNOSTIC = """
acl client cluster config dbsize getrange hscan info pttl role slowlog time type
"""
#: Commands of these probes: Redis logs that a user with few permissions was refused one; that is no fault.
_OUR_OWN = frozenset(_DIAGNOSTIC.split())


def self_description(session: Session) -> dict[str, Any]:
    """INFO, which comes first, as fields of RedisTalk."""
    denied: dict[str, str] = {}
    return {"info": _info(session, denied), "denied": denied}


def facts(session: Session, info: Mapping[str, str], denied: dict[str, str]) -> dict[str, Any]:
    """What else the server says of itself; ``denied`` is added to."""
    return {
        "settings": _settings(session, denied),
        "slow_commands": _slow_commands(session, denied),
        "acl_user": _text(ask_or_deny(session, denied, "ACL", "WHOAMI")),
        "acl_log": _acl_log(session, denied),
        "hello": _hello(session),
        **_clients(session, info, denied),
        "time_offset_s": _time_offset(session, denied),
    }


def ask_or_deny(session: Session, denied: dict[str, str], *words: str | int) -> Any:
    """The reply, or None, with the reason in ``denied`` under the command's first word."""
    name = str(words[0])
    if not session.is_connected:
        denied.setdefault(name, "closed")
        return None
    try:
        return session.ask(*words)
    except ERRORS as error:
        denied.setdefault(name, code_of(error) or type(error).__name__)
        return None


def _hello(session: Session) -> str:
    """What a client that asks for a protocol by HELLO gets: "ok", or an error code."""
    refused: dict[str, str] = {}
    ask_or_deny(session, refused, "HELLO", 2)
    return refused.get("HELLO", "ok")


def _text(reply: Any) -> str:
    return visible(reply[:MOST_INFO]) if isinstance(reply, str) else ""


# --- INFO and settings -----------------------------------------------------------------------


def _info(session: Session, denied: dict[str, str]) -> dict[str, str]:
    info = flattened(_text(ask_or_deny(session, denied, "INFO")))
    if info:
        info |= flattened(_text(ask_or_deny(session, denied, "INFO", "commandstats")))
    if info.get("cluster_enabled") == "1":
        info |= flattened(_text(ask_or_deny(session, denied, "CLUSTER", "INFO")))
    kept = {name: value for name, value in info.items() if not _beyond_numbers(value)}
    return {name: clean(value[:MOST_VALUE], session.ctx.vault) for name, value in kept.items()}


def flattened(text: str) -> dict[str, str]:
    r"""``name:value`` lines as a mapping, by the names that Redis has for them.

    >>> flattened("# Server\r\nserver_mode:sentinel\r\n")
    {'redis_mode': 'sentinel'}
    """
    pairs = (line.partition(":") for line in text.splitlines()[:MOST_INFO_LINES] if not line.startswith("#"))
    return {INFO_NAMES.get(name, name): value.strip() for name, colon, value in pairs if colon}


def _beyond_numbers(value: str) -> bool:
    """Whether it reads as a number that Redis, which counts in 64 bits, cannot mean: ``inf``, ``1e308``."""
    try:
        return not abs(float(value)) < 1 << 64  # also of what is not a number
    except ValueError:
        return False


def _settings(session: Session, denied: dict[str, str]) -> dict[str, str]:
    refused: dict[str, str] = {}
    replies = [ask_or_deny(session, refused, "CONFIG", "GET", *READABLE_SETTINGS)]
    if refused.get("CONFIG") == "ERR":  # before Redis 7, a command gets one setting
        replies = _one_by_one(session, denied)
    else:
        denied |= refused
    settings: dict[str, str] = {}
    for reply in replies:
        if isinstance(reply, dict):
            settings |= {str(name): str(value) for name, value in reply.items()}
        elif isinstance(reply, list):
            settings |= dict(zip(map(str, reply[::2]), map(str, reply[1::2]), strict=False))
    asked = (name for name in READABLE_SETTINGS if name in settings)
    return {name: clean(settings[name][:MOST_VALUE], session.ctx.vault) for name in asked}


def _one_by_one(session: Session, denied: dict[str, str]) -> list[Any]:
    if not session.is_connected:
        return []
    try:
        replies = ask_many(session.connection, [("CONFIG", "GET", name) for name in READABLE_SETTINGS])
    except ERRORS as error:
        denied.setdefault("CONFIG", code_of(error) or type(error).__name__)
        return []
    errors = [reply for reply in replies if isinstance(reply, Exception)]
    if errors:
        denied.setdefault("CONFIG", code_of(errors[0]))
    return replies


# --- slow log, ACL log, clients, clock -------------------------------------------------------


def _slow_commands(session: Session, denied: dict[str, str]) -> tuple[SlowCommand, ...]:
    reply = ask_or_deny(session, denied, "SLOWLOG", "GET", MOST_SLOW_COMMANDS)
    entries = [entry for entry in _items(reply)[:MOST_SLOW_COMMANDS] if len(_items(entry)) >= 4]
    try:
        return tuple(_slow_command(session, entry) for entry in entries)
    except NOT_AS_REDIS:
        denied.setdefault("SLOWLOG", "InvalidResponse")
        return ()


def _slow_command(session: Session, entry: list[Any]) -> SlowCommand:
    words = [str(word)[:MOST_VALUE] for word in _items(entry[3])[:MOST_WORDS]]
    return SlowCommand(
        id=int(entry[0]),
        at=datetime.fromtimestamp(int(entry[1]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        duration_us=int(entry[2]),
        command=" ".join(clean_argv(words, session.ctx.vault))[:200],
        client=_text(entry[4])[:200] if len(entry) > 4 else "",
    )


def _items(reply: Any) -> list[Any]:
    return reply if isinstance(reply, list) else []


def _acl_log(session: Session, denied: dict[str, str]) -> tuple[dict[str, str], ...]:
    reply = ask_or_deny(session, denied, "ACL", "LOG", MOST_ACL_ENTRIES)
    entries = []
    for item in _items(reply)[:MOST_ACL_ENTRIES]:
        flat = _items(item)
        pairs = item.items() if isinstance(item, dict) else zip(flat[::2], flat[1::2], strict=False)
        entry = {
            _text(name)[:100]: clean(str(value)[:MOST_VALUE], session.ctx.vault)[:300]
            for name, value in islice(pairs, MOST_WORDS)
        }
        if not _is_our_own(entry):
            entries.append(entry)
    return tuple(_without_misplaced(entry, entries, session) for entry in entries)


def _without_misplaced(
    entry: dict[str, str], entries: Sequence[Mapping[str, str]], session: Session
) -> dict[str, str]:
    """The entry without a user name that nobody is known by: of a failed login it may be the password."""
    name = entry.get("username", "")
    known = {other.get("username") for other in entries if other.get("reason") != "auth"}
    if (
        entry.get("reason") != "auth"
        or not name
        or name in known | {session.username}
        or name in COMMON_WORDS
    ):
        return entry
    return {**entry, "username": session.ctx.vault.learn(name, found=True)}


def _is_our_own(entry: Mapping[str, str]) -> bool:
    """Whether what was refused is what these probes ask, now or in a run before."""
    what = entry.get("object", "")
    if entry.get("reason") == "command":
        return what.partition("|")[0] in _OUR_OWN
    return "runbooklab" in what


#: Commands that wait by their nature. Source: Redis manual, blocking commands; WAIT.
_BLOCKING = frozenset(
    {
        "blpop", "brpop", "blmove", "blmpop", "brpoplpush", "bzpopmin", "bzpopmax", "bzmpop", "xread",
        "xreadgroup", "wait", "waitaof", "subscribe", "psubscribe", "ssubscribe", "monitor",
    }
)  # fmt: skip


def _clients(session: Session, info: Mapping[str, str], denied: dict[str, str]) -> dict[str, Any]:
    count = number(info, "connected_clients")
    if count is None or count > MOST_CLIENTS_LISTED:
        return {"client_count": count}
    listed = ask_or_deny(session, denied, "CLIENT", "LIST")
    if not isinstance(listed, str):
        return {"client_count": count}
    clients = [
        dict(part.split("=", 1) for part in line.split(" ") if "=" in part) for line in client_lines(listed)
    ]
    waiting = [client.get("cmd", "") for client in clients if "b" in client.get("flags", "")]
    return {
        "client_count": count,
        "worker_connections": sum("worker" in client.get("name", "").lower() for client in clients),
        "held_back": tuple(sorted({visible(name).upper() for name in waiting if name not in _BLOCKING})),
    }


def client_lines(listed: str) -> list[str]:
    """The lines of CLIENT LIST, as many as are read and no longer than a client's line can be."""
    return [line[:MOST_CLIENT_LINE] for line in listed.split("\n", MOST_CLIENTS_LISTED)[:MOST_CLIENTS_LISTED]]


def _time_offset(session: Session, denied: dict[str, str]) -> float | None:
    before = time.time()
    reply = ask_or_deny(session, denied, "TIME")
    after = time.time()
    if not isinstance(reply, list) or len(reply) != 2:
        return None
    try:
        return round(int(reply[0]) + int(reply[1]) / 1e6 - (before + after) / 2, 3)
    except NOT_AS_REDIS:
        denied.setdefault("TIME", "InvalidResponse")
        return None
