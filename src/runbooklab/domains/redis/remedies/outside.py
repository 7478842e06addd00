"""Plans outside Redis and its container: TLS, workers, the client."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.shell import EDITOR
from runbooklab.domain.steps import Steps
from runbooklab.domains.address.remedies.edits import url_edit, value_edit
from runbooklab.domains.container.compose import compose_service
from runbooklab.domains.container.remedies.recreate import Change
from runbooklab.domains.container.shell import command, quoted
from runbooklab.domains.redis.readings.destination import to_this_host
from runbooklab.domains.redis.records.conversation import WorkerKey
from runbooklab.domains.redis.remedies.credentials import client_url_edit
from runbooklab.domains.redis.remedies.recreate import recreated
from runbooklab.domains.redis.remedies.running import setting_value, without_settings
from runbooklab.domains.redis.remedies.site import RUN_AGAIN, Site
from runbooklab.domains.redis.thresholds import STALE_HEARTBEAT_S
from runbooklab.observe.net.addresses import host_is_loopback
from runbooklab.words import listed, plural


def start_redis_service(site: Site) -> Steps:
    here = not site.url_host or host_is_loopback(site.url_host) or to_this_host(site.e)
    far = "" if here else f"ssh {quoted(site.url_host)} "
    there = f"on {site.url_host}" if far else "on this host"
    return Steps(
        commands=(
            f"{far}systemctl status 'redis*' 'valkey*' --no-pager",
            f"{far}sudo systemctl start redis-server",
        ),
        changes=f"Starts Redis {there} as a service; the first command shows its name and how it ended "
        "(redis on Fedora and Alpine, redis-server on Debian).",
        confirm=(site.ping,),
        undo=(f"{far}sudo systemctl stop redis-server",),
    )


# --- TLS ---------------------------------------------------------------------------------------


def fix_tls_trust(site: Site) -> Steps:
    host, port = site.place
    show = command("openssl", "s_client", "-connect", f"{host}:{port}", "-showcerts") + " < /dev/null"
    return Steps(
        commands=(show, *client_url_edit(site)),
        changes="Shows who signed Redis' certificate. Name that authority's file in the URL: "
        f"rediss://{host}:{port}?ssl_ca_certs=/path/to/ca.crt. Don't switch the check off.",
        confirm=(RUN_AGAIN,),
    )


def renew_certificate(site: Site) -> Steps:
    seen = site.e.tls.value
    host, port = site.place
    until = f" It was valid until {seen.not_after}." if seen and seen.not_after else ""
    names = f" It is for {listed(seen.names)}." if seen and seen.names else ""
    guard = ': "${CRT:?the new certificate, as Redis sees it}" "${KEY:?its key, as Redis sees it}" && '
    renew = site.cli("CONFIG", "SET", "tls-cert-file", "@CRT", "tls-key-file", "@KEY")
    return Steps(
        commands=(
            command("openssl", "s_client", "-connect", f"{host}:{port}")
            + " < /dev/null | openssl x509 -noout -dates -subject",
            guard + renew.replace("@CRT", '"$CRT"').replace("@KEY", '"$KEY"'),
        ),
        changes=f"Shows the certificate, and makes Redis read a new one for the name {host}.{until}{names} "
        "Put the new files where Redis can read them and set CRT and KEY to their paths: without them the "
        "command does nothing. It lasts until Redis restarts: name the files in its configuration too.",
        risk="medium",
        confirm=(RUN_AGAIN,),
    )


def set_client_certificate(site: Site) -> Steps:
    host, port = site.place
    return Steps(
        commands=client_url_edit(site),
        changes="Redis asks for a client certificate. Name it in the URL: "
        f"rediss://{host}:{port}?ssl_certfile=/path/to/client.crt&ssl_keyfile=/path/to/client.key.",
        confirm=(RUN_AGAIN,),
    )


def fix_tls_version(site: Site) -> Steps:
    """No client gets through to change the setting: it is changed where Redis reads it at its start."""
    changes = "Lets Redis speak TLS 1.2 and 1.3, as it does without the setting tls-protocols."
    found = site.found
    old = setting_value(found, "tls-protocols") if found is not None else ""
    if found is not None and old:
        changes += f" Its command has --tls-protocols {old}: that goes."
        return recreated(
            site,
            found,
            Change("take --tls-protocols out of command", words=without_settings(found, ("tls-protocols",))),
            changes,
        )
    files = [mount.source for mount in found.mounts if mount.destination.endswith(".conf")] if found else []
    restart = command("docker", "restart", site.name) if found else "sudo systemctl restart redis-server"
    return Steps(
        commands=(f"{EDITOR} {command((files or ['/etc/redis/redis.conf'])[0])}", restart),
        changes=changes,
        risk="medium",
        confirm=(RUN_AGAIN,),
    )


# --- workers -----------------------------------------------------------------------------------


def start_workers(site: Site) -> Steps:
    seen, service = site.e.container.value, compose_service(site.found)
    names = [name for name in (seen.names if seen else ()) if "worker" in name]
    if service is not None:
        names = [name for name in names if name.startswith((f"{service.project}-", f"{service.project}_"))]
    start = command("docker", "start", *names) if names else "docker compose up -d --no-recreate"
    listing = "docker ps -a --filter name=worker"
    return Steps(
        commands=(listing, start),
        changes=f"Starts the workers{f' {listed(names)}' if names else ' of the Compose project'}; each "
        "registers itself "
        "once it is connected. Their logs say why one does not.",
        confirm=(site.cli("--scan", "--pattern", site.e.target.worker_key_pattern or "worker:*"),),
    )


def re_register_workers(site: Site) -> Steps:
    """Only what nobody renews is deleted: a registration that is written again and again is a worker's."""
    seen = site.e.registrations.value
    bad = [worker for worker in seen.keys if worker.problem] if seen else []
    renewed = [worker.key for worker in bad if _is_renewed(site, worker)]
    dead = [worker.key for worker in bad if worker.key not in renewed]
    show = tuple(site.cli("TYPE", worker.key) for worker in bad[:5]) or (site.cli("TYPE", "worker:ID"),)
    confirm = (site.cli("--scan", "--pattern", site.e.target.worker_key_pattern or "worker:*"),)
    workers = (
        f" {listed(renewed)} {'is' if len(renewed) == 1 else 'are'} renewed by a worker that works and stay: "
        "let that worker write what the orchestrator reads."
        if renewed
        else ""
    )
    if not dead:
        return Steps(
            commands=(*show, "docker ps -a --filter name=worker"),
            changes=f"Shows what the orchestrator cannot read; nothing is deleted.{workers}{site.auth_note}",
            risk="none",
            confirm=confirm,
        )
    return Steps(
        commands=(*show, site.cli("UNLINK", *dead)),
        changes=f"Deletes {plural(len(dead), 'key')} for good: {listed(dead)}, which the orchestrator cannot "
        "read. A worker that still runs registers again at its next heartbeat, or when it is restarted."
        f"{workers}{site.auth_note}",
        risk="medium",
        confirm=confirm,
        destructive=True,
        act=f"Delete {plural(len(dead), 'registration')}",
        loses=(f"{plural(len(dead), 'key')} for good: {listed(dead)}.",),
    )


def _is_renewed(site: Site, worker: WorkerKey) -> bool:
    seen = site.e.registrations.value
    age = worker.heartbeat_age_s
    return (seen is not None and worker.key in seen.changed) or (
        age is not None and abs(age) < STALE_HEARTBEAT_S
    )


def _worker_setting(site: Site, changes: str) -> Steps:
    """A setting of the workers, which only their own configuration knows."""
    return Steps(
        commands=(
            site.cli("--scan", "--pattern", "*worker*"),
            "docker ps -a --filter name=worker",
            'docker compose up -d --no-deps "$SERVICE"',
        ),
        changes=f"{changes} The last command makes the workers' Compose service again with the changed "
        f"configuration, and no other: SERVICE is its name in the file.{site.auth_note}",
        risk="medium",
        confirm=(site.cli("--scan", "--pattern", site.e.target.worker_key_pattern or "worker:*"), RUN_AGAIN),
    )


def fix_worker_key(site: Site) -> Steps:
    seen = site.e.registrations.value
    near = f" They register as {listed(seen.near_misses)}." if seen and seen.near_misses else ""
    return _worker_setting(
        site,
        "Give workers and orchestrator the same key prefix: "
        f"{site.e.target.worker_key_pattern or 'worker:*'}.{near}",
    )


def fix_worker_address(site: Site) -> Steps:
    seen = site.e.registrations.value
    lost = (
        [f"{worker.key} ({worker.address})" for worker in seen.keys if worker.address_answers is False]
        if seen
        else []
    )
    which = f" It does not answer for {listed(lost)}." if lost else ""
    return _worker_setting(
        site,
        "Make each worker advertise an address the orchestrator can reach, never localhost or "
        f"0.0.0.0.{which}",
    )


def rename_worker(site: Site) -> Steps:
    return _worker_setting(site, "Give each worker an id of its own: two of them write the same key in turn.")


def lengthen_worker_ttl(site: Site) -> Steps:
    return _worker_setting(
        site, "Make registrations live three times as long as the heartbeat that renews them."
    )


def sync_clocks(site: Site) -> Steps:
    return Steps(
        commands=("timedatectl status", "sudo timedatectl set-ntp true"),
        changes="Keeps the clock of this host in step with the time servers; do the same where the worker "
        "runs.",
        confirm=("timedatectl show -p NTPSynchronized", site.cli("TIME")),
        undo=("sudo timedatectl set-ntp false",),
    )


# --- health checks and the client --------------------------------------------------------------


def start_orchestrator(site: Site) -> Steps:
    name = site.client or "orchestrator"
    return Steps(
        commands=(command("docker", "start", name),),
        changes=f"Starts {name} again, now that Redis is ready. So that it waits by itself: depends_on "
        "with condition: "
        "service_healthy in docker-compose.yml.",
        confirm=(command("docker", "logs", "--tail", "20", name),),
        undo=(command("docker", "stop", name),),
        appliable=bool(site.client),
        act=f"Start {name}",
    )


def _client_setting(site: Site, changes: str, show: tuple[str, ...] = ()) -> Steps:
    edit, where = f"{EDITOR} {quoted(site.config)}", ""
    if site.by_parameter:
        edit = f'{EDITOR} "${{CONFIG:?}}"'
        where = (
            " CONFIG is the path of its configuration, which is not known here: the URL was given as the "
            "parameter redis_url."
        )
    return Steps(
        commands=(*show, edit),
        changes=f"{changes} Restart the orchestrator after that.{where}",
        confirm=(RUN_AGAIN,),
    )


def raise_client_pool(site: Site) -> Steps:
    config = site.e.config.value
    size = config.connection_pool_size if config else None
    now, wanted = f" instead of {size}" if size else "", max(2 * (size or 0), 20)
    steps = _client_setting(
        site,
        f"Set connection_pool_size to {wanted}{now}, and look for connections that are not given back.",
    )
    edits = () if site.by_parameter else value_edit(config, "connection_pool_size", str(wanted))
    return replace(steps, edits=edits)


def raise_client_timeout(site: Site) -> Steps:
    address = site.e.address.value
    url = address.text if address is not None and not site.by_parameter else ""
    joined = "&" if "?" in url else "?"
    return Steps(
        commands=client_url_edit(site),
        changes="Give the client a socket_timeout longer than its longest blocking command waits, as "
        "?socket_timeout=30 in the URL. Restart the orchestrator after that.",
        confirm=(RUN_AGAIN,),
        edits=url_edit(site.e.config.value, url, f"{url}{joined}socket_timeout=30") if url else (),
    )


def use_cluster_client(site: Site) -> Steps:
    return _client_setting(
        site, "Use redis.cluster.RedisCluster in the orchestrator: a plain client does not follow MOVED."
    )


def raise_client_file_limit(site: Site) -> Steps:
    return _client_setting(
        site,
        "Let the orchestrator open more files: LimitNOFILE=65536 in its service, or --ulimit nofile=65536 "
        "for its container; "
        "then look for connections that are never closed.",
        ("ulimit -n",),
    )


def reuse_client_connections(site: Site) -> Steps:
    return _client_setting(
        site,
        "Let the orchestrator keep one connection pool for its whole life instead of connecting again for "
        "each request.",
        ("ss -s", "sysctl net.ipv4.ip_local_port_range"),
    )


def find_slow_path(site: Site) -> Steps:
    address = site.e.address.value
    host, port = site.place_on_host
    from_here = (
        ("-s", address.socket_path)
        if address is not None and address.scheme == "unix"
        else ("-h", host, "-p", str(port))
    )
    return Steps(
        commands=(
            command("redis-cli", *from_here, "--latency-history"),
            site.cli("--intrinsic-latency", "5"),
        ),
        changes="Changes nothing: compares the time to Redis from here with the time inside its container. "
        "If only the "
        f"first is long, check proxies and networks in between.{site.auth_note}",
        risk="none",
    )
