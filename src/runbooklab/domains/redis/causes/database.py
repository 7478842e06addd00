"""The database index."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.address.readings.address import url
from runbooklab.domains.redis.causes.preconditions import client_pongs
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import REDIS, REGISTRATIONS
from runbooklab.domains.redis.readings.conversation import server_words, setting, stage


def _is_cluster(e: Evidence) -> bool:
    talk, inside = e.redis.value, e.inside.value
    modes = [source.info.get("redis_mode") for source in (talk, inside) if source]
    return "cluster" in modes or "cluster mode" in server_words(e).lower()


def _databases(e: Evidence) -> int | None:
    inside, count = e.inside.value, setting(e, "databases")
    if count.isdigit():
        return int(count)
    return inside.databases if inside else None


@needs(ADDRESS, REDIS)
def db_out_of_range(e: Evidence) -> Ruling:
    select, address = stage(e, "select"), url(e)
    if select is None or address is None or select.outcome == "not-reached":
        return Untested("SELECT was not reached.")
    if select.outcome != "error" or _is_cluster(e) or select.code == "NOPERM":
        mode = " by a cluster" if _is_cluster(e) else ""
        return RuledOut(f"SELECT {address.db}: {select.outcome}{mode}.")
    count = _databases(e)
    if (count is None or address.db < count) and "index" not in select.message.lower():
        return RuledOut(f"SELECT {address.db} fails for another reason: {select.message}.")
    there = f"; the server has {count}, numbered 0 to {count - 1}" if count else ""
    return Supported(
        f"SELECT {address.db} is refused: {select.message or select.code}{there}.",
        ("redis-database",),
        0.97,
        f"The orchestrator asks for database {address.db}, which this Redis does not have{there}.",
    )


@needs(ADDRESS, REDIS)
def cluster_needs_db0(e: Evidence) -> Ruling:
    select, address = stage(e, "select"), url(e)
    if select is None or address is None or select.outcome == "not-reached":
        return Untested("SELECT was not reached.")
    if select.outcome != "error" or not _is_cluster(e):
        return RuledOut(
            f"SELECT {address.db}: {select.outcome}; the server is {'' if _is_cluster(e) else 'not '}a "
            "cluster."
        )
    return Supported(
        f"SELECT {address.db} is refused by a Redis Cluster: {select.message or select.code}.",
        ("redis-database",),
        0.97,
        f"Redis Cluster has database 0 only, and the orchestrator asks for {address.db}.",
    )


@client_pongs
@needs(REGISTRATIONS, ADDRESS)
def db_mismatch(e: Evidence) -> Ruling:
    seen, address = e.registrations.value, url(e)
    assert seen is not None
    if seen.keys:
        return RuledOut(f"{len(seen.keys)} registrations are in database {seen.db}.")
    elsewhere = {db: count for db, count in seen.other_dbs.items() if count and db != str(seen.db)}
    if not elsewhere:
        return RuledOut("No other database holds keys.")
    disagree = (
        address is not None
        and None not in (address.db_in_url, address.db_in_config)
        and (address.db_in_url != address.db_in_config)
    )
    if not e.target.expected_workers and not disagree:
        return RuledOut("No workers are expected.")
    there = ", ".join(f"database {db}: {count}" for db, count in sorted(elsewhere.items()))
    why = (
        f" The URL says database {address.db_in_url}, the configuration's db says {address.db_in_config}."
        if disagree and address
        else ""
    )
    return Supported(
        f"Database {seen.db} holds no registration, and keys are in other databases ({there}).{why}",
        ("worker-registrations", "redis-database"),
        0.93 if disagree else 0.85,
        f"The orchestrator looks in database {seen.db}; the keys are in {there}.",
    )
