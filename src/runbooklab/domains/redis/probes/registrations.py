"""Worker registrations: a bounded reading of the keys, what they hold, and whether the workers answer."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from msgspec.structs import replace

from runbooklab.domains.container.probes.table import NETWORK
from runbooklab.domains.redis.context import Context
from runbooklab.domains.redis.probes.key_prefixes import key_prefixes
from runbooklab.domains.redis.probes.redis_facts import MOST_CLIENTS_LISTED, client_lines, flattened
from runbooklab.domains.redis.probes.redis_guard import MOST_SCAN_COUNT, MOST_VALUE_BYTES, Words, ask_many
from runbooklab.domains.redis.probes.redis_session import ERRORS, Session, code_of, signed_in
from runbooklab.domains.redis.probes.worker_payload import read_payload
from runbooklab.domains.redis.probes.workers_reached import reached
from runbooklab.domains.redis.records.conversation import Registrations, WorkerKey
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean, clean_setting, visible

#: Keys that are read one by one.
MOST_KEYS = 300
#: SCAN steps: of 1000 keys each, a few milliseconds of the server's time.
MOST_STEPS = 500
MOST_STEPS_UNMATCHED = 10
MOST_NEAR_MISSES = 20
#: SCAN steps for the sample of all keys by prefix: a few milliseconds, and no more than 2000 names.
SAMPLE_STEPS = 2
MOST_SHOWN = 500
#: Characters of a key's name, and fields of what it holds, that are read.
MOST_NAME = 1000
MOST_FIELDS = 50
#: A hash of more fields than these is not read: a registration has a dozen.
LARGEST_HASH = 200
#: Types that a registration may have.
READABLE = ("string", "hash")

#: Between two readings: long enough for a heartbeat of a second to show now and then, short enough to wait.
SECOND_READING_AFTER_S = 0.2
#: How long (in seconds) to go on reading if the connected writers and the keys do not match.
WATCH_S = 1.5
#: With more writers than these, others than workers write too, and their number says nothing.
MOST_WATCHED = 8
#: Last commands of a connection that writes registrations.
_WRITES = frozenset(
    {"set", "setex", "psetex", "expire", "pexpire", "hset", "hmset", "hsetex", "exec", "eval"}
)


def registrations(ctx: Context) -> Registrations:
    """The keys that match ``worker_key_pattern`` in the target's database, read twice."""
    if not ctx.target.worker_key_pattern:
        raise NotObserved(Missing("not-applicable", "no key pattern is given"))
    session = signed_in(ctx)
    sent: dict[str, tuple[int, float]] = {}
    session.connection.on_sent = lambda words, ms: count_sent(sent, words, ms)
    try:
        return _look(ctx, session)
    except ERRORS as error:
        code = code_of(error)
        detail = clean(f"{code} {error}".strip(), ctx.vault)
        refused = code in {"NOAUTH", "NOPERM"}
        raise NotObserved(Missing("permission" if refused else "unreachable", detail)) from None
    finally:
        session.close()
        for what, (times, ms) in sent.items():
            ctx.note("redis", f"{what} ({times} times)" if times > 1 else what, ms)


def count_sent(sent: dict[str, tuple[int, float]], words: Words, ms: float) -> None:
    """The ledger names each kind of command once: one line for every key would drown it."""
    names = {"SCAN": " ".join(words[2:]), "INFO": " ".join(words[1:])}
    what = f"{words[0]} {names.get(words[0], '')}".strip()
    times, total = sent.get(what, (0, 0.0))
    sent[what] = times + 1, total + ms


def _look(ctx: Context, session: Session) -> Registrations:
    pattern = ctx.vault.reveal(ctx.target.worker_key_pattern)
    names, scanned, complete = scan(session, pattern)
    writers = _writers(session)
    if not names and writers and ctx.target.expected_workers:
        names, scanned, complete = _scanned_again(session, pattern)
    read = sorted(names)[:MOST_KEYS]
    keys, aside = _without_collections(_details(ctx, session, read))
    read = [name for name in read if clean(name[:MOST_NAME], ctx.vault) not in aside]
    sample, *_ = scan(session, "", SAMPLE_STEPS)
    near, more = _near_misses(session, pattern) if not names else ((), 0)
    later: list[WorkerKey] = []
    if keys:
        first_reading = time.monotonic()
        answers = reached(ctx, [key.address for key in keys], _containers(ctx))
        keys = [replace(key, address_answers=answers.get(key.address)) for key in keys]
        time.sleep(max(min(first_reading + SECOND_READING_AFTER_S - time.monotonic(), ctx.timeout_s(0.8)), 0))
        later = _read_again(ctx, session, keys, read, WATCH_S if len(keys) < writers <= MOST_WATCHED else 0.0)
    return Registrations(
        pattern=ctx.target.worker_key_pattern,
        db=session.db,
        keys=tuple(keys),
        near_misses=tuple(clean(name[:MOST_NAME], ctx.vault) for name in near),
        other_dbs=_other_dbs(session),
        scanned=scanned or more,
        complete=complete and len(read) + len(aside) == len(names) and not _is_part(session),
        changed=_changed(keys, later),
        gone=tuple(key.key for key in keys if key.key not in {worker.key for worker in later}),
        readdressed=_readdressed(keys, later),
        aside=aside,
        sampled=len(sample),
        prefixes=key_prefixes([clean(name[:MOST_NAME], ctx.vault) for name in sample]),
    )


def _containers(ctx: Context) -> dict[str, str]:
    """Names of containers and their addresses, if the orchestrator is one and finds others by name."""
    look = ctx.wait(NETWORK).value if ctx.target.orchestrator_container else None
    return {name: address for address, name in look.owners.items()} if look is not None else {}


def _writers(session: Session) -> int:
    """Connections whose last command wrote; 0 if the user may not ask."""
    try:
        if (
            int(flattened(str(session.ask("INFO", "clients"))).get("connected_clients", "0"))
            > MOST_CLIENTS_LISTED
        ):
            return 0
        listed = str(session.ask("CLIENT", "LIST"))
    except ERRORS as error:
        if not code_of(error):
            raise
        return 0
    commands = (found[1] for line in client_lines(listed) if (found := re.search(r" cmd=(\w+)", line)))
    return sum(command in _WRITES for command in commands)


def _scanned_again(session: Session, pattern: str) -> tuple[set[str], int, bool]:
    """Keys that come and go: somebody writes, and the first reading found none."""
    end = time.monotonic() + min(WATCH_S, session.ctx.timeout_s(0.7))
    while True:
        seen = scan(session, pattern)
        if seen[0] or time.monotonic() > end:
            return seen
        time.sleep(SECOND_READING_AFTER_S / 2)


def _read_again(
    ctx: Context, session: Session, before: Sequence[WorkerKey], names: Sequence[str], watch_s: float
) -> list[WorkerKey]:
    """The keys again; with more writers than keys, until one of them advertises another address."""
    end = time.monotonic() + min(watch_s, ctx.timeout_s(0.7))
    while True:
        later = _details(ctx, session, names)
        if _readdressed(before, later) or time.monotonic() > end:
            return later
        # Not in step with two writers that take turns.
        time.sleep(random.uniform(0.2, 1) * SECOND_READING_AFTER_S)  # noqa: S311 # no secret comes of it


# --- finding keys ----------------------------------------------------------------------------


def scan(session: Session, pattern: str, most_steps: int = MOST_STEPS) -> tuple[set[str], int, bool]:
    """Matching keys, how many keys the steps covered, and whether that was the whole database."""
    found: set[str] = set()
    cursor, steps = "0", 0
    matching = ("MATCH", pattern) if pattern else ()
    while steps < most_steps and session.ctx.timeout_s(0.8) > 0.05 and len(found) < 2 * MOST_KEYS:
        cursor, names = session.ask("SCAN", cursor, *matching, "COUNT", MOST_SCAN_COUNT)
        found.update(names)
        steps += 1
        if str(cursor) == "0":
            break
    complete = str(cursor) == "0"
    size = _size(session, unknown=len(found))
    return found, size if complete else min(steps * MOST_SCAN_COUNT, size), complete


def _is_part(session: Session) -> bool:
    """Whether this is one of several nodes of a cluster, which holds a part of the keys."""
    try:
        cluster = flattened(str(session.ask("CLUSTER", "INFO")))
    except ERRORS as error:
        if not code_of(error):
            raise
        return False
    return cluster.get("cluster_size", "1") not in ("0", "1")


def _size(session: Session, *, unknown: int) -> int:
    """Keys in the database, or ``unknown`` if the user may not ask."""
    try:
        return int(session.ask("DBSIZE"))
    except ERRORS as error:
        if not code_of(error):
            raise
        return unknown


def _near_misses(session: Session, pattern: str) -> tuple[tuple[str, ...], int]:
    """Keys that look like registrations under another name: ``workers:1``, ``Worker:1``, ``tts:worker:1``."""
    words = [word for word in _plain_part(pattern).lower().replace("-", ":").split(":") if len(word) > 2]
    stem = next((word for word in words if "worker" in word), next(iter(words), "")).rstrip("s")
    names, scanned, _ = scan(session, "", MOST_STEPS_UNMATCHED)
    near = [name for name in names if stem and stem in name.lower()]
    return tuple(sorted(near)[:MOST_NEAR_MISSES]), scanned


def _plain_part(pattern: str) -> str:
    """A glob pattern up to its first wild card."""
    return next((pattern[:at] for at, letter in enumerate(pattern) if letter in "*?["), pattern)


def _other_dbs(session: Session) -> dict[str, int]:
    try:
        keyspace = flattened(str(session.ask("INFO", "keyspace")))
    except ERRORS as error:
        if not code_of(error):
            raise
        return {}  # a user who may not ask: nothing is known of other databases
    counts = {name[2:]: value.partition("keys=")[2].partition(",")[0] for name, value in keyspace.items()}
    return {db: int(count) for db, count in counts.items() if db != str(session.db) and count.isdigit()}


# --- one key ---------------------------------------------------------------------------------


def _details(ctx: Context, session: Session, names: Sequence[str]) -> list[WorkerKey]:
    """What each key holds, in four round trips however many keys there are. Vanished keys are left out."""
    if not names:
        return []
    asked = _every(names, lambda name: [("TYPE", name), ("PTTL", name)])
    replies = ask_many(session.connection, [*asked, ("TIME",)])
    types, ttls = replies[:-1:2], replies[1:-1:2]
    hashes = [name for name, kind in zip(names, types, strict=True) if kind == "hash"]
    sizes = dict(zip(hashes, ask_many(session.connection, [("HLEN", name) for name in hashes]), strict=True))
    values = ask_many(
        session.connection,
        [_value_of(name, kind, sizes.get(name)) for name, kind in zip(names, types, strict=True)],
    )
    now = _seconds(replies[-1])
    vanished = _vanished(session, [name for name, value in zip(names, values, strict=True) if value == ""])
    rows = zip(names, types, ttls, values, strict=True)
    return [
        _worker_key(ctx, session.db, name, kind, ttl, value, now)
        for name, kind, ttl, value in rows
        if kind != "none" and name not in vanished
    ]


def _without_collections(keys: list[WorkerKey]) -> tuple[list[WorkerKey], tuple[str, ...]]:
    """The registrations, and the names of sets, lists and streams beside them.

    An index of all workers, or a queue, is no registration that went wrong; if there is nothing else,
    it may well be one.
    """
    readable = [key for key in keys if key.type in READABLE or key.problem == "unreadable"]
    if not readable:
        return keys, ()
    return readable, tuple(key.key for key in keys if key not in readable)


def _vanished(session: Session, empty: Sequence[str]) -> set[str]:
    """Those of the keys that are gone by now: a key that expired between two questions reads as empty."""
    if not empty:
        return set()
    kinds = ask_many(session.connection, [("TYPE", name) for name in empty])
    return {name for name, kind in zip(empty, kinds, strict=True) if kind == "none"}


def _every(names: Iterable[str], commands: Any) -> list[tuple[str, ...]]:
    return [command for name in names for command in commands(name)]


def _value_of(name: str, kind: Any, fields: Any) -> tuple[str | int, ...]:
    """The question for a key's value; PTTL, whose answer nobody reads, if it holds none to be read.

    A small hash comes whole whatever COUNT says, so a large one is not asked for at all.
    """
    if kind == "string":
        return ("GETRANGE", name, 0, MOST_VALUE_BYTES - 1)
    small = not isinstance(fields, int) or fields <= LARGEST_HASH  # not an int: this user may not ask
    return ("HSCAN", name, 0, "COUNT", 100) if kind == "hash" and small else ("PTTL", name)


def _worker_key(
    ctx: Context, db: int, name: str, kind: Any, ttl: Any, value: Any, now: float | None
) -> WorkerKey:
    shown = clean(name[:MOST_NAME], ctx.vault)
    value = value[:MOST_VALUE_BYTES] if isinstance(value, str) else value
    ttl_ms = ttl if isinstance(ttl, int) else None
    if isinstance(kind, Exception) or isinstance(value, Exception):
        return WorkerKey(shown, db, visible(str(kind))[:40], ttl_ms, problem="unreadable")
    payload = read_payload(kind, value, now, is_cut=isinstance(value, str) and len(value) >= MOST_VALUE_BYTES)
    return WorkerKey(
        key=shown,
        db=db,
        type=str(kind),
        ttl_ms=ttl_ms,
        value=clean(payload.text, ctx.vault)[:MOST_SHOWN],
        fields={
            clean(key[:MOST_SHOWN], ctx.vault)[:100]: _field(ctx, key[:MOST_SHOWN], text[:MOST_VALUE_BYTES])
            for key, text in islice(payload.fields.items(), MOST_FIELDS)
        },
        problem=payload.problem,
        address=clean(payload.address, ctx.vault),
        heartbeat_age_s=payload.heartbeat_age_s,
    )


def _field(ctx: Context, name: str, text: str) -> str:
    """A field's value: its name says whether it is a secret."""
    return clean_setting(name, text, ctx.vault)[:MOST_SHOWN]


def _seconds(reply: Any) -> float | None:
    return int(reply[0]) + int(reply[1]) / 1e6 if isinstance(reply, list) and len(reply) == 2 else None


def _changed(before: Sequence[WorkerKey], after: Sequence[WorkerKey]) -> tuple[str, ...]:
    """Keys that came, went, hold something else or were given a new time to live (it rose)."""
    old, new = ({key.key: key for key in keys} for keys in (before, after))
    return tuple(
        name
        for name in dict.fromkeys([*old, *new])
        if name not in old or name not in new or _differs(old[name], new[name])
    )


def _readdressed(before: Sequence[WorkerKey], after: Sequence[WorkerKey]) -> dict[str, str]:
    """Keys that advertise another address in the second reading, with that address."""
    old = {key.key: key.address for key in before if key.address}
    return {
        key.key: key.address for key in after if key.address and old.get(key.key, key.address) != key.address
    }


def _differs(old: WorkerKey, new: WorkerKey) -> bool:
    renewed = old.ttl_ms is not None and new.ttl_ms is not None and new.ttl_ms > old.ttl_ms
    return renewed or (old.type, old.value) != (new.type, new.value)
