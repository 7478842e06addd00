"""The server's place among others: replica, cluster node, Sentinel."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domains.address.readings.address import place, url
from runbooklab.domains.container.readings.containers import container_names, known_containers, names_of
from runbooklab.domains.container.readings.networks import owner_of
from runbooklab.domains.redis.causes.preconditions import no_info
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.cluster import ELSEWHERE, follows_moves
from runbooklab.domains.redis.readings.conversation import all_codes, info, ponged, server_words, setting
from runbooklab.domains.redis.records.info import number

# --- replication ----------------------------------------------------------------------------------


def _is_replica(e: Evidence) -> bool:
    talk = e.redis.value
    return info(e).get("role") == "slave" or bool(talk and talk.role and talk.role[0] in ("slave", "replica"))


def unexplained_master(e: Evidence) -> str:
    """That nothing the server was started with makes it a replica, and what to check; "" if that is known.

    Strangers turn an open Redis into a replica of theirs, to load a module with the data they send.
    Source: https://github.com/redis/docker-library-redis/issues/227, Redis manual, Security.
    """
    config, values, address = e.server_config.value, info(e), url(e)
    master = values.get("master_host", "")
    known = set().union(*(names_of(candidate) for candidate in known_containers(e))) | container_names(e)
    if config is None or not master or master in known or owner_of(e, master):
        return ""
    if config.settings.get("replicaof") or config.settings.get("slaveof"):
        return ""
    is_open = address is not None and not (address.has_password or address.username)
    return (
        "Nothing that it was started with makes it a replica: somebody made it one while it ran (REPLICAOF), "
        f"an operator, Sentinel, or a stranger{', as it takes commands without a password' * is_open}. "
        f"If nobody of yours knows {master}:{values.get('master_port', '')}, treat it as an intrusion: check "
        "MODULE LIST, CONFIG GET dir, CONFIG GET dbfilename and CLIENT LIST for what was changed, close "
        "the port to others and set a password."
    )


def replica_read_only(e: Evidence) -> Ruling:
    text, talk = e.error_text.value, e.redis.value
    if "READONLY" not in all_codes(e) and not (text and "READONLY" in text.codes and _is_replica(e)):
        role = info(e).get("role", "")
        if not role:
            return no_info(e)
        if role != "slave":
            return RuledOut(f"The server's role is {role}.")
        if not e.target.needs_write or (talk is not None and talk.can_write == "yes"):
            return RuledOut("The server is a replica, and nothing needs to be written to it.")
        if setting(e, "replica-read-only") == "no":
            return RuledOut("The server is a replica that takes writes.")
    elif not e.target.needs_write:
        return RuledOut("The orchestrator does not write.")
    master = info(e).get("master_host", "")
    at = f" of {master}:{info(e).get('master_port', '')}" if master else ""
    return Supported(
        f"The server is a replica{at} and takes no writes (READONLY). {unexplained_master(e)}".rstrip(),
        ("redis-role",),
        0.95,
        f"The URL leads to a replica{at}, where workers cannot register.",
    )


def _serves_nothing(e: Evidence) -> bool:
    """Whether not even old data is served (replica-serve-stale-data no). Before Redis 7, PING is answered."""
    talk = e.redis.value
    reads = talk.reads if talk else ()
    return "MASTERDOWN" in all_codes(e) or any(step.code == "MASTERDOWN" for step in reads)


def replica_link_down(e: Evidence) -> Ruling:
    values = info(e)
    down = _is_replica(e) and values.get("master_link_status") == "down"
    silent = _serves_nothing(e)
    if not silent and not down:
        return RuledOut("The server has no broken link to a master.") if values else no_info(e)
    master = f"{values.get('master_host', 'its master')}:{values.get('master_port', '')}".rstrip(":")
    since = values.get("master_link_down_since_seconds", "")
    for_s = f" for {since} s" if since.isdigit() else ""
    return Supported(
        f"The link to the master {master} has been down{for_s}. {unexplained_master(e)}".rstrip(),
        ("redis-role",),
        # A replica that serves its old data refuses writes only: for a writer it is the wrong server first.
        0.96 if silent else 0.9,
        f"This Redis is a replica that has lost its master {master}.",
    )


def not_enough_replicas(e: Evidence) -> Ruling:
    values = info(e)
    wanted = setting(e, "min-replicas-to-write")
    have = number(values, "min_slaves_good_slaves")
    short = wanted.isdigit() and have is not None and have < int(wanted)
    if "NOREPLICAS" not in all_codes(e) and not short:
        return RuledOut("Redis does not wait for replicas.") if values else no_info(e)
    if not e.target.needs_write:
        return RuledOut("The orchestrator does not write.")
    count = f"{have} of the {wanted} replicas it wants" if short else "fewer replicas than it wants"
    return Supported(
        f"Redis has {count} and refuses writes (NOREPLICAS).",
        ("redis-role",),
        0.95,
        f"Redis refuses writes because it has {count}.",
    )


# --- cluster and Sentinel -------------------------------------------------------------------------


def _error_codes(e: Evidence) -> frozenset[str]:
    """Codes that Redis gave; those of an error text only for a cluster from which nothing was read."""
    text, talk = e.error_text.value, e.redis.value
    was_read = talk is not None and bool(talk.reads)
    counts = text is not None and not was_read and info(e).get("redis_mode") == "cluster"
    return all_codes(e) | _read_codes(e) | frozenset(text.codes if text and counts else ())


def _read_codes(e: Evidence) -> frozenset[str]:
    """Codes that the GETs and the SET got."""
    talk = e.redis.value
    stages = (*talk.reads, *((talk.write,) if talk.write else ())) if talk else ()
    return frozenset(step.code for step in stages) - {""}


def _registration_problems(e: Evidence) -> str:
    seen = e.registrations
    return f"{seen.missing.detail}" if seen.missing else ""


def cluster_down(e: Evidence) -> Ruling:
    values = info(e)
    state = values.get("cluster_state", "")
    if "CLUSTERDOWN" in _error_codes(e) or "CLUSTERDOWN" in _registration_problems(e) or state == "fail":
        return Supported(
            "Redis Cluster answers CLUSTERDOWN" + (f" (cluster_state:{state})." if state else "."),
            ("redis-read", "redis-role"),
            0.96,
            "The Redis Cluster is down: part of its slots have no server.",
        )
    if not values:
        return no_info(e)
    return RuledOut(f"The server's mode is {values.get('redis_mode', 'unknown')}, no CLUSTERDOWN was seen.")


def cluster_client_needed(e: Evidence) -> Ruling:
    values, talk = info(e), e.redis.value
    codes = _error_codes(e) & ELSEWHERE
    if not codes and "MOVED" in _registration_problems(e):
        codes = frozenset({"MOVED"})
    if not codes:
        return RuledOut("No MOVED was seen.") if values or (talk and talk.reads) else no_info(e)
    if follows_moves(e):
        return RuledOut("The configuration says that the client speaks to clusters.")
    was_seen = bool(codes & (all_codes(e) | _read_codes(e))) or "MOVED" in _registration_problems(e)
    code = min(codes, key=sorted(ELSEWHERE, reverse=True).index)
    moved = sum(step.code in ELSEWHERE for step in talk.reads) if talk else 0
    counted = f" to {moved} of {len(talk.reads)} registrations asked for" if talk and moved else ""
    return Supported(
        f"Redis answers {code}{counted}: the key lives on another node of the cluster.",
        ("redis-read", "redis-role"),
        0.95 if was_seen else 0.8,
        "This Redis is one node of a cluster, and the orchestrator's client does not speak to clusters.",
        None if was_seen else "warning",
    )


def sentinel_port(e: Evidence) -> Ruling:
    values = info(e)
    if not values and "sentinel" not in server_words(e).lower():
        return no_info(e)
    if values.get("redis_mode") != "sentinel" and "sentinel" not in server_words(e).lower():
        return RuledOut(f"The server's mode is {values.get('redis_mode', 'unknown')}.")
    if not e.target.needs_write and ponged(e):
        return RuledOut("The server is a Sentinel, and nothing needs to be written to it.")
    return Supported(
        f"The server at {place(e)} is a Sentinel (redis_mode:sentinel): it knows where Redis is and "
        "holds no keys.",
        ("redis-role",),
        0.95,
        "The URL leads to a Sentinel, not to a Redis that holds keys.",
    )
