"""Whether the orchestrator's own commands go through: it reads registrations, and writes.

The GETs are of registrations that nobody made; the SET cannot change anything (see
:mod:`runbooklab.domains.redis.probes.redis_guard`). An answer to PING alone shows neither: a proxy gives one
without any Redis behind it, and so does a Redis that holds writes back.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any, Literal

from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from runbooklab.domains.redis.probes.redis_facts import ask_or_deny
from runbooklab.domains.redis.probes.redis_guard import ask_many, is_allowed
from runbooklab.domains.redis.probes.redis_session import (
    ERRORS,
    Session,
    code_of,
    failed_stage,
    is_no_password_configured,
)
from runbooklab.domains.redis.probes.worker_payload import some_registration
from runbooklab.domains.redis.records.conversation import Stage
from runbooklab.domains.redis.records.info import memory_of, number
from runbooklab.domains.redis.thresholds import LEAST_WRITE_PINGS, LEAST_WRITE_S, WRITE_PINGS, WRITE_S

CanWrite = Literal["yes", "no", "unknown"]

#: Names that are read from a cluster: one in each eighth of its slots, so that each large node has one.
CLUSTER_READS = 8


def use(session: Session, talk: Mapping[str, Any]) -> tuple[dict[str, Any], Session]:
    """What is observed of reading and writing, as fields of RedisTalk; and a session to go on with.

    ``talk`` holds the fields seen so far. The session is another one if an answer never came.
    """
    pattern = session.ctx.vault.reveal(session.ctx.target.worker_key_pattern)
    info = talk.get("info", {})
    names = names_to_read(pattern, info.get("cluster_enabled", "0" if info else "") != "0")
    reads = _reads(session, pattern, names)
    write, meanwhile = None, None
    if session.ctx.target.needs_write:
        name = write_name(pattern, _here(names, reads))
        write, meanwhile, session = _write(session, name, max(talk["ping_ms"], default=0.0) / 1000)
    seen = {"reads": reads, "read_refused": _refusal(reads), "write": write, "ping_meanwhile": meanwhile}
    return seen, session


def writable(session: Session, talk: Mapping[str, Any], ping_code: str) -> dict[str, Any]:
    """Whether Redis takes a write now: as the SET showed, else as INFO and the permissions let expect.

    ``talk`` holds the fields seen so far; ``ping_code`` is the error code that PING got, "" for PONG.
    """
    pattern = session.ctx.vault.reveal(session.ctx.target.worker_key_pattern)
    may_write = _may_write(session, talk.get("acl_user", ""), some_registration(pattern), talk["denied"])
    inferred = can_write(talk.get("info", {}), talk.get("settings", {}), may_write, ping_code)
    taken, why = _judged(talk["write"], talk["ping_meanwhile"], inferred, pattern)
    return {"can_write": taken, "why_not_write": why}


# --- reading ---------------------------------------------------------------------------------


def names_to_read(pattern: str, clustered: bool) -> tuple[str, ...]:
    """Registrations of workers that do not exist; none if the pattern is the name of one key.

    >>> names_to_read("worker:*", clustered=False)
    ('worker:runbooklab',)
    """
    first = some_registration(pattern)
    if first == some_registration(pattern, "another"):
        return ()
    if not clustered:
        return (first,)
    found: dict[int, str] = {}
    for attempt in range(32 * CLUSTER_READS):
        name = some_registration(pattern, f"runbooklab-{attempt}")
        found.setdefault(key_slot(name.encode()) * CLUSTER_READS // REDIS_CLUSTER_HASH_SLOTS, name)
    return tuple(found.values())


def _reads(session: Session, pattern: str, names: tuple[str, ...]) -> tuple[Stage, ...]:
    # STRLEN asks for as much permission as GET does, and fetches no value of a key that may be there.
    commands = [("GET", name) for name in names] or [("STRLEN", pattern)]
    if not session.is_connected:
        return ()
    started = time.monotonic()
    try:
        replies = ask_many(session.connection, commands)
    except ERRORS as error:
        return (failed_stage(session.ctx, "read", error, (time.monotonic() - started) * 1000),)
    ms = (time.monotonic() - started) * 1000
    return tuple(
        failed_stage(session.ctx, "read", reply, ms)
        if isinstance(reply, Exception) and code_of(reply) != "WRONGTYPE"
        else Stage("read", "ok", ms=round(ms, 2))
        for reply in replies
    )


def _refusal(reads: tuple[Stage, ...]) -> str:
    """Redis' words if the user may not GET a registration; "" if it may."""
    return next((read.message for read in reads if read.code == "NOPERM"), "")


def _here(names: tuple[str, ...], reads: tuple[Stage, ...]) -> str:
    """In a cluster: a name that this node answers for; else ""."""
    if len(names) < 2 or len(names) != len(reads):
        return ""
    return next((name for name, read in zip(names, reads, strict=True) if read.outcome == "ok"), "")


# --- writing ---------------------------------------------------------------------------------


def write_name(pattern: str, beside: str = "") -> str:
    """A random name, such as registrations have; of the same slot as ``beside``, if that is given.

    If the pattern makes none that the guard knows for a random one, it is no registration's name.
    """
    worker = f"runbooklab-{secrets.token_hex(16)}"
    tagged = f"{{{beside}}}{worker}" if beside and "{" not in beside else worker
    name = some_registration(pattern, tagged)
    return name if is_allowed(("SET", name, "x", "XX")) else worker


def _write(session: Session, name: str, ping_s: float) -> tuple[Stage | None, Stage | None, Session]:
    """What the SET gets; if that is nothing, what a PING gets meanwhile; a session to go on with."""
    until, now = session.connection.until, time.monotonic()
    # The second half is for the PING, which shows whether a write is held back or the way has become slow.
    wait = min(max(WRITE_S, WRITE_PINGS * ping_s), (until - now) / 2)
    if not session.is_connected or wait < max(LEAST_WRITE_S, LEAST_WRITE_PINGS * ping_s):
        return None, None, session
    session.connection.until = now + wait
    write = session.stage("write", lambda: session.ask("SET", name, "x", "XX"))
    session.connection.until = until
    if write.outcome != "timeout":
        return write, None, session
    other = session.like_this()
    stages = (*other.open(), other.select(), other.ping())
    failed = (stage for stage in stages if stage.outcome in ("error", "closed", "timeout"))
    bad = next((stage for stage in failed if not is_no_password_configured(stage)), None)
    return write, bad or stages[-1], other


#: Answers to the SET that say how things stand elsewhere: on another node, or for another name.
_NO_ANSWER = frozenset({"MOVED", "ASK", "TRYAGAIN"})


def _judged(
    write: Stage | None, meanwhile: Stage | None, inferred: tuple[CanWrite, str], pattern: str
) -> tuple[CanWrite, str]:
    if write is None:
        return inferred
    if write.outcome == "ok":
        return "yes", ""
    if write.outcome == "timeout":
        held_back = meanwhile is not None and meanwhile.outcome == "ok" and meanwhile.ms < write.ms / 2
        return ("no", "") if held_back else ("unknown", "")
    one_key = some_registration(pattern) == some_registration(pattern, "another")
    renamed = write.code == "ERR" and "unknown command" in write.message.lower()
    if not write.code or write.code in _NO_ANSWER or renamed or (write.code == "NOPERM" and one_key):
        return inferred if inferred[0] == "no" else ("unknown", "")
    return "no", write.code


def _may_write(session: Session, user: str, key: str, denied: Mapping[str, str]) -> bool | None:
    """Whether the user's permissions allow SET on a registration; None if the server doesn't say."""
    if not user:
        return True if denied.get("ACL") == "ERR" else None  # before Redis 6 every user may do everything
    silent: dict[str, str] = {}  # a user who may not ask is no news: DRYRUN needs an administrator
    reply = ask_or_deny(session, silent, "ACL", "DRYRUN", user, "SET", key, "1")
    if isinstance(reply, str):
        return reply == "OK"
    return True if user == "default" and not denied else None


def can_write(
    info: Mapping[str, str], settings: Mapping[str, str], may_write: bool | None, ping_code: str = ""
) -> tuple[CanWrite, str]:
    """Whether Redis would take a write now, and the error code that it would give; nothing is written.

    The rules are those of Redis's ``processCommand``: out of memory under ``noeviction`` (or if
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
    used = memory_of(info, settings)
    if used is not None and used.is_full:
        return "no", "OOM"
    wanted = number(settings, "min-replicas-to-write") or 0
    if info.get("role") == "master" and wanted > (number(info, "min_slaves_good_slaves") or 0):
        return "no", "NOREPLICAS"
    if may_write is None or info.get("loading") == "1" or ping_code:
        return "unknown", ""
    return "yes", ""


def _persistence_failed(info: Mapping[str, str], settings: Mapping[str, str]) -> bool:
    if settings.get("stop-writes-on-bgsave-error", "yes") == "no":
        return False
    snapshot_failed = info.get("rdb_last_bgsave_status") == "err" and settings.get("save", "unknown") != ""
    return snapshot_failed or info.get("aof_last_write_status") == "err"
