"""Plans that change what Redis does, by ``CONFIG SET`` and its like."""

from __future__ import annotations

from runbooklab.causes.face import face
from runbooklab.causes.facts import inside_answers
from runbooklab.checks.reading import number
from runbooklab.model import Risk
from runbooklab.remedies.site import Site
from runbooklab.remedies.steps import Steps, command
from runbooklab.words import duration, size

KEEP = "It lasts until Redis restarts: put it into the configuration to keep it."
#: What the runbook gives a Redis at least, in bytes.
LEAST_MAXMEMORY = 256 * 2**20


def _config_set(site: Site, name: str, value: str, changes: str, risk: Risk = "low") -> Steps:
    old = site.setting(name)
    return Steps(
        commands=(site.cli("CONFIG", "SET", name, value),),
        changes=f"{changes} {KEEP}{site.auth_note}",
        risk=risk,
        confirm=(site.cli("CONFIG", "GET", name),),
        undo=(site.cli("CONFIG", "SET", name, old),) if old and old != value else (),
        appliable=site.by_exec or not site.needs_password,
    )


def raise_maxmemory(site: Site) -> Steps:
    old = number(site.info, "maxmemory") or 0
    new = max(2 * old, LEAST_MAXMEMORY)
    limit = site.found.memory_limit_bytes if site.found else 0
    tight = f" The container may use {size(limit)}: raise that first." if limit and new > limit * 0.9 else ""
    said = f"Lets Redis use {size(new)} instead of {size(old)}." if old else f"Limits Redis to {size(new)}."
    return _config_set(site, "maxmemory", str(new), said + tight, "medium" if tight else "low")


def set_eviction_policy(site: Site) -> Steps:
    old = site.setting("maxmemory-policy") or site.info.get("maxmemory_policy", "")
    if old.startswith("allkeys"):
        return _config_set(
            site, "maxmemory-policy", "volatile-lru",
            f"Makes Redis drop only keys that expire, instead of any ({old}). Registrations that expire "
            "may still be "
            "dropped: give Redis more memory as well.", "medium",
        )  # fmt: skip
    return _config_set(
        site, "maxmemory-policy", "allkeys-lru",
        "Makes Redis drop the keys that were not used for longest when it is full, instead of refusing "
        "writes "
        f"({old or 'noeviction'}). That may be registrations.", "medium",
    )  # fmt: skip


def raise_maxclients(site: Site) -> Steps:
    old = number(site.info, "maxclients") or number({"v": site.setting("maxclients")}, "v") or 0
    new = max(2 * old, 10_000)
    steps = _config_set(
        site, "maxclients", str(new), f"Lets {new:,} clients connect{f' instead of {old:,}' * bool(old)}."
    )
    inside = site.e.inside.value
    full = (
        inside is not None
        and inside.code not in ("PONG", "")
        and "max number of clients" in inside.ping.output
    )
    if not full:
        return steps
    return Steps(
        commands=(command("docker", "restart", site.name), *steps.commands),
        changes="Restarts Redis, as it takes no connection at all now, not even this one: every "
        "connection is cut and what "
        f"was not saved may be lost. {steps.changes} Then find the client that opens so many.",
        risk="medium",
        confirm=(site.cli("INFO", "clients"), site.ping),
        appliable=steps.appliable,
    )


def enable_slowlog(site: Site) -> Steps:
    steps = _config_set(
        site, "slowlog-log-slower-than", "10000", "Makes Redis note commands that take longer than 10 ms."
    )
    return Steps(
        steps.commands,
        steps.changes,
        "none",
        (site.cli("SLOWLOG", "GET", "10"),),
        steps.undo,
        appliable=steps.appliable,
    )


def raise_idle_timeout(site: Site) -> Steps:
    return _config_set(
        site, "timeout", "0",
        "Makes Redis keep idle connections. A client may also keep its connections busy "
        "(health_check_interval).",
    )  # fmt: skip


def raise_output_buffer_limit(site: Site) -> Steps:
    return _config_set(
        site, "client-output-buffer-limit", "normal 0 0 0 replica 256mb 64mb 60 pubsub 64mb 16mb 60",
        "Lets a subscriber fall 64 MiB behind before it is cut off, instead of 32.",
    )  # fmt: skip


def enable_persistence(site: Site) -> Steps:
    steps = _config_set(
        site, "appendonly", "yes", "Makes Redis write every change to a file, so that a restart loses none."
    )
    mounted = site.found is not None and any(
        one.destination.rstrip("/") == "/data" for one in site.found.mounts
    )
    if mounted or site.found is None:
        return steps
    note = (
        " There is no volume at /data: a new container would begin empty (-v redis-data:/data gives it one)."
    )
    return Steps(
        steps.commands, steps.changes + note, "low", steps.confirm, steps.undo, appliable=steps.appliable
    )


def mend_persistence(site: Site) -> Steps:
    directory = site.setting("dir") or "/data"
    if site.found is not None and site.found.state != "running":
        volumes = [one.source for one in site.found.mounts if one.source] or ["/var/lib/docker"]
        return Steps(
            commands=(command("df", "-h", *volumes), command("docker", "start", site.name)),
            changes=f"Shows whether the disk is full: free space, then start {site.name}.",
            confirm=(site.logs, site.ping),
        )
    there = ("docker", "exec", site.name) if site.by_exec else ()
    look = (command(*there, "df", "-h", directory), command(*there, "ls", "-ld", directory))
    return Steps(
        commands=(*look, site.cli("BGSAVE")),
        changes=f"Shows whether {directory} is full or may not be written to: free space or mend its owner "
        "(redis), and save "
        f"then. Redis takes writes again after the first snapshot that succeeds.{site.auth_note}",
        confirm=(site.cli("LASTSAVE"), site.cli("INFO", "persistence")),
    )


def flush_all(site: Site) -> Steps:
    seen = site.e.registrations.value
    keys = sum(
        int(part.partition("=")[2])
        for name, value in site.info.items()
        if name[:2] == "db" and name[2:].isdigit()
        for part in value.split(",")
        if part.startswith("keys=")
    )
    workers = f", {len(seen.keys)} of them registrations" if seen and seen.keys else ""
    return Steps(
        commands=(site.cli("FLUSHALL"),),
        changes="Deletes every key of every database for "
        f"good{f': {keys:,} keys{workers}' if keys else ''}. There is no way "
        f"back.{site.auth_note}",
        risk="high",
        confirm=(site.cli("DBSIZE"),),
        destructive=True,
        appliable=site.by_exec or not site.needs_password,
    )


def wait_for_loading(site: Site) -> Steps:
    eta = number(site.info, "loading_eta_seconds")
    left = f" It says that {duration(eta)} are left." if eta else ""
    wait = site.cli("ping")
    return Steps(
        commands=(f"until {wait} | grep -q PONG; do sleep 1; done",),
        changes=f"Changes nothing: waits until Redis has read its data.{left}",
        risk="none",
        confirm=(site.ping,),
    )


def kill_script(site: Site) -> Steps:
    return Steps(
        commands=(site.cli("SCRIPT", "KILL"),),
        changes="Ends the script that keeps Redis busy. Where it has written already, Redis refuses: then "
        "only SHUTDOWN "
        f"NOSAVE helps, which loses what was not saved.{site.auth_note}",
        risk="medium",
        confirm=(site.ping,),
        appliable=site.by_exec or not site.needs_password,
    )


def unpause_clients(site: Site) -> Steps:
    return Steps(
        commands=(site.cli("CLIENT", "UNPAUSE"),),
        changes="Lets clients go on. Where all commands are held back, this one is too: wait for the end "
        "of the pause, or "
        f"restart Redis.{site.auth_note}",
        confirm=(site.ping,),
        appliable=site.by_exec or not site.needs_password,
    )


def redis_answers(site: Site) -> bool:
    """Whether Redis takes any command at all now."""
    return face(site.e) == "pong" or inside_answers(site.e)


def promote_replica(site: Site) -> Steps:
    return Steps(
        commands=(site.cli("REPLICAOF", "NO", "ONE"),),
        changes="Makes this replica a master of its own: it takes writes and no longer follows the other "
        "one. Do this only "
        f"where the master is gone.{site.auth_note}",
        risk="high",
        confirm=(site.cli("ROLE"),),
        destructive=True,
    )


def mend_replication(site: Site) -> Steps:
    info = site.info
    master = [info.get("master_host", ""), info.get("master_port", "")]
    reach = (command("nc", "-zv", *master),) if all(master) else ()
    return Steps(
        commands=(site.cli("INFO", "replication"), *reach),
        changes="Shows the link between master and replicas: bring the missing one up, or mend masterauth "
        "and the address. "
        f"min-replicas-to-write says how many the master waits for.{site.auth_note}",
        risk="none",
        confirm=(site.cli("ROLE"),),
    )


def repair_cluster(site: Site) -> Steps:
    return Steps(
        commands=(
            site.cli("CLUSTER", "INFO"),
            site.cli("CLUSTER", "NODES"),
            site.cli("--cluster", "fix", f"127.0.0.1:{site.port_inside}"),
        ),
        changes="Shows which nodes and slots are missing, then assigns the slots to nodes that are there. "
        "Bring lost nodes "
        f"back first: their keys are only there.{site.auth_note}",
        risk="high",
        confirm=(site.cli("CLUSTER", "INFO"),),
        destructive=True,
    )


def avoid_slow_command(site: Site) -> Steps:
    talk = site.e.redis.value
    worst = max(talk.slow_commands, key=lambda one: one.duration_us, default=None) if talk else None
    named = f" The slowest took {worst.duration_us / 1000:,.0f} ms: {worst.command[:80]}." if worst else ""
    return Steps(
        commands=(site.cli("SLOWLOG", "GET", "10"),),
        changes="Shows which commands hold up all clients: use SCAN for KEYS, and ask for less at a "
        f"time.{named}{site.auth_note}",
        risk="none",
        confirm=(site.cli("--latency-history"),),
    )
