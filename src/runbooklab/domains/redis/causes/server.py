"""The state of the server: reached, and unable to serve."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.preconditions import needs
from runbooklab.domains.redis.causes.preconditions import client_is, client_pongs, no_info
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import REGISTRATIONS
from runbooklab.domains.redis.readings.conversation import all_codes, failed_stage, info, memory, server_words
from runbooklab.domains.redis.readings.logs import quote, said
from runbooklab.domains.redis.readings.rejections import rejections
from runbooklab.domains.redis.records.info import Memory, number
from runbooklab.domains.redis.thresholds import (
    NEARLY_ALL_CLIENTS_SHARE,
    NEARLY_FULL_SHARE,
)

# --- capacity ---------------------------------------------------------------------------------------


def memory_exhausted(e: Evidence) -> Ruling:
    used = memory(e)
    if not e.target.needs_write:
        return RuledOut("The orchestrator does not write.")
    if "OOM" not in all_codes(e) and not (used and (used.is_full or _has_refused_at_the_limit(e, used))):
        if used is None:
            return no_info(e)
        return RuledOut(f"{used.share:.0%} of maxmemory is used, policy {used.policy or 'unknown'}.")
    amount = "Redis answers OOM"
    if used and used.limit:
        amount = f"{used.used:,} of {used.limit:,} bytes are used, policy {used.policy}"
    return Supported(
        f"{amount}: every write is refused.",
        ("redis-memory",),
        0.97,
        "Redis is full: it answers, but refuses every write, so workers cannot register.",
    )


def _has_refused_at_the_limit(e: Evidence, used: Memory) -> bool:
    """Whether it is about full and has refused writes: what was deleted since makes room for a moment."""
    return not used.can_evict and used.share >= NEARLY_FULL_SHARE and "errorstat_OOM" in info(e)


@client_is("error", "closed", "pong")
def maxclients_reached(e: Evidence) -> Ruling:
    values, stage = info(e), failed_stage(e)
    words = server_words(e).lower()
    if "max number of clients" in words or (stage and stage.error_class == "MaxClientsError"):
        line = said(e, "maxclients-reduced")
        return Supported(
            'Redis answers "max number of clients reached"'
            + (f"; its log says {quote(line)}." if line else "."),
            ("redis-clients", "wire-protocol"),
            0.98,
            "Redis takes no more connections: the maximum number of clients is reached.",
        )
    if not values:
        return no_info(e)
    limit, now = number(values, "maxclients") or 0, number(values, "connected_clients") or 0
    rejected = rejections(e)
    if limit and rejected.count and now >= NEARLY_ALL_CLIENTS_SHARE * limit:
        return Supported(
            f"{now} of {limit} connections are open; {rejected.count} were rejected {rejected.since}.",
            ("redis-clients",),
            0.85,
            f"Redis is at its limit of {limit} connections and has rejected {rejected.count}.",
        )
    return RuledOut(f"{now} of {limit} connections are open, {rejected.count} rejected {rejected.since}.")


@client_pongs
@needs(REGISTRATIONS)
def keys_evicted(e: Evidence) -> Ruling:
    values, seen = info(e), e.registrations.value
    assert seen is not None
    if not values:
        return no_info(e)
    evicted, policy = number(values, "evicted_keys") or 0, values.get("maxmemory_policy", "")
    lost = e.target.expected_workers - len(seen.keys)
    if not evicted or not policy.startswith("allkeys") or lost <= 0:
        return RuledOut(
            f"{evicted} keys evicted, policy {policy or 'unknown'}, {max(lost, 0)} registrations missing."
        )
    return Supported(
        f"{evicted} keys have been evicted under {policy}, and {lost} of {e.target.expected_workers} "
        "registrations are missing.",
        ("redis-memory", "worker-registrations"),
        0.92 if seen.keys else 0.85,  # some are left, so neither a flush nor a restart took them
        "Redis throws registrations away to make room for other keys.",
    )


# --- persistence and start --------------------------------------------------------------------------


def persistence_failing(e: Evidence) -> Ruling:
    values = info(e)
    failing = [
        key
        for key in ("rdb_last_bgsave_status", "aof_last_write_status", "aof_last_bgrewrite_status")
        if values.get(key) == "err"
    ]
    line = said(e, "save-failed")
    if said(e, "gave-up-saving"):
        return Supported(
            f"Redis has ended itself; its log says {quote(said(e, 'gave-up-saving'))}.",
            ("redis-container", "redis-persistence", "redis-logs"),
            0.93,
            "Redis has ended itself because it could not write its append-only file to disk.",
        )
    if "MISCONF" not in all_codes(e) and not failing:
        return RuledOut("The last save worked.") if values else no_info(e)
    refuses = "MISCONF" in all_codes(e)
    what = "Redis answers MISCONF" if refuses else f"{', '.join(failing)}: err"
    talk = e.redis.value
    takes_writes = not refuses and talk is not None and talk.can_write == "yes"
    return Supported(
        f"{what}" + (f"; its log says {quote(line)}." if line else "."),
        ("redis-persistence", "redis-logs"),
        0.96,
        "Redis cannot save its data to disk; it takes writes all the same, and a restart would lose them."
        if takes_writes
        else "Redis cannot save its data to disk and refuses writes until it can.",
        "warning" if takes_writes else None,
    )


def loading(e: Evidence) -> Ruling:
    values = info(e)
    if "LOADING" not in all_codes(e) and values.get("loading", "0") in ("", "0"):
        return RuledOut("Redis is not loading.") if values else no_info(e)
    eta = values.get("loading_eta_seconds", "")
    done = values.get("loading_loaded_perc", "")
    progress = f": {done} % done, about {eta} s left" if done and eta else ""
    return Supported(
        f"Redis answers LOADING{progress}.",
        ("redis-ping", "redis-persistence"),
        0.97,
        f"Redis is still reading its data from disk{progress}.",
    )
