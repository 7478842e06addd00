"""Plans that change what Redis does, by ``CONFIG SET`` and its like."""

from __future__ import annotations

import re

from msgspec.structs import replace

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.compose import compose_service
from runbooklab.domains.container.remedies.containers import memory_words
from runbooklab.domains.container.remedies.recreate import Change
from runbooklab.domains.container.shell import command
from runbooklab.domains.redis.readings.client_outcome import client_outcome
from runbooklab.domains.redis.readings.listeners import inside_answers
from runbooklab.domains.redis.readings.logs import said
from runbooklab.domains.redis.records.info import key_count, number
from runbooklab.domains.redis.remedies.at_start import config_is_gone, set_at_start
from runbooklab.domains.redis.remedies.losses import (
    at_risk,
    counted_at,
    keys,
    lost_at_stop,
    lost_by_flush,
    own_info,
)
from runbooklab.domains.redis.remedies.recreate import recreated
from runbooklab.domains.redis.remedies.redis_files import on_host
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.domains.redis.thresholds import (
    CONTAINER_ROOM,
    CONTAINER_SHARE,
    LEAST_MAXCLIENTS,
    LEAST_MAXMEMORY_BYTES,
    MACHINE_SHARE,
)
from runbooklab.model.conclusions import Risk
from runbooklab.model.file_edit import FileEdit
from runbooklab.words import duration, plural, size


def config_set(site: Site, name: str, value: str, changes: str, risk: Risk = "low") -> Steps:
    """``CONFIG SET``, and where the setting has to be written so that Redis keeps it."""
    if config_is_gone(site):
        return set_at_start(site, ((name, value),), changes)
    old = setting_before(site, name)
    note = "" if old else f" What {name} was is not known, so this cannot be undone."
    return Steps(
        commands=(site.cli("CONFIG", "SET", name, value),),
        changes=f"{changes} {keep(site, name, value)}{note}{site.auth_note}",
        risk=risk,
        confirm=(site.cli("CONFIG", "GET", name),),
        undo=(site.cli("CONFIG", "SET", name, old),) if old else (),
        appliable=site.by_exec or not site.needs_password,
        act=f"Set {name} of {site.redis_name} to {value}",
        edits=_kept_in(site, name, value),
    )


def _kept_in(site: Site, name: str, value: str) -> tuple[FileEdit, ...]:
    """The line that keeps a setting, at the end of the file on this host: Redis goes by the last one."""
    file = own_info(site).get("config_file", "")
    host = on_host(site.found, file) if file and site.found is not None else ""
    return (FileEdit(host, 0, "", f"{name} {value}"),) if host else ()


def setting_before(site: Site, name: str) -> str:
    """What a setting was, by CONFIG GET, else by INFO, else as Redis was started with; "" if unseen."""
    config = site.e.server_config.value
    started = config.settings.get(name, "") if config else ""
    return site.setting(name) or own_info(site).get(name.replace("-", "_"), "") or started


def keep(site: Site, name: str, value: str) -> str:
    """How long the setting lasts, and which file or command has to have it, as a sentence."""
    until = "It lasts until Redis restarts"
    service = compose_service(site.found)
    file = own_info(site).get("config_file", "")
    if file and site.found is not None:
        host = on_host(site.found, file)
        where = host or f"{file} in container {site.name}"
        return f'{until}: write "{name} {value}" into {where} to keep it.'
    if file:
        return f"{until}: CONFIG REWRITE writes it into {file}, which Redis reads at its start."
    if service is not None:
        return f"{until}: write --{name} {value} into command of {service.place} to keep it."
    if site.found is not None:
        return (
            f"{until}: its container is made without a configuration file, so --{name} {value} has to be in "
            "its command when it is made again."
        )
    return f'{until}: write "{name} {value}" into the file that it reads at its start to keep it.'


def raise_maxmemory(site: Site) -> Steps:
    """No more than there is: the container's limit is raised first, if it is in the way."""
    old = number(site.info, "maxmemory") or 0
    new = max(2 * (old or number(site.info, "used_memory") or 0), LEAST_MAXMEMORY_BYTES)
    there = number(site.info, "total_system_memory") or 0
    if there and new > there * MACHINE_SHARE:
        new = max(int(there * MACHINE_SHARE), old)
    limit = site.found.memory_limit_bytes if site.found else 0
    said = f"Lets Redis use {size(new)} instead of {size(old)}." if old else f"Limits Redis to {size(new)}."
    if new == old:
        said = (
            f"Redis may use {size(old)} already, and this machine has {size(there)}: it needs another one, "
        )
        said += "or fewer keys."
    does = "Raise maxmemory of" if old else "Limit"
    act = f"{does} {site.redis_name} to {size(new).replace('.0 ', ' ')}"
    if not limit or new <= limit * CONTAINER_SHARE:
        return replace(config_set(site, "maxmemory", str(new), said), act=act)
    room = int(new * CONTAINER_ROOM)
    steps = replace(config_set(site, "maxmemory", str(new), said, "medium"), act=act)
    update = command("docker", "update", *memory_words(site.found, room), site.name)
    grows = f"First the container gets {size(room)} instead of {size(limit)}, without a restart."
    back = command("docker", "update", *memory_words(site.found, limit), site.name)
    undo = (*steps.undo, back) if steps.undo else ()
    return replace(steps, commands=(update, *steps.commands), changes=f"{steps.changes} {grows}", undo=undo)


def set_eviction_policy(site: Site) -> Steps:
    old = setting_before(site, "maxmemory-policy")
    if old.startswith("allkeys"):
        policy, which = "volatile-lru", "keys that expire, those not used for longest first"
        changes = (
            f"Makes Redis drop only keys that expire, instead of any ({old}). Registrations that expire may "
            "still be dropped: give Redis more memory as well."
        )
    else:
        policy, which = "allkeys-lru", "keys, those not used for longest first"
        changes = (
            "Makes Redis drop the keys that were not used for longest when it is full, instead of refusing "
            f"writes ({old or 'noeviction'}). That may be registrations."
        )
    steps = config_set(site, "maxmemory-policy", policy, changes, "medium")
    count = keys(site)
    has = "how many it has was not observed" if count is None else f"it has {plural(count, 'key')}"
    loses = f"Once Redis is full, {which}: {has}."
    return replace(steps, act=f"Let {site.redis_name} drop keys when it is full", loses=(loses,))


#: Files that Redis keeps for itself beside one for each client (server.h: CONFIG_MIN_RESERVED_FDS).
RESERVED_FILES = 32


def raise_maxclients(site: Site) -> Steps:
    old = number(site.info, "maxclients") or number({"v": site.setting("maxclients")}, "v") or 0
    new = max(2 * old, LEAST_MAXCLIENTS)
    files = open_files(site)
    if files is not None and files < new + RESERVED_FILES:
        return _raise_open_files(site, new, files)
    steps = config_set(
        site, "maxclients", str(new), f"Lets {new:,} clients connect{f' instead of {old:,}' * bool(old)}."
    )
    steps = replace(steps, act=f"Let {new:,} clients connect to {site.redis_name}")
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
        changes="Restarts Redis, as it takes no connection at all now, not even this one: every client is "
        f"disconnected. {at_risk(site)} {steps.changes} Then find the client that opens so many.",
        risk="medium",
        confirm=(site.cli("INFO", "clients"), site.ping),
        undo=steps.undo,
        appliable=steps.appliable,
        act=f"Restart {site.name} and let {new:,} clients connect",
        loses=lost_at_stop(site),
    )


def open_files(site: Site) -> int | None:
    """How many files Redis may open, if that is what limits its clients; None if it is not known to."""
    line = said(site.e, "maxclients-reduced")
    logged = re.search(r"maximum open files is (\d+)", line)
    if logged:
        return int(logged[1])
    return site.found.nofile_limit if site.found is not None else None


def _raise_open_files(site: Site, clients: int, files: int) -> Steps:
    """Redis takes no more clients than files: only a start with another limit changes that."""
    limit = f"{clients + RESERVED_FILES}:{clients + RESERVED_FILES}"
    why = (
        f"Lets Redis open {clients + RESERVED_FILES:,} files instead of {files:,} (ulimit nofile), and so "
        f"take {clients:,} clients: while the limit is reached, its setting can't be raised. Every client is "
        "disconnected by the restart. Then find the client that opens so many."
    )
    if site.found is not None:
        change = Change(
            f"write nofile: {clients + RESERVED_FILES} under ulimits",
            options=(("--ulimit", f"nofile={limit}"),),
        )
        return recreated(site, site.found, change, why)
    return Steps(
        commands=("sudo systemctl edit redis-server", "sudo systemctl restart redis-server"),
        changes=f"{why} Write LimitNOFILE={clients + RESERVED_FILES} under [Service] in the file that opens.",
        risk="medium",
        confirm=(site.cli("CONFIG", "GET", "maxclients"), site.ping),
    )


def enable_slowlog(site: Site) -> Steps:
    steps = config_set(
        site, "slowlog-log-slower-than", "10000", "Makes Redis note commands that take longer than 10 ms."
    )
    return replace(
        steps,
        risk="none",
        confirm=(site.cli("SLOWLOG", "GET", "10"),),
        act=f"Note slow commands of {site.redis_name}",
    )


def raise_idle_timeout(site: Site) -> Steps:
    steps = config_set(
        site,
        "timeout",
        "0",
        "Makes Redis keep idle connections. A client may also keep its connections busy "
        "(health_check_interval).",
    )
    return replace(steps, act=f"Keep idle connections to {site.redis_name}")


def raise_output_buffer_limit(site: Site) -> Steps:
    steps = config_set(
        site,
        "client-output-buffer-limit",
        "normal 0 0 0 replica 256mb 64mb 60 pubsub 64mb 16mb 60",
        "Lets a subscriber fall 64 MiB behind before it is cut off, instead of 32.",
    )
    return replace(steps, act=f"Allow subscribers of {site.redis_name} to fall 64 MiB behind")


def flush_all(site: Site) -> Steps:
    seen = site.e.registrations.value
    count = key_count(site.info)
    workers = f", {len(seen.keys)} of them registrations" if seen and seen.keys else ""
    return Steps(
        commands=(site.cli("FLUSHALL"),),
        changes="Deletes every key of every database for "
        f"good{f': {count:,} keys{workers}{counted_at(site)}' if count else ''}. This cannot be "
        f"undone.{site.auth_note}",
        risk="high",
        confirm=(site.cli("INFO", "keyspace"),),
        destructive=True,
        appliable=site.by_exec or not site.needs_password,
        act=f"Flush {site.redis_name}",
        loses=lost_by_flush(site),
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
        changes="Ends the script that keeps Redis busy. If it has written already, Redis refuses: then "
        "only SHUTDOWN "
        f"NOSAVE helps, which loses what was not saved. This cannot be undone.{site.auth_note}",
        risk="medium",
        confirm=(site.ping,),
        appliable=site.by_exec or not site.needs_password,
        act=f"End the script in {site.redis_name}",
        loses=("What the script has worked out so far; it has written nothing, or Redis refuses.",),
    )


def unpause_clients(site: Site) -> Steps:
    return Steps(
        commands=(site.cli("CLIENT", "UNPAUSE"),),
        changes="Lets clients go on. If all commands are held back, this one is too: wait for the end "
        "of the pause, or "
        f"restart Redis. This cannot be undone.{site.auth_note}",
        confirm=(site.ping,),
        appliable=site.by_exec or not site.needs_password,
        act=f"Let clients of {site.redis_name} go on",
    )


def redis_answers(site: Site) -> bool:
    """Whether Redis takes any command at all now."""
    return client_outcome(site.e) == "pong" or inside_answers(site.e)


def promote_replica(site: Site) -> Steps:
    """Only a person knows whether the master is gone: the first command does nothing until that is said."""
    info, guard = own_info(site), ': "${MASTER_IS_GONE:?the master is to take the writes}" && '
    master = ":".join(filter(None, (info.get("master_host", ""), info.get("master_port", ""))))
    link = info.get("master_link_status", "")
    behind = f", to which the link is {link}" if link else ""
    count = keys(site)
    held = f" It has {plural(count, 'key')}." if count is not None else ""
    return Steps(
        commands=(site.cli("INFO", "replication"), guard + site.cli("REPLICAOF", "NO", "ONE")),
        changes=f"Shows whom this replica follows: {master or 'its master'}{behind}. Give the client the "
        "master's URL, as long as there is one. Only if it is gone for good, set MASTER_IS_GONE=yes and "
        "paste the second command: this replica then takes writes and follows nobody any more; what the "
        "master has and this one has not is lost, and both hold different data if the master comes back."
        f"{held}{site.auth_note}",
        risk="high",
        confirm=(site.cli("ROLE"),),
        undo=(site.cli("REPLICAOF", info["master_host"], info.get("master_port", "6379")),)
        if info.get("master_host")
        else (),
        destructive=True,
        loses=(f"What {master or 'its master'} has and this replica has not: how much was not observed.",),
    )


def fix_replication(site: Site) -> Steps:
    info = site.info
    master = [info.get("master_host", ""), info.get("master_port", "")]
    reach = (command("nc", "-zv", *master),) if all(master) else ()
    return Steps(
        commands=(site.cli("INFO", "replication"), *reach),
        changes="Shows the link between master and replicas: bring the missing one up, or fix masterauth "
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
            site.cli("--cluster", "fix", f"127.0.0.1:{site.port_inside if site.by_exec else site.host_port}"),
        ),
        changes="Shows which nodes and slots are missing, then assigns the slots to nodes that are there. "
        "Bring lost nodes "
        f"back first: their keys are only there.{site.auth_note}",
        risk="high",
        confirm=(site.cli("CLUSTER", "INFO"),),
        destructive=True,
        loses=("The keys that only the lost nodes have: how many was not observed.",),
    )


def avoid_slow_command(site: Site) -> Steps:
    talk = site.e.redis.value
    worst = max(talk.slow_commands, key=lambda command: command.duration_us, default=None) if talk else None
    named = f" The slowest took {worst.duration_us / 1000:,.0f} ms: {worst.command[:80]}." if worst else ""
    return Steps(
        commands=(site.cli("SLOWLOG", "GET", "10"),),
        changes="Shows which commands hold up all clients: use SCAN for KEYS, and ask for less at a "
        f"time.{named}{site.auth_note}",
        risk="none",
        confirm=(site.cli("--latency-history"),),
    )
