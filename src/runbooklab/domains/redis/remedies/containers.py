"""Plans for the Redis container: start it, start it again, free what is in its way."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.readings.restarts import events_of
from runbooklab.domains.container.remedies import containers as docker
from runbooklab.domains.container.shell import command
from runbooklab.domains.redis.readings.listeners import works_inside
from runbooklab.domains.redis.readings.logs import said
from runbooklab.domains.redis.readings.other_redis import other_redis, ports_of
from runbooklab.domains.redis.readings.port_holder import server_on_host
from runbooklab.domains.redis.records.info import number
from runbooklab.domains.redis.remedies.losses import at_risk, at_stop, lost_at_stop, own_info
from runbooklab.domains.redis.remedies.site import RUN_AGAIN, Site
from runbooklab.words import short, size

#: What of the log says why Redis did not start, what says most first.
_REASONS = ("config-line", "config", "cannot-assign", "corrupt", "newer", "start-error", "address-in-use")


def name_redis(site: Site) -> Steps:
    """Nobody said which Redis is meant, and others run under other names: no second one is made."""
    return Steps(
        commands=("docker ps -a --format '{{.Names}}\\t{{.Image}}\\t{{.Status}}\\t{{.Ports}}'",),
        changes=f"Lists the containers. {site.name} is only what was looked for, as nobody has named "
        f"another; Redis containers that run here are {ports_of(other_redis(site.e))}. If the URL means "
        "one of them, its port has to be the URL's; otherwise run again with -p redis_container NAME.",
        risk="none",
        confirm=(RUN_AGAIN,),
    )


def is_another_meant(site: Site) -> bool:
    """Whether one that runs may be the one that is meant: none of the default's name was ever there."""
    return bool(other_redis(site.e)) and not events_of(site.e, "destroy")


def log_reason(site: Site) -> str:
    """Why Redis did not start, as its log says, in a sentence to append."""
    line = next(filter(None, (said(site.e, kind) for kind in _REASONS)), "")
    return f" The log says: {short(line)}" if line else ""


def restart_redis(site: Site) -> Steps:
    if server_on_host(site.e) is not None:
        return Steps(
            commands=("sudo systemctl restart redis-server",),
            changes=f"Restarts the Redis service. {at_stop(site, 'it')} {at_risk(site)}".strip(),
            risk="medium",
            confirm=(site.ping,),
            loses=lost_at_stop(site),
        )
    return Steps(
        commands=(command("docker", "restart", site.name),),
        changes=f"Restarts container {site.name}. {at_stop(site, 'it')} {at_risk(site)}".strip()
        + " This cannot be undone.",
        risk="medium",
        confirm=(site.logs, site.ping),
        appliable=True,
        act=f"Restart {site.name}",
        loses=lost_at_stop(site),
    )


def stop_crash_loop(site: Site) -> Steps:
    return replace(docker.stopped(site, log_reason(site)), loses=lost_at_stop(site))


def raise_memory_limit(site: Site) -> Steps:
    found = site.found
    old = found.memory_limit_bytes if found else 0
    there = number(own_info(site), "total_system_memory") or 0
    new = max(2 * old, docker.LEAST_MEMORY)
    new = min(new, there) if there > old else new
    limit, undo = docker.memory_words(found, new), docker.memory_words(found, old)
    running = found is not None and found.state == "running"
    again = "restart" if running and not works_inside(site.e) else "" if running else "start"
    start = (command("docker", again, site.name),) if again else ()
    below = site.cli("CONFIG", "SET", "maxmemory", str(new * 3 // 4))
    host = "" if there else " The host must have that much (docker info -f '{{.MemTotal}}' shows it)."
    return Steps(
        commands=(command("docker", "update", *limit, site.name), *start, below),
        changes=f"{docker.may_use(site, new, old)}, and Redis {size(new * 3 // 4)} of that, so that it "
        f"refuses writes before it is killed; Redis forgets its limit when it restarts.{host}"
        f"{docker.compose_keeps(found, f'mem_limit: {new}')}{site.auth_note}",
        confirm=(command("docker", "stats", "--no-stream", site.name), site.ping),
        undo=(command("docker", "update", *undo, site.name), *_maxmemory_back(site)) if old else (),
        appliable=True,
        act=f"Raise the memory limit of {site.name} to {size(new).replace('.0 ', ' ')}",
        loses=lost_at_stop(site) if again == "restart" else (),
    )


def _maxmemory_back(site: Site) -> tuple[str, ...]:
    """The limit that Redis has now, if it was seen; it forgets another one when it restarts."""
    was = own_info(site).get("maxmemory") or site.setting("maxmemory")
    return (site.cli("CONFIG", "SET", "maxmemory", was),) if was else ()


def raise_cpu_limit(site: Site) -> Steps:
    """By the option that set the limit: the engine refuses either if the other is set."""
    options = {option.option: option.value for option in (site.found.options if site.found else None) or ()}
    if "--cpu-quota" in options:
        quota, period = int(options["--cpu-quota"]), int(options.get("--cpu-period", "100000"))
        limit, share = ("--cpu-quota", str(max(2 * quota, period))), max(2 * quota / period, 1)
        undo, now = ("--cpu-quota", str(quota)), f"{quota / period:.3g}"
    else:
        now = options.get("--cpus", "")
        share = max(2 * float(now or 0), 1)
        limit, undo = ("--cpus", f"{share:g}"), ("--cpus", now)
    return Steps(
        commands=(command("docker", "update", *limit, site.name),),
        changes=f"Allows container {site.name} {share:g} of a processor's time instead of "
        f"{now or 'what it has'}, while it runs.{docker.compose_keeps(site.found, 'cpus')} How often "
        "it was held back is counted since its start: check whether that still grows.",
        confirm=(command("docker", "stats", "--no-stream", site.name),),
        undo=(command("docker", "update", *undo, site.name),) if now else (),
    )


def resume_redis_process(site: Site) -> Steps:
    seen, server = site.e.process.value, server_on_host(site.e)
    known = seen.pid if seen else server.pid if server else None
    pid = str(known) if known else "$PID"
    return Steps(
        commands=(f"sudo kill -CONT {pid}",),
        changes=f"Lets process {pid} go on, which a signal had stopped; then find out who sent SIGSTOP.",
        confirm=(f"ps -o pid,stat,cmd -p {pid}", site.ping),
        undo=(f"sudo kill -STOP {pid}",),
    )
