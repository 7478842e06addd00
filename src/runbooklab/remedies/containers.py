"""Plans for the Redis container: start it, start it anew, free what is in its way."""

from __future__ import annotations

from runbooklab.causes.facts import (
    asks_for_port,
    foreign_listener,
    known_containers,
    port_is_free,
    works_inside,
)
from runbooklab.causes.host import server_on_host
from runbooklab.causes.logs import said
from runbooklab.evidence import Listener
from runbooklab.remedies.running import as_published, can_repeat, kept, never_came_up, run_again, run_fresh
from runbooklab.remedies.site import DEFAULT_IMAGE, Site
from runbooklab.remedies.steps import EDITOR, Steps, command, replace_in_file
from runbooklab.words import short, size


def run_container(site: Site) -> Steps:
    look = site.e.container.value
    absent = look is not None and look.found is None and look.image_present is False
    pull = (command("docker", "pull", DEFAULT_IMAGE),) if absent else ()
    return Steps(
        commands=(*pull, run_fresh(site)),
        changes=f"Creates and starts the container {site.name}, with Redis on port {site.host_port} of "
        "this host. "
        "The project's own recipes do the same: just redis, or docker compose up redis -d.",
        confirm=(site.logs, site.ping),
        undo=(command("docker", "rm", "-f", site.name),),
        appliable=not absent,
    )


def start_container(site: Site) -> Steps:
    return Steps(
        commands=(command("docker", "start", site.name),),
        changes=f"Starts the existing container {site.name} with its own settings and data.",
        confirm=(site.logs, site.ping),
        undo=(command("docker", "stop", site.name),),
        appliable=True,
    )


def unpause_container(site: Site) -> Steps:
    return Steps(
        commands=(command("docker", "unpause", site.name),),
        changes=f"Lets the processes of container {site.name} go on where they stood.",
        confirm=(site.ping,),
        undo=(command("docker", "pause", site.name),),
        appliable=True,
    )


def restart_redis(site: Site) -> Steps:
    if server_on_host(site.e) is not None:
        return Steps(
            commands=("sudo systemctl restart redis-server",),
            changes="Restarts the Redis service: connections are cut, and what was not saved may be lost.",
            risk="medium",
            confirm=(site.ping,),
        )
    return Steps(
        commands=(command("docker", "restart", site.name),),
        changes=f"Restarts container {site.name}: every connection is cut, and what was not saved may be "
        "lost.",
        risk="medium",
        confirm=(site.logs, site.ping),
        appliable=True,
    )


def recreate_container(site: Site) -> Steps:
    found = site.found
    if found is None:
        return run_container(site)
    dropped = " Its own command is left out: Redis never came up with it." if never_came_up(site) else ""
    return Steps(
        commands=(command("docker", "rm", "-f", found.name), *run_again(site, found)),
        changes=f"Removes the container {found.name} and makes it anew from {site.image}; "
        f"{kept(found)}.{dropped}",
        risk="high",
        confirm=(site.logs, site.ping),
        destructive=True,
        appliable=can_repeat(found),
    )


def stop_crash_loop(site: Site) -> Steps:
    return Steps(
        commands=(command("docker", "stop", site.name),),
        changes=f"Stops container {site.name}, so that it no longer restarts and its log can be read."
        f"{_log_reason(site)}",
        confirm=(command("docker", "logs", "--tail", "50", site.name),),
        undo=(command("docker", "start", site.name),),
        appliable=True,
    )


def _log_reason(site: Site) -> str:
    """Why Redis did not start, as its log says, in a sentence to append."""
    kinds = ("config-line", "config", "cannot-assign", "corrupt", "newer", "start-error", "address-in-use")
    line = next(filter(None, (said(site.e, kind) for kind in kinds)), "")
    return f" The log says: {short(line)}" if line else ""


def fix_redis_config(site: Site) -> Steps:
    """Edit the configuration file that is mounted; without one, the mistake is in the command."""
    found = site.found
    quote = _log_reason(site)
    files = [one for one in found.mounts if one.destination.endswith(".conf")] if found else []
    if found is None or not files:
        steps = recreate_container(site)
        return Steps(
            steps.commands,
            f"The mistake is in the command that starts Redis, so the container is made anew without it. "
            f"{steps.changes}{quote}",
            steps.risk, steps.confirm, steps.undo, steps.destructive, steps.appliable,
        )  # fmt: skip
    file = files[0]
    if file.source_is_directory:
        return Steps(
            commands=(
                command("docker", "rm", "-f", found.name),
                command("rmdir", file.source),
                f"{EDITOR} {command(file.source)}",
                *run_again(site, found),
            ),
            changes=f"Puts a real file where Docker made the directory {file.source}; {kept(found)}.",
            risk="high",
            confirm=(site.logs,),
            destructive=True,
        )
    return Steps(
        commands=(site.logs, f"{EDITOR} {command(file.source)}", command("docker", "restart", found.name)),
        changes=f"Mends {file.source} and starts Redis with it.{quote}",
        confirm=(site.logs, site.ping),
    )


def move_data_aside(site: Site) -> Steps:
    source = _data_source(site)
    helper = ("docker", "run", "--rm", "-v", f"{source}:/data", "--entrypoint", "sh", site.image, "-c")
    move = "mkdir -p /data/damaged; mv /data/*.rdb /data/appendonly* /data/damaged/; ls -R /data"
    return Steps(
        commands=(command(*helper, move), command("docker", "start", site.name)),
        changes=f"Moves Redis' data files in {source} into a folder of their own and starts Redis empty. "
        f"To save more, run redis-check-aof --fix or redis-check-rdb on a copy.{_log_reason(site)}",
        risk="high",
        confirm=(site.logs, site.ping),
        destructive=True,
    )


def _data_source(site: Site) -> str:
    mounts = site.found.mounts if site.found else ()
    return next((one.source for one in mounts if one.destination.rstrip("/") == "/data"), "redis-data")


def run_newer_redis(site: Site) -> Steps:
    found = site.found
    if found is None:
        return run_container(site)
    newer = "redis:8-alpine"
    again = [line.replace(command(site.image), newer, 1) for line in run_again(site, found)]
    return Steps(
        commands=(command("docker", "pull", newer), command("docker", "rm", "-f", found.name), *again),
        changes=f"Runs {newer} instead of {site.image} on the same data; {kept(found)}.",
        risk="high",
        confirm=(site.logs, site.ping),
        destructive=True,
    )


def raise_memory_limit(site: Site) -> Steps:
    found = site.found
    old = found.memory_limit_bytes if found else 0
    new = max(2 * old, 512 * 2**20)
    limit = ("--memory", str(new), "--memory-swap", str(new))
    running = found is not None and found.state == "running"
    again = "restart" if running and not works_inside(site.e) else "" if running else "start"
    start = (command("docker", again, site.name),) if again else ()
    below = site.cli("CONFIG", "SET", "maxmemory", str(new * 3 // 4))
    return Steps(
        commands=(command("docker", "update", *limit, site.name), *start, below),
        changes=f"Lets container {site.name} use {size(new)} (now {size(old) if old else 'no limit'}), and "
        f"Redis three quarters of that, so that it refuses writes before it is killed.{site.auth_note}",
        confirm=(command("docker", "stats", "--no-stream", site.name), site.ping),
        undo=(command("docker", "update", "--memory", str(old), "--memory-swap", str(old), site.name),)
        if old
        else (),
        appliable=True,
    )


def raise_cpu_limit(site: Site) -> Steps:
    return Steps(
        commands=(command("docker", "update", "--cpus", "2", site.name),),
        changes=f"Allows container {site.name} two processors.",
        confirm=(command("docker", "stats", "--no-stream", site.name),),
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


# --- who has the port --------------------------------------------------------------------------


def free_port(site: Site) -> Steps:
    owner = _owner(site)
    show = f"sudo lsof -nP -iTCP:{site.host_port} -sTCP:LISTEN"
    if owner is None or owner.pid is None:
        return Steps(
            commands=(show, 'kill "$PID"', *_come_up(site)),
            changes=f"Ends the process that has port {site.host_port}: read its PID off the first command, "
            "and "
            "end it only where you know what it is.",
            risk="high",
            confirm=(show, site.ping),
            destructive=True,
        )
    name = owner.process or "the process"
    freed = f'while ss -tln | grep -q ":{site.host_port} "; do sleep 0.2; done'
    then = _come_up(site)
    wait = (command("timeout", "15", "sh", "-c", freed),) if then else ()
    return Steps(
        commands=(command("kill", str(owner.pid)), *wait, *then),
        changes=f"Ends {name} (pid {owner.pid}), which has port {site.host_port}. Do this only where it "
        "can be spared; "
        "where a service manager starts it again, stop it there.",
        risk="high",
        confirm=(show, site.ping),
        destructive=True,
    )


def _owner(site: Site) -> Listener | None:
    """The process that has the port and is not the Redis container's."""
    foreign = foreign_listener(site.e)
    return foreign if foreign is not None and not foreign.container else None


def _come_up(site: Site) -> tuple[str, ...]:
    """What brings the Redis container up once its port is free."""
    found = site.found
    if found is None:
        return (run_fresh(site),) if site.e.container.value else ()
    if found.state != "running":
        return (command("docker", "start", found.name),)
    return publish_port(site).commands if _must_move(site) else ()


def _must_move(site: Site) -> bool:
    """Whether the container runs without the port: it can get it only by being made anew."""
    found = site.found
    return found is not None and found.state == "running" and not asks_for_port(found, site.host_port)


def stop_conflicting_container(site: Site) -> Steps:
    other = _conflicting(site)
    if not other:
        show = command("docker", "ps", "--filter", f"publish={site.host_port}")
        return Steps(
            commands=(show, 'docker stop "$OTHER"', *_come_up(site)),
            changes=f"Stops the container that has port {site.host_port}: the first command names it.",
            risk="medium",
            confirm=(site.ping,),
        )
    moved = _must_move(site)
    return Steps(
        commands=(command("docker", "stop", other), *_come_up(site)),
        changes=f"Stops container {other}, which has port {site.host_port}, and starts {site.name} there.",
        risk="high" if moved else "medium",
        confirm=(command("docker", "ps", "--filter", f"publish={site.host_port}"), site.ping),
        undo=(command("docker", "stop", site.name), command("docker", "start", other)),
        destructive=moved,
        appliable=not moved or site.found is None or can_repeat(site.found),
    )


def _conflicting(site: Site) -> str:
    foreign = foreign_listener(site.e)
    if foreign is not None and foreign.container:
        return foreign.container
    return next(
        (
            one.name
            for one in known_containers(site.e)
            if one.name != site.name and one.state == "running" and asks_for_port(one, site.host_port)
        ),
        "",
    )


def held_by_container(site: Site) -> bool:
    """Whether another container is known to have the port."""
    return bool(_conflicting(site))


def held_by_process(site: Site) -> bool:
    """Whether a process that is no container's is known to have the port."""
    return _owner(site) is not None


def port_may_be_held(site: Site) -> bool:
    """Whether the port is held, or nobody could look: a port that is free again needs no other."""
    return not port_is_free(site.e)


def use_other_port(site: Site) -> Steps:
    found, port = site.found, free_port_number(site)
    inside = site.port_inside
    run = run_again(site, found, (f"{port}:{inside}",)) if found else (run_fresh(site, port),)
    remove = (command("docker", "rm", "-f", found.name),) if found else ()
    return Steps(
        commands=(*remove, *run, replace_in_file(site.config, f":{site.host_port}", f":{port}")),
        changes=f"Publishes Redis on port {port} of this host and leaves port {site.host_port} to its "
        "owner; the URL in "
        f"{site.config} follows." + (f" Removing the old container: {kept(found)}." if found else ""),
        risk="high" if found else "low",
        confirm=(command("redis-cli", "-h", "localhost", "-p", str(port), "ping"),),
        destructive=found is not None,
    )


def free_port_number(site: Site) -> int:
    """The next port of this host that nothing known has."""
    taken = {
        one.host_port for other in known_containers(site.e) for one in (*other.ports, *other.ports_asked)
    }
    taken |= {one.port for one in site.e.listeners.value.listeners} if site.e.listeners.value else set()
    return next(port for port in range(site.host_port + 1, 65536) if port not in taken)


def publish_port(site: Site) -> Steps:
    found = site.found
    if found is None:
        return run_container(site)
    own = f"{site.host_port}:{site.port_inside}"
    others = [port for port in as_published(found) if _host_port(port) != site.host_port]
    others = [port for port in others if int(port.rsplit(":", 1)[1].split("/")[0]) != site.port_inside]
    return Steps(
        commands=(command("docker", "rm", "-f", found.name), *run_again(site, found, (own, *others))),
        changes=f"Makes container {found.name} anew with its port {site.port_inside} published on port "
        f"{site.host_port} "
        f"of this host; ports cannot be added to a container that exists. {kept(found).capitalize()}.",
        risk="high",
        confirm=(command("docker", "port", found.name), site.ping),
        destructive=True,
        appliable=can_repeat(found),
    )


def _host_port(published: str) -> int:
    """The host's port in ``[address:]host:container``."""
    return int(published.rsplit(":", 2)[-2])


def end_docker_proxy(site: Site) -> Steps:
    seen = site.e.listeners.value
    proxies = (
        [one for one in seen.listeners if one.process.startswith("docker-proxy") and one.pid] if seen else []
    )
    pids = [str(one.pid) for one in proxies] or ["$PID"]
    return Steps(
        commands=(
            f"sudo lsof -nP -iTCP:{site.host_port} -sTCP:LISTEN",
            f"sudo kill {' '.join(pids)}",
            *_come_up(site),
        ),
        changes=f"Ends the docker-proxy that holds port {site.host_port} for a container that is gone.",
        risk="medium",
        confirm=(site.ping,),
        destructive=True,
    )
