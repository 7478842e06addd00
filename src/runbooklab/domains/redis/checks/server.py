"""What the server says of itself: role, memory, clients, persistence, statistics, slow commands."""

from __future__ import annotations

from datetime import UTC, datetime

from runbooklab.domain.judgement import absent, critical, ok, skipped, table, unknown, warning
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.redis.checks.not_reached import no_info
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import failed_stage, failure, info, memory, stage
from runbooklab.domains.redis.readings.rejections import WHY, rejections
from runbooklab.domains.redis.readings.slowness import long_commands
from runbooklab.domains.redis.records.info import number, version
from runbooklab.domains.redis.thresholds import NEARLY_ALL_CLIENTS_SHARE, NEARLY_FULL_SHARE
from runbooklab.model.conclusions import Judgement
from runbooklab.words import age, ago, duration, listed, milliseconds, moment, plural, short, size


def _refuses_writes(e: Evidence, code: str) -> bool:
    talk = e.redis.value
    return talk is not None and talk.can_write == "no" and talk.why_not_write == code


def redis_role(e: Evidence) -> Judgement:
    values, talk = info(e), e.redis.value
    role = talk.role[0] if talk and talk.role else values.get("role", "")
    asked = stage(e, "role")
    if not role:
        if asked and asked.outcome == "error":
            return unknown(f"Redis does not say its role: {failure(asked)}.")
        return no_info(e, "The role of Redis")
    names = ("master_host", "master_port", "master_link_status", "connected_slaves", "redis_mode")
    facts = {"Role": role} | {name: values[name] for name in names if values.get(name)}
    if role == "sentinel" or values.get("redis_mode") == "sentinel":
        return critical(f"{place(e)} is a Sentinel, which keeps no data.", facts=facts)
    if role in ("slave", "replica"):
        return _replica(e, facts)
    if _refuses_writes(e, "NOREPLICAS"):
        return _no_write(e, "Redis refuses writes: too few replicas follow it (NOREPLICAS)", facts)
    followers = number(values, "connected_slaves")
    followed = f" with {plural(followers, 'replica')}" if followers else ""
    return ok(f"Redis is a master{followed}: it takes writes.", facts=facts)


def _replica(e: Evidence, facts: dict[str, str]) -> Judgement:
    values = info(e)
    host, port = values.get("master_host", ""), values.get("master_port", "")
    master = ":".join(filter(None, (host, port))) or "another server"
    if values.get("slave_read_only") != "0":
        return _no_write(e, f"Redis is a replica of {master} and refuses writes", facts)
    if values.get("master_link_status") == "down":
        return warning(f"Redis is a replica of {master} and has lost its link to it.", facts=facts)
    return ok(f"Redis is a replica of {master} that may be written to.", facts=facts)


def _no_write(e: Evidence, said: str, facts: dict[str, str]) -> Judgement:
    """Critical only if the orchestrator writes."""
    if e.target.needs_write:
        return critical(f"{said}.", facts=facts)
    return ok(f"{said}; nothing here needs to write.", facts=facts)


def redis_memory(e: Evidence) -> Judgement:
    values, seen = info(e), memory(e)
    if seen is None:
        return no_info(e, "The memory of Redis")
    used, limit = size(seen.used), size(seen.limit) if seen.limit else "no limit"
    facts = {"Used": used, "maxmemory": limit, "Policy": seen.policy}
    for label, name in (("Peak", "used_memory_peak"), ("Memory of the machine", "total_system_memory")):
        amount = number(values, name)
        if amount:
            facts[label] = size(amount)
    facts["Keys evicted"] = f"{number(values, 'evicted_keys') or 0:,}"
    if not seen.limit:
        return ok(f"Redis uses {used} and has no limit of its own.", facts=facts)
    said = f"Redis uses {used} of {limit} ({seen.share:.0%})"
    if _refuses_writes(e, "OOM") or seen.is_full:
        return _no_write(e, f"{said} and refuses writes (policy {seen.policy or 'unknown'})", facts)
    if not seen.can_evict and seen.share >= NEARLY_FULL_SHARE:
        return warning(f"{said} and will refuse writes when it is full.", facts=facts)
    return ok(f"{said}; its policy is {seen.policy}.", facts=facts)


def redis_clients(e: Evidence) -> Judgement:
    failed, values, talk = failed_stage(e), info(e), e.redis.value
    if failed is not None and "max number of clients" in failed.message:
        return critical(f"Redis at {place(e)} accepts no more clients: {failure(failed)}.")
    connected = number(values, "connected_clients")
    if connected is None:
        connected = talk.client_count if talk else None
    if connected is None:
        return no_info(e, "The number of clients")
    limit = number(values, "maxclients") or (number(talk.settings, "maxclients") if talk else None)
    rejected = rejections(e)
    facts = {
        "Connected": f"{connected:,}",
        "maxclients": f"{limit:,}" if limit else "not known",
        "Rejected since start": f"{rejected.count:,}",
        "Blocked": values.get("blocked_clients", "not known"),
    }
    said = f"{plural(connected, 'client')} of at most {limit:,}" if limit else plural(connected, "client")
    past = (
        f"; {plural(rejected.count, 'connection was', 'connections were')} rejected {rejected.since} ({WHY})"
        if rejected.count
        else ""
    )
    is_nearly_full = bool(limit) and connected >= NEARLY_ALL_CLIENTS_SHARE * (limit or 0)
    judge = warning if is_nearly_full or rejected.are_recent else ok
    return judge(f"Redis has {said}{past}.", facts=facts)


def redis_persistence(e: Evidence) -> Judgement:
    values, talk = info(e), e.redis.value
    if "rdb_last_bgsave_status" not in values:
        return no_info(e, "The persistence of Redis")
    facts = persistence_facts(e)
    broken = [
        what
        for what, name in (
            ("snapshot", "rdb_last_bgsave_status"),
            ("append-only file", "aof_last_write_status"),
            ("rewrite of the append-only file", "aof_last_bgrewrite_status"),
        )
        if values.get(name, "ok") != "ok"
    ]
    if _refuses_writes(e, "MISCONF") or (talk and any(step.code == "MISCONF" for step in talk.stages)):
        return _no_write(e, "Redis cannot save to disk and therefore refuses writes (MISCONF)", facts)
    if broken:
        return warning(f"The last {listed(broken)} could not be written to disk.", facts=facts)
    if values.get("loading") == "1":
        eta = number(values, "loading_eta_seconds")
        left = f", {duration(eta)} left" if eta else ""
        return warning(f"Redis is still loading its data from disk{left}.", facts=facts)
    return ok(f"Redis has no trouble with its disk; {_last_save(e)}.", facts=facts)


def _last_save(e: Evidence) -> str:
    """When the last snapshot was; until the first one, Redis gives the time of its own start."""
    values = info(e)
    at, up, now = (
        number(values, "rdb_last_save_time"),
        number(values, "uptime_in_seconds"),
        moment(e.gathered_at),
    )
    saved = values.get("rdb_saves", "1") != "0"
    if not at or not saved or (now is not None and up is not None and at <= now.timestamp() - up + 1):
        return "it has saved no snapshot since its start"
    return f"the last snapshot was {ago(datetime.fromtimestamp(at, UTC).isoformat(), e.gathered_at)}"


def persistence_facts(e: Evidence) -> dict[str, str]:
    """Snapshots and append-only file, as they are set and as they went."""
    values, talk = info(e), e.redis.value
    settings = talk.settings if talk else {}
    facts = {
        "Snapshots (save)": settings.get("save", "not known") or "off",
        "Append-only file": {"1": "on", "0": "off"}.get(values.get("aof_enabled", ""), "not known"),
        "Last snapshot": values.get("rdb_last_bgsave_status", ""),
        "Changes since then": values.get("rdb_changes_since_last_save", ""),
        "Last write of the append-only file": values.get("aof_last_write_status", ""),
        "Directory": settings.get("dir", ""),
    }
    return {label: value for label, value in facts.items() if value}


#: What of INFO stats is worth showing, with its meaning.
_STATS: tuple[tuple[str, str], ...] = (
    ("total_connections_received", "connections since start"),
    ("rejected_connections", f"connections refused: {WHY}"),
    ("total_commands_processed", "commands since start"),
    ("instantaneous_ops_per_sec", "commands a second, now"),
    ("expired_keys", "keys that ran out of time"),
    ("evicted_keys", "keys dropped to make room"),
    ("keyspace_hits", "reads that found their key"),
    ("keyspace_misses", "reads that did not"),
    ("total_error_replies", "errors given to clients"),
    ("acl_access_denied_auth", "wrong credentials"),
    ("latest_fork_usec", "microseconds the last fork took"),
)


def redis_stats(e: Evidence) -> Judgement:
    values = info(e)
    rows = [(name, values[name], meaning) for name, meaning in _STATS if name in values]
    if not rows:
        return no_info(e, "The statistics of Redis")
    facts = {"Version": version(values), "Mode": values.get("redis_mode", "")}
    up = number(values, "uptime_in_seconds")
    since = f"In the {duration(up)} since its start" if up else "Since its start"
    counts = {name: number(values, name) or 0 for name, _ in _STATS}
    said = (
        f"{since}, Redis rejected {plural(counts['rejected_connections'], 'connection')}, "
        f"evicted {plural(counts['evicted_keys'], 'key')} and "
        f"expired {plural(counts['expired_keys'], 'key')}."
    )
    return (warning if rejections(e).are_recent else ok)(
        said,
        facts={label: value for label, value in facts.items() if value},
        tables=(table(("Counter", "Value", "Meaning"), rows, "INFO stats"),),
    )


def redis_slowlog(e: Evidence) -> Judgement:
    talk = e.redis.value
    if talk is None:
        return absent(e, e.redis, "The slow log")
    failed = failed_stage(e)
    if failed is not None:
        return skipped(f"The slow log: not reached ({failure(failed)}).")
    if "SLOWLOG" in talk.denied:
        return unknown(f"The slow log could not be read: Redis refuses SLOWLOG ({talk.denied['SLOWLOG']}).")
    threshold = number(talk.settings, "slowlog-log-slower-than")
    facts = {} if threshold is None else {"Threshold": "off" if threshold < 0 else f"{threshold:,} µs"}
    if threshold is not None and threshold < 0:
        return skipped("The slow log is switched off.", facts=facts)
    if not talk.slow_commands:
        over = f" longer than {milliseconds(threshold / 1000)}" if threshold else ""
        return ok(f"The slow log is empty: no command took{over or ' long'}.", facts=facts)
    rows = [
        (command.at, milliseconds(command.duration_us / 1000), short(command.command), command.client)
        for command in sorted(talk.slow_commands, key=lambda command: -command.duration_us)
    ]
    worst = max(talk.slow_commands, key=lambda command: command.duration_us)
    said = (
        f"The slowest of {plural(len(rows), 'slow command')} took {milliseconds(worst.duration_us / 1000)}, "
        f"{age(worst.at, e.gathered_at)} ago: {short(worst.command, 60)}"
    )
    shown = (table(("At", "Took", "Command", "Client"), rows, "Slow log, slowest first"),)
    return (warning if long_commands(e) else ok)(f"{said}.", facts=facts, tables=shown)
