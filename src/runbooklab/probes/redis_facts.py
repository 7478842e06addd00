"""What a Redis server says of itself: INFO, settings, slow log, clients, permissions, clock."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal

from runbooklab.evidence import SlowCommand
from runbooklab.probes.cli_replies import INFO_NAMES
from runbooklab.probes.redis_guard import READABLE_SETTINGS, ask_many
from runbooklab.probes.redis_session import ERRORS, Session, code_of
from runbooklab.probes.worker_payload import some_registration
from runbooklab.redaction import clean, visible

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

CanWrite = Literal["yes", "no", "unknown"]


def facts(session: Session, ping_code: str) -> dict[str, Any]:
    """Fields of :class:`~runbooklab.evidence.RedisTalk` beyond its stages.

    ``ping_code``: the error code that PING got, "" where it was answered with PONG.
    """
    denied: dict[str, str] = {}
    info = _info(session, denied)
    settings = _settings(session, denied)
    user = _text(_ask(session, denied, "ACL", "WHOAMI"))
    key = some_registration(session.ctx.vault.reveal(session.ctx.target.worker_key_pattern))
    may_write = _may_write(session, user, key, denied)
    return {
        "info": info,
        "settings": settings,
        "denied": denied,
        "slow_commands": _slow_commands(session, denied),
        "acl_user": user,
        "acl_log": _acl_log(session, denied),
        "hello": _hello(session),
        "read_refused": _read_refused(session, key),
        **_clients(session, info, denied),
        "time_offset_s": _time_offset(session, denied),
        **dict(
            zip(("can_write", "why_not_write"), can_write(info, settings, may_write, ping_code), strict=True)
        ),
    }


def _ask(session: Session, denied: dict[str, str], *words: str | int) -> Any:
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
    _ask(session, refused, "HELLO", 2)
    return refused.get("HELLO", "ok")


def _text(reply: Any) -> str:
    return visible(reply[:MOST_INFO]) if isinstance(reply, str) else ""


# --- INFO and settings -----------------------------------------------------------------------


def _info(session: Session, denied: dict[str, str]) -> dict[str, str]:
    info = flattened(_text(_ask(session, denied, "INFO")))
    if info:
        info |= flattened(_text(_ask(session, denied, "INFO", "commandstats")))
    if info.get("cluster_enabled") == "1":
        info |= flattened(_text(_ask(session, denied, "CLUSTER", "INFO")))
    return {name: clean(value[:MOST_VALUE], session.ctx.vault) for name, value in info.items()}


def flattened(text: str) -> dict[str, str]:
    r"""``name:value`` lines as a mapping, by the names that Redis has for them.

    >>> flattened("# Server\r\nserver_mode:sentinel\r\n")
    {'redis_mode': 'sentinel'}
    """
    pairs = (line.partition(":") for line in text.splitlines()[:MOST_INFO_LINES] if not line.startswith("#"))
    return {INFO_NAMES.get(name, name): value.strip() for name, colon, value in pairs if colon}


def _settings(session: Session, denied: dict[str, str]) -> dict[str, str]:
    refused: dict[str, str] = {}
    replies = [_ask(session, refused, "CONFIG", "GET", *READABLE_SETTINGS)]
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
    reply = _ask(session, denied, "SLOWLOG", "GET", MOST_SLOW_COMMANDS)
    entries = [entry for entry in _items(reply)[:MOST_SLOW_COMMANDS] if len(_items(entry)) >= 4]
    try:
        return tuple(_slow_command(session, entry) for entry in entries)
    except NOT_AS_REDIS:
        denied.setdefault("SLOWLOG", "InvalidResponse")
        return ()


def _slow_command(session: Session, entry: list[Any]) -> SlowCommand:
    words = " ".join(str(word)[:MOST_VALUE] for word in _items(entry[3])[:MOST_WORDS])
    return SlowCommand(
        id=int(entry[0]),
        at=datetime.fromtimestamp(int(entry[1]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        duration_us=int(entry[2]),
        command=clean(words[:MOST_VALUE], session.ctx.vault)[:200],
        client=_text(entry[4])[:200] if len(entry) > 4 else "",
    )


def _items(reply: Any) -> list[Any]:
    return reply if isinstance(reply, list) else []


def _acl_log(session: Session, denied: dict[str, str]) -> tuple[dict[str, str], ...]:
    reply = _ask(session, denied, "ACL", "LOG", MOST_ACL_ENTRIES)
    entries = []
    for item in _items(reply)[:MOST_ACL_ENTRIES]:
        flat = _items(item)
        pairs = item.items() if isinstance(item, dict) else zip(flat[::2], flat[1::2], strict=False)
        entry = {
            _text(name)[:100]: clean(str(value)[:MOST_VALUE], session.ctx.vault)[:300]
            for name, value in islice(pairs, MOST_WORDS)
        }
        if entry.get("reason") != "command" or entry.get("object", "").partition("|")[0] not in _OUR_OWN:
            entries.append(entry)
    return tuple(entries)


#: Commands that wait by their nature. Source: Redis manual, blocking commands; WAIT.
_BLOCKING = frozenset(
    {
        "blpop", "brpop", "blmove", "blmpop", "brpoplpush", "bzpopmin", "bzpopmax", "bzmpop", "xread",
        "xreadgroup", "wait", "waitaof", "subscribe", "psubscribe", "ssubscribe", "monitor",
    }
)  # fmt: skip


def _clients(session: Session, info: Mapping[str, str], denied: dict[str, str]) -> dict[str, Any]:
    count = _whole(info.get("connected_clients"))
    if count is None or count > MOST_CLIENTS_LISTED:
        return {"client_count": count}
    listed = _ask(session, denied, "CLIENT", "LIST")
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
    reply = _ask(session, denied, "TIME")
    after = time.time()
    if not isinstance(reply, list) or len(reply) != 2:
        return None
    try:
        return round(int(reply[0]) + int(reply[1]) / 1e6 - (before + after) / 2, 3)
    except NOT_AS_REDIS:
        denied.setdefault("TIME", "InvalidResponse")
        return None


# --- whether a write would be taken ----------------------------------------------------------


def _read_refused(session: Session, key: str) -> str:
    """Redis' words where the user may not GET a registration; "" where it may."""
    try:
        session.ask("GET", key)
    except ERRORS as error:
        return str(error)[:MOST_VALUE] if code_of(error) == "NOPERM" else ""
    return ""


def _may_write(session: Session, user: str, key: str, denied: Mapping[str, str]) -> bool | None:
    """Whether the user's permissions allow SET on a registration; None where the server doesn't tell."""
    if not user:
        return True if denied.get("ACL") == "ERR" else None  # before Redis 6 every user may do everything
    silent: dict[str, str] = {}  # a user who may not ask is no news: DRYRUN needs an administrator
    reply = _ask(session, silent, "ACL", "DRYRUN", user, "SET", key, "1")
    if isinstance(reply, str):
        return reply == "OK"
    return True if user == "default" and not denied else None


def can_write(
    info: Mapping[str, str], settings: Mapping[str, str], may_write: bool | None, ping_code: str = ""
) -> tuple[CanWrite, str]:
    """Whether Redis would take a write now, and the error code that it would give; nothing is written.

    The rules are those of Redis's ``processCommand``: out of memory under ``noeviction`` (or where
    the policy has nothing to evict), failed persistence with ``stop-writes-on-bgsave-error``, a
    read-only replica, too few replicas; then the user's permissions.

    >>> can_write({"used_memory": "200", "maxmemory": "100", "maxmemory_policy": "noeviction"}, {}, True)
    ('no', 'OOM')
    """
    if may_write is False:
        return "no", "NOPERM"
    if ping_code == "MISCONF" or _persistence_failed(info, settings):
        return "no", "MISCONF"
    if not info:
        return "unknown", ""
    if info.get("role") == "slave" and info.get("slave_read_only", "1") == "1":
        return "no", "READONLY"
    if _is_out_of_memory(info):
        return "no", "OOM"
    wanted = _whole(settings.get("min-replicas-to-write")) or 0
    if info.get("role") == "master" and wanted > (_whole(info.get("min_slaves_good_slaves")) or 0):
        return "no", "NOREPLICAS"
    if may_write is None or info.get("loading") == "1" or ping_code:
        return "unknown", ""
    return "yes", ""


def _persistence_failed(info: Mapping[str, str], settings: Mapping[str, str]) -> bool:
    if settings.get("stop-writes-on-bgsave-error", "yes") == "no":
        return False
    snapshot_failed = info.get("rdb_last_bgsave_status") == "err" and settings.get("save", "unknown") != ""
    return snapshot_failed or info.get("aof_last_write_status") == "err"


def _is_out_of_memory(info: Mapping[str, str]) -> bool:
    limit = _whole(info.get("maxmemory")) or 0
    used = (_whole(info.get("used_memory")) or 0) - (_whole(info.get("mem_not_counted_for_evict")) or 0)
    if not limit or used <= limit:
        return False
    policy = info.get("maxmemory_policy", "noeviction")
    return policy == "noeviction" or (policy.startswith("volatile-") and not _keys_with_expiry(info))


def _keys_with_expiry(info: Mapping[str, str]) -> int:
    return sum(
        _whole(value.partition("expires=")[2].partition(",")[0]) or 0
        for name, value in info.items()
        if name.startswith("db") and name[2:].isdigit()
    )


def _whole(text: str | None) -> int | None:
    try:
        number = float(text) if text else math.nan
    except ValueError:
        return None
    return int(number) if math.isfinite(number) else None
