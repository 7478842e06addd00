"""Worker registrations: Redis itself is healthy, and the workers are not there or not right."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.own_acts import NEAR_S, own_acts
from runbooklab.domain.preconditions import needs
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.container.readings.restarts import events_of
from runbooklab.domains.redis.causes.preconditions import Judge, client_pongs
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import REGISTRATIONS
from runbooklab.domains.redis.readings.conversation import info
from runbooklab.domains.redis.readings.logs import times_said
from runbooklab.domains.redis.records.conversation import Registrations, WorkerKey
from runbooklab.domains.redis.records.info import databases, number
from runbooklab.domains.redis.thresholds import CLOCK_SLACK_S, RECENT_S, SHORT_LIFE_S, STALE_HEARTBEAT_S
from runbooklab.observe.docker.records import Container
from runbooklab.observe.net.addresses import host_is_loopback
from runbooklab.words import plural, seconds_between

SEEN_IN = ("worker-registrations",)


def of_registrations(judge: Callable[[Evidence, Registrations], Ruling]) -> Judge:
    """For judges of registrations: Redis must answer, and its keys must have been read."""

    @client_pongs
    @needs(REGISTRATIONS)
    @wraps(judge)
    def judged(e: Evidence) -> Ruling:
        seen = e.registrations.value
        assert seen is not None
        return judge(e, seen)

    return judged


def _lost(e: Evidence, seen: Registrations) -> int:
    """How many of the expected workers are not registered."""
    return max(e.target.expected_workers - len(seen.keys), 0)


def _live_elsewhere(seen: Registrations) -> bool:
    """Whether keys under another name or in another database say more than keys that went in the past."""
    return bool(seen.near_misses) or any(count for db, count in seen.other_dbs.items() if db != str(seen.db))


def _of_keys(
    title: str,
    concerns: Callable[[Evidence, WorkerKey], str],
    confidence: float = 0.93,
    because: tuple[str, ...] = ("worker-details",),
) -> Judge:
    """A judge that is supported by every key for which ``concerns`` gives a reason."""

    @of_registrations
    def judge(e: Evidence, seen: Registrations) -> Ruling:
        if not seen.keys:
            return RuledOut("There is no registration to judge.")
        found = [(key, reason) for key in seen.keys if (reason := concerns(e, key))]
        if not found:
            return RuledOut(f"None of {len(seen.keys)} registrations has it.")
        key, reason = found[0]
        more = f" The same goes for {len(found) - 1} more." if len(found) > 1 else ""
        return Supported(
            f"{key.key}: {reason}.{more}",
            (*SEEN_IN, *because),
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
            (*SEEN_IN, "redis-clients"),
            0.7,
        )
    none = ", and no worker is connected" if connected == 0 else ""
    return Supported(
        f"No key matches {seen.pattern} in any database{none}.",
        (*SEEN_IN, "redis-clients"),
        0.93,
        f"Redis is fine, but no worker is registered: 0 of {e.target.expected_workers}.",
    )


@of_registrations
def worker_registration_expired(e: Evidence, seen: Registrations) -> Ruling:
    values = info(e)
    expired = number(values, "expired_keys") or 0
    lost = _lost(e, seen)
    if _short_lived(seen):
        return RuledOut("The registrations live too short to show whether their heartbeat has stopped.")
    if seen.gone:
        return Supported(
            f"{seen.gone[0]} was in the first reading and gone in the second.",
            (*SEEN_IN, "worker-registration-watch"),
            0.9,
            "A worker's registration expired between two readings: its heartbeat has stopped.",
        )
    if not values:
        return Untested("Not observed: INFO.")
    if not lost or not expired:
        return RuledOut(f"{expired} keys have expired since the start, {lost} registrations are missing.")
    only_ours = not databases(values) or bool(seen.keys)
    return Supported(
        f"{expired} keys have expired, and {lost} of {e.target.expected_workers} workers are not registered.",
        (*SEEN_IN, "redis-stats"),
        0.94 if only_ours and not _live_elsewhere(seen) else 0.7,
        f"{lost} of {e.target.expected_workers} workers let their registration expire: their "
        "heartbeat has stopped.",
    )


@of_registrations
def worker_key_prefix(e: Evidence, seen: Registrations) -> Ruling:
    if not seen.near_misses or (seen.keys and not _lost(e, seen)):
        return RuledOut("No key looks like a registration under another name.")
    if not e.target.expected_workers:
        return RuledOut("No workers are expected.")
    return Supported(
        f"No key matches {seen.pattern}; {', '.join(seen.near_misses[:3])} look like registrations."
        if not seen.keys
        else f"{', '.join(seen.near_misses[:3])} look like registrations and do not match {seen.pattern}.",
        SEEN_IN,
        0.92,
        f"Workers register as {seen.near_misses[0]}, and the orchestrator looks for {seen.pattern}.",
    )


worker_wrong_type = _of_keys(
    "Registrations have a type that the orchestrator cannot read",
    lambda _, key: f"is a {key.type}" if key.problem == "wrong-type" else "",
    0.95,
)
worker_payload_invalid = _of_keys(
    "Registrations hold something that does not parse",
    lambda _, key: f"does not parse: {key.value[:60]}" if key.problem == "payload-invalid" else "",
    0.95,
)


#: Fields that a worker renews; others, such as the time of registration, grow old by nature.
HEARTBEATS = frozenset(
    (
        "last_heartbeat",
        "heartbeat",
        "heartbeat_at",
        "last_heartbeat_at",
        "last_seen",
        "last_seen_at",
        "updated_at",
        "beat",
    )
)


def _stale(_: Evidence, key: WorkerKey) -> str:
    expires = key.ttl_ms is not None and key.ttl_ms >= 0
    renewed = bool(HEARTBEATS & {name.lower() for name in key.fields})
    if (
        key.heartbeat_age_s is not None
        and key.heartbeat_age_s > STALE_HEARTBEAT_S
        and (renewed or not expires)
    ):
        return f"its last heartbeat is {key.heartbeat_age_s:.0f} s old"
    if key.ttl_ms == -1 and key.heartbeat_age_s is None and not key.problem:
        return "it never expires, so nothing shows whether the worker lives"
    return ""


worker_heartbeat_stale = _of_keys("Workers no longer report", _stale, 0.9)
worker_clock_skew = _of_keys(
    "A worker's clock is wrong",
    lambda _, key: (
        f"its timestamp is {-key.heartbeat_age_s:.0f} s ahead of Redis' clock"
        if key.heartbeat_age_s is not None and key.heartbeat_age_s < -CLOCK_SLACK_S
        else ""
    ),
)


def _unreachable(e: Evidence, key: WorkerKey) -> str:
    host = key.address.rsplit(":", 1)[0].strip("[]")
    if not key.address:
        return ""
    if host in ("0.0.0.0", "::"):  # noqa: S104 # an address that a worker advertises, nothing is bound here
        return f"it advertises {key.address}, which is no address to call"
    if host_is_loopback(host) and in_container(e):
        return f"it advertises {key.address}, which in the orchestrator's container is that container itself"
    if key.address_answers is False:
        return f"it advertises {key.address}, which does not answer"
    return ""


worker_address_unreachable = _of_keys("Workers cannot be reached where they say they are", _unreachable, 0.9)


def _life_s(key: WorkerKey) -> float | None:
    """How long a registration lives after a heartbeat, in seconds: what is left and what has passed."""
    if key.ttl_ms is None or key.ttl_ms < 0:
        return None
    return key.ttl_ms / 1000 + max(key.heartbeat_age_s or 0.0, 0.0)


def _interval_s(key: WorkerKey) -> float | None:
    """The heartbeat's interval, if the worker says it, in seconds."""
    for name in ("heartbeat_interval", "heartbeat_interval_s", "heartbeat_interval_seconds", "interval"):
        text = key.fields.get(name, "")
        if text.replace(".", "", 1).isdigit():
            return float(text)
    return None


def _short_lived(seen: Registrations) -> list[WorkerKey]:
    """Registrations that expire before the next heartbeat, as far as that can be said."""
    return [
        key
        for key in seen.keys
        if (life := _life_s(key)) is not None and life < (_interval_s(key) or SHORT_LIFE_S)
    ]


@of_registrations
def worker_ttl_too_short(_: Evidence, seen: Registrations) -> Ruling:
    short = _short_lived(seen)
    if not short:
        return RuledOut(f"No registration lives shorter than its heartbeat, or than {SHORT_LIFE_S:.0f} s.")
    key = short[0]
    interval = _interval_s(key)
    every = f" and its heartbeat comes every {interval:g} s" if interval else ""
    flaps = " It came or went between two readings." if key.key in seen.changed else ""
    return Supported(
        f"{key.key} lives {_life_s(key):.1f} s{every}.{flaps}",
        (*SEEN_IN, "worker-registration-watch"),
        0.93 if interval or flaps else 0.7,
        "Registrations expire before the next heartbeat renews them, so workers come and go.",
    )


@of_registrations
def worker_duplicate_id(_: Evidence, seen: Registrations) -> Ruling:
    """Two writers of one key: between two readings it advertises two addresses."""
    if not seen.readdressed:
        return RuledOut("No registration changed its address between two readings.")
    name, other = next(iter(seen.readdressed.items()))
    first = next((key.address for key in seen.keys if key.key == name), "another address")
    return Supported(
        f"{name} says {first} in one reading and {other} in the next.",
        (*SEEN_IN, "worker-registration-watch"),
        0.93,
        f"Two workers share the id {name}.",
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
    ours = [*own_acts(e, "FLUSHALL"), *own_acts(e, "FLUSHDB")][:calls]
    by = f", {plural(len(ours), 'time')} by this run" if ours else ""
    who = (
        f"This run emptied the database at {ours[-1].at} ({ours[-1].asked_by or ours[-1].remedy})"
        if len(ours) == calls
        else "Somebody emptied the database (FLUSHALL or FLUSHDB)"
    )
    return Supported(
        f"The database was flushed {plural(calls, 'time')} since the server started{by}, and {lost} of "
        f"{e.target.expected_workers} registrations are missing.",
        (*SEEN_IN, "redis-stats"),
        0.7 if _live_elsewhere(seen) else 0.92,
        f"{who}, and the registrations went with it.",
    )


def _went_since_the_start(values: dict[str, str]) -> bool:
    """Whether keys were evicted or flushed after the server last started: its counters begin at 0 then."""
    return bool(number(values, "evicted_keys") or _flushes(values))


def _restarted(e: Evidence, found: Container) -> bool:
    """Whether this was not its first start: by its restart count, its age, its events or its log."""
    age = seconds_between(found.created_at, found.started_at)
    if found.restart_count or (age is not None and age > CLOCK_SLACK_S):
        return True
    return len(events_of(e, "start", "restart")) > 1 or times_said(e, "ready") > 1


def _who_restarted(e: Evidence, found: Container | None, uptime_s: int) -> str:
    acts = own_acts(e, "docker", found.name) if found is not None else ()
    since = [seconds_between(act.at, e.gathered_at) for act in acts]
    ours = any(passed is not None and abs(passed - uptime_s) <= NEAR_S for passed in since)
    return "This run restarted Redis" if ours else "Redis restarted"


@of_registrations
def registrations_lost_on_restart(e: Evidence, seen: Registrations) -> Ruling:
    values, found, lost = info(e), container(e), _lost(e, seen)
    if not values:
        return Untested("Not observed: INFO.")
    uptime = number(values, "uptime_in_seconds") or 0
    restarted = found is not None and _restarted(e, found)
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
        (*SEEN_IN, "redis-persistence"),
        0.7 if _went_since_the_start(values) else 0.9,
        f"{_who_restarted(e, found, uptime)} without its data, and the registrations were lost with it.",
    )
