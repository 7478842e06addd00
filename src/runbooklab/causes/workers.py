"""Worker registrations: Redis itself is healthy, and the workers are not there or not right."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from runbooklab.causes.face import url
from runbooklab.causes.facts import container, host_is_loopback
from runbooklab.causes.gates import Judge, client_pongs, needs
from runbooklab.causes.model import RuledOut, Ruling, Supported, Untested
from runbooklab.causes.server import info, number
from runbooklab.evidence import Evidence, Registrations, WorkerKey
from runbooklab.words import seconds_between

REGISTRATIONS = ("worker-registrations",)
#: A heartbeat older than this (in seconds) is stale, unless the key's expiry says otherwise.
STALE_S = 120.0
#: A registration that would expire sooner than this (in ms) is gone before the next heartbeat.
SHORT_TTL_MS = 3_000
#: A timestamp this far (in seconds) ahead of Redis' clock is no rounding.
SKEW_S = 5.0
#: A server up for less than this (in seconds) has restarted of late.
RECENT_S = 900


def of_registrations(judge: Callable[[Evidence, Registrations], Ruling]) -> Judge:
    """For judges of registrations: Redis must answer, and its keys must have been read."""

    @client_pongs
    @needs("registrations")
    @wraps(judge)
    def gated(e: Evidence) -> Ruling:
        seen = e.registrations.value
        assert seen is not None
        return judge(e, seen)

    return gated


def _lost(e: Evidence, seen: Registrations) -> int:
    """How many of the expected workers are not registered."""
    return max(e.target.expected_workers - len(seen.keys), 0)


def _of_keys(
    title: str,
    concerns: Callable[[WorkerKey], str],
    confidence: float = 0.93,
    because: tuple[str, ...] = ("worker-details",),
) -> Judge:
    """A judge that is supported by every key for which ``concerns`` gives a reason."""

    @of_registrations
    def judge(_: Evidence, seen: Registrations) -> Ruling:
        if not seen.keys:
            return RuledOut("There is no registration to look at.")
        found = [(key, concerns(key)) for key in seen.keys if concerns(key)]
        if not found:
            return RuledOut(f"None of {len(seen.keys)} registrations has it.")
        key, reason = found[0]
        more = f" The same goes for {len(found) - 1} more." if len(found) > 1 else ""
        return Supported(
            f"{key.key}: {reason}.{more}",
            (*REGISTRATIONS, *because),
            confidence,
            f"{title}: {len(found)} of {len(seen.keys)} registrations ({key.key}: {reason}).",
        )

    return judge


@of_registrations
def workers_none_registered(e: Evidence, seen: Registrations) -> Ruling:
    if not e.target.expected_workers:
        return RuledOut("No workers are expected.")
    if seen.keys:
        return RuledOut(f"{len(seen.keys)} workers are registered.")
    if not seen.complete:
        return Untested(f"The search ended after {seen.scanned} keys.")
    if seen.near_misses:
        return RuledOut(f"There are registrations under another name: {seen.near_misses[0]}.")
    if any(count for db, count in seen.other_dbs.items() if db != str(seen.db)):
        return RuledOut("Keys are in another database.")
    talk = e.redis.value
    connected = talk.worker_connections if talk else None
    if connected:
        return Supported(
            f"No key matches {seen.pattern} in any database, although {connected} worker connections "
            "are open.",
            (*REGISTRATIONS, "redis-clients"),
            0.7,
        )
    none = ", and no worker is connected" if connected == 0 else ""
    return Supported(
        f"No key matches {seen.pattern} in any database{none}.",
        (*REGISTRATIONS, "redis-clients"),
        0.93,
        f"Redis is fine, but no worker is registered: 0 of {e.target.expected_workers}.",
    )


@of_registrations
def worker_registration_expired(e: Evidence, seen: Registrations) -> Ruling:
    values = info(e)
    gone = [key for key in seen.changed if key not in {one.key for one in seen.keys}]
    expired = number(values, "expired_keys")
    lost = _lost(e, seen)
    if gone:
        return Supported(
            f"{gone[0]} was there at the first look and gone at the second.",
            (*REGISTRATIONS, "worker-registration-watch"),
            0.9,
            "A worker's registration expired while we looked: its heartbeat has stopped.",
        )
    if not values:
        return Untested("Not observed: INFO.")
    if not lost or not expired:
        return RuledOut(f"{expired} keys have expired since the start, {lost} registrations are missing.")
    only_ours = not any(name.startswith("db") and name[2:].isdigit() for name in values) or bool(seen.keys)
    return Supported(
        f"{expired} keys have expired, and {lost} of {e.target.expected_workers} workers are not registered.",
        (*REGISTRATIONS, "redis-stats"),
        0.94 if only_ours else 0.7,
        f"{lost} of {e.target.expected_workers} workers let their registration expire: their "
        "heartbeat has stopped.",
    )


@of_registrations
def worker_key_prefix(e: Evidence, seen: Registrations) -> Ruling:
    if not seen.near_misses or (seen.keys and not _lost(e, seen)):
        return RuledOut("No key looks like a registration under another name.")
    if not e.target.expected_workers and not seen.near_misses:
        return RuledOut("No workers are expected.")
    return Supported(
        f"No key matches {seen.pattern}; {', '.join(seen.near_misses[:3])} look like registrations."
        if not seen.keys
        else f"{', '.join(seen.near_misses[:3])} look like registrations and do not match {seen.pattern}.",
        REGISTRATIONS,
        0.92,
        f"Workers register as {seen.near_misses[0]}, and the orchestrator looks for {seen.pattern}.",
    )


worker_wrong_type = _of_keys(
    "Registrations have a type that the orchestrator cannot read",
    lambda key: f"is a {key.type}" if key.problem == "wrong-type" else "",
    0.95,
)
worker_payload_invalid = _of_keys(
    "Registrations hold something that does not parse",
    lambda key: f"does not parse: {key.value[:60]}" if key.problem == "payload-invalid" else "",
    0.95,
)


def _stale(key: WorkerKey) -> str:
    if key.heartbeat_age_s is not None and key.heartbeat_age_s > STALE_S:
        return f"its last heartbeat is {key.heartbeat_age_s:.0f} s old"
    if key.ttl_ms == -1 and key.heartbeat_age_s is None and not key.problem:
        return "it never expires, so nothing tells whether the worker lives"
    return ""


worker_heartbeat_stale = _of_keys("Workers no longer report", _stale, 0.9)
worker_clock_skew = _of_keys(
    "A worker's clock is wrong",
    lambda key: (
        f"its timestamp is {-key.heartbeat_age_s:.0f} s ahead of Redis' clock"
        if key.heartbeat_age_s is not None and key.heartbeat_age_s < -SKEW_S
        else ""
    ),
)


def _unreachable(key: WorkerKey) -> str:
    host = key.address.rsplit(":", 1)[0].strip("[]")
    if not key.address:
        return ""
    if host in ("0.0.0.0", "::"):  # noqa: S104 # an address that a worker advertises, nothing is bound here
        return f"it advertises {key.address}, which is no address to call"
    if key.address_answers is False:
        return f"it advertises {key.address}, which does not answer"
    return ""


worker_address_unreachable = _of_keys("Workers cannot be reached where they say they are", _unreachable, 0.9)


@of_registrations
def worker_ttl_too_short(_: Evidence, seen: Registrations) -> Ruling:
    short = [key for key in seen.keys if key.ttl_ms is not None and 0 <= key.ttl_ms < SHORT_TTL_MS]
    flapping = [key for key in short if key.key in seen.changed] or (
        [key for key in short if len(seen.changed) > 0] if short else []
    )
    if not short:
        return RuledOut(f"No registration expires within {SHORT_TTL_MS // 1000} s.")
    key = (flapping or short)[0]
    return Supported(
        f"{key.key} expires in {key.ttl_ms} ms"
        + (", and registrations come and go between two looks." if flapping else "."),
        (*REGISTRATIONS, "worker-registration-watch"),
        0.85 if flapping else 0.6,
        "Registrations expire before the next heartbeat renews them, so workers come and go.",
    )


@of_registrations
def worker_duplicate_id(_: Evidence, seen: Registrations) -> Ruling:
    """Two writers of one key: between two looks the value changes in more than its heartbeat."""
    doubles = [key for key in seen.keys if key.key in seen.changed and key.fields.get("previous_address")]
    if not doubles:
        return RuledOut("No registration changed its address between two looks.")
    key = doubles[0]
    return Supported(
        f"{key.key} says {key.fields['previous_address']} at one look and {key.address} at the next.",
        (*REGISTRATIONS, "worker-registration-watch"),
        0.9,
        f"Two workers share the id {key.key}.",
    )


def _flushes(values: dict[str, str]) -> int:
    """How often FLUSHALL and FLUSHDB were called since the server started."""
    total = 0
    for name in ("cmdstat_flushall", "cmdstat_flushdb"):
        calls = dict(part.split("=", 1) for part in values.get(name, "").split(",") if "=" in part).get(
            "calls", "0"
        )
        total += int(calls) if calls.isdigit() else 0
    return total


@of_registrations
def registrations_flushed(e: Evidence, seen: Registrations) -> Ruling:
    values = info(e)
    if not values:
        return Untested("Not observed: INFO.")
    calls, lost = _flushes(values), _lost(e, seen)
    if not calls or not lost:
        return RuledOut(f"FLUSHALL and FLUSHDB were called {calls} times, {lost} registrations are missing.")
    return Supported(
        f"The database was flushed {calls} times since the server started, and {lost} of "
        f"{e.target.expected_workers} registrations are missing.",
        (*REGISTRATIONS, "redis-stats"),
        0.92,
        "Somebody emptied the database (FLUSHALL or FLUSHDB), and the registrations went with it.",
    )


@of_registrations
def registrations_lost_on_restart(e: Evidence, seen: Registrations) -> Ruling:
    values, found, lost = info(e), container(e), _lost(e, seen)
    if not values:
        return Untested("Not observed: INFO.")
    uptime = number(values, "uptime_in_seconds")
    age = seconds_between(found.created_at, found.started_at) if found else None
    restarted = bool(found and (found.restart_count or (age is not None and age > SKEW_S)))
    talk = e.redis.value
    saves = (talk.settings.get("save") if talk else None) or ""
    persistent = values.get("aof_enabled") == "1" or bool(saves.strip())
    if not lost or uptime > RECENT_S or persistent or not restarted:
        return RuledOut(
            f"{lost} registrations are missing; up for {uptime} s; "
            f"persistence {'on' if persistent else 'off'}; {'' if restarted else 'not '}restarted."
        )
    return Supported(
        f"Redis restarted {uptime} s ago, keeps nothing on disk, and {lost} of {e.target.expected_workers} "
        "registrations are missing.",
        (*REGISTRATIONS, "redis-persistence"),
        0.9,
        "Redis restarted without its data, and the registrations were lost with it.",
    )


def on_loopback(key: WorkerKey) -> bool:
    """Whether a worker advertises an address that only its own machine can call."""
    return host_is_loopback(key.address.rsplit(":", 1)[0])


def workers_on_this_host(e: Evidence) -> bool:
    address = url(e)
    return address is not None and host_is_loopback(address.host)
