"""The server's place among others: replica, cluster node, Sentinel."""

from __future__ import annotations

from runbooklab.causes.face import ponged, server_words
from runbooklab.causes.facts import where
from runbooklab.causes.model import RuledOut, Ruling, Supported
from runbooklab.causes.server import all_codes, info, no_info, number, setting
from runbooklab.evidence import Evidence

# --- replication ----------------------------------------------------------------------------------


def _is_replica(e: Evidence) -> bool:
    talk = e.redis.value
    return info(e).get("role") == "slave" or bool(talk and talk.role and talk.role[0] in ("slave", "replica"))


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
        f"The server is a replica{at} and takes no writes (READONLY).",
        ("redis-role",),
        0.95,
        f"The URL leads to a replica{at}, where workers cannot register.",
    )


def replica_link_down(e: Evidence) -> Ruling:
    values = info(e)
    down = _is_replica(e) and values.get("master_link_status") == "down"
    if "MASTERDOWN" not in all_codes(e) and not down:
        return RuledOut("The server has no broken link to a master.") if values else no_info(e)
    master = f"{values.get('master_host', 'its master')}:{values.get('master_port', '')}".rstrip(":")
    since = values.get("master_link_down_since_seconds", "")
    for_s = f" for {since} s" if since.isdigit() else ""
    # A replica that serves its old data refuses writes only: for a writer it is the wrong server first.
    stale = "MASTERDOWN" not in all_codes(e)
    return Supported(
        f"The link to the master {master} has been down{for_s}.",
        ("redis-role",),
        0.9 if stale else 0.96,
        f"This Redis is a replica that has lost its master {master}.",
    )


def not_enough_replicas(e: Evidence) -> Ruling:
    values = info(e)
    wanted = setting(e, "min-replicas-to-write")
    have = number(values, "min_slaves_good_slaves") if "min_slaves_good_slaves" in values else None
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
    text = e.error_text.value
    return all_codes(e) | frozenset(text.codes if text else ())


def _registration_problems(e: Evidence) -> str:
    seen = e.registrations
    return f"{seen.missing.detail}" if seen.missing else ""


def cluster_down(e: Evidence) -> Ruling:
    values = info(e)
    state = values.get("cluster_state", "")
    if "CLUSTERDOWN" in _error_codes(e) or "CLUSTERDOWN" in _registration_problems(e) or state == "fail":
        return Supported(
            "Redis Cluster answers CLUSTERDOWN" + (f" (cluster_state:{state})." if state else "."),
            ("redis-role",),
            0.96,
            "The Redis Cluster is down: part of its slots have no server.",
        )
    if not values:
        return no_info(e)
    return RuledOut(f"The server's mode is {values.get('redis_mode', 'unknown')}, no CLUSTERDOWN was seen.")


def cluster_client_needed(e: Evidence) -> Ruling:
    values = info(e)
    codes = _error_codes(e)
    if codes & {"MOVED", "ASK", "CROSSSLOT"} or "MOVED" in _registration_problems(e):
        return Supported(
            f"Redis answers {next(iter(sorted(codes & {'MOVED', 'ASK', 'CROSSSLOT'})), 'MOVED')}: "
            "the key lives on another node of the cluster.",
            ("redis-role",),
            0.95,
            "This Redis is one node of a cluster, and the orchestrator's client does not speak to clusters.",
        )
    return RuledOut("No MOVED was seen.") if values else no_info(e)


def sentinel_port(e: Evidence) -> Ruling:
    values = info(e)
    if not values and "sentinel" not in server_words(e).lower():
        return no_info(e)
    if values.get("redis_mode") != "sentinel" and "sentinel" not in server_words(e).lower():
        return RuledOut(f"The server's mode is {values.get('redis_mode', 'unknown')}.")
    if not e.target.needs_write and ponged(e):
        return RuledOut("The server is a Sentinel, and nothing needs to be written to it.")
    return Supported(
        f"The server at {where(e)} is a Sentinel (redis_mode:sentinel): it knows where Redis is and "
        "holds no keys.",
        ("redis-role",),
        0.95,
        "The URL leads to a Sentinel, not to a Redis that holds keys.",
    )
