"""Plans for the Redis URL, wherever it was given."""

from __future__ import annotations

import re
from ipaddress import ip_address

from runbooklab.domain.shell import EDITOR
from runbooklab.domain.steps import Steps
from runbooklab.domains.address.records import RedisAddress
from runbooklab.domains.address.remedies.again import ask_for_password, run_with_typed_url
from runbooklab.domains.address.remedies.config_file import edit, fix_config_file, show
from runbooklab.domains.address.remedies.edits import url_edit, value_edit
from runbooklab.domains.address.remedies.redis_url import changed, made_of_parts, with_place
from runbooklab.domains.container.readings.containers import (
    bindings,
    container_names,
    known_containers,
    names_of,
)
from runbooklab.domains.container.shell import command, quoted
from runbooklab.domains.redis.remedies.site import RUN_AGAIN, Site
from runbooklab.observe.net.addresses import HOST_NAMES, host_is_loopback, is_ip

# --- the URL -----------------------------------------------------------------------------------


def fix_config(site: Site) -> Steps:
    """A configuration that says where Redis is, as far as the evidence shows it."""
    return fix_config_file(site.e, site.place, site.next_run)


def fix_redis_url(site: Site) -> Steps:
    """The URL that leads to Redis from where the orchestrator is, as far as the evidence shows it."""
    address = site.e.address.value
    if address is None:
        return fix_config(site)
    new = right_url(site, address)
    if address.scheme == "unix" and not new:
        return _other_socket(site, address)
    return changed(site.e, address, new, site.next_run)


def _other_socket(site: Site, address: RedisAddress) -> Steps:
    folder = address.socket_path.rpartition("/")[0] or "/"
    by_file = (f"{EDITOR} {quoted(site.config)}",)
    change = run_with_typed_url(site.next_run) if site.by_parameter else by_file
    place = "the parameter redis_url" if site.by_parameter else f"the URL of {site.config}"
    return Steps(
        commands=(command("ls", "-la", folder), *change),
        changes="Redis makes its socket where its setting unixsocket says, while it runs: start Redis, or "
        f"name that path in {place}, as unix:///run/redis/redis.sock?db=0.",
        confirm=(RUN_AGAIN,),
    )


def url_is_wrong(site: Site) -> bool:
    """Whether the evidence shows a URL that should work better than the one there is."""
    address = site.e.address.value
    return address is not None and right_url(site, address) not in ("", address.text)


def right_url(site: Site, address: RedisAddress) -> str:
    """A URL that should work; "" if the evidence does not say which."""
    if address.problem:
        return address.suggestion
    if address.scheme == "unix":
        return _instead_of_socket(site, address)
    scheme = _right_scheme(site, address)
    if scheme != address.scheme:
        return f"{scheme}://{address.text.partition('://')[2]}"
    if address.username and not address.has_password:
        return re.sub(r"://[^@/]*@", f"://:{address.username}@", address.text, count=1)
    failed = site.e.redis.value and [stage for stage in site.e.redis.value.stages if "HELLO" in stage.message]
    if failed:
        asked = re.compile(r"(?<=[?&])protocol=\d+")
        if asked.search(address.text):
            return asked.sub("protocol=2", address.text)
        return f"{address.text}{'&' if '?' in address.text else '?'}protocol=2"
    place = _right_place(site, address)
    return with_place(address.text, *place) if place else ""


def _instead_of_socket(site: Site, address: RedisAddress) -> str:
    """The published port of the container, if it runs and has one."""
    found = site.found
    published = (
        found is not None
        and found.state == "running"
        and any(binding.host_port for binding in bindings(found))
    )
    host, port = site.place
    return f"redis://{host}:{port}/{address.db}" if published else ""


def _right_scheme(site: Site, address: RedisAddress) -> str:
    tls, first = site.e.tls.value, site.e.first_bytes.value
    plain_answers = (
        tls is not None and tls.outcome in ("not-tls", "timeout") and site.e.inside.value is not None
    )
    if address.scheme == "rediss" and tls is not None and (tls.outcome == "not-tls" or plain_answers):
        return "redis"
    if address.scheme == "redis" and first is not None and first.outcome == "tls":
        return "rediss"
    logged = site.e.logs.value.known if site.e.logs.value else {}
    closed = first is not None and first.outcome == "closed"
    if address.scheme == "redis" and closed and any("tls" in known for known in logged):
        return "rediss"
    return address.scheme


#: Names of the loopback address that is meant by any of them; 127.0.0.2 is another one.
_SAME_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def _right_place(site: Site, address: RedisAddress) -> tuple[str, int] | None:
    info, tls = site.info, site.e.tls.value
    if info.get("redis_mode") == "sentinel":
        found = re.search(r"address=(.+):(\d+)", info.get("master0", ""))
        return (found[1], int(found[2])) if found else None
    if info.get("role") == "slave" and info.get("master_link_status") == "down":
        return None
    if info.get("role") == "slave" and info.get("master_port", "").isdigit():
        return _from_here(site, info["master_host"], int(info["master_port"]))
    if tls is not None and tls.outcome == "hostname-mismatch" and tls.names:
        return tls.names[0], address.port
    if not _may_mean_the_container(site, address):
        return None
    host, port = site.place
    own = [net.ip for net in site.found.networks if net.ip] if site.found else []
    fixed = is_ip(address.host) and not host_is_loopback(address.host) and not site.client
    if fixed and own and (address.host in own or not (site.found and bindings(site.found))):
        host, port = (address.host if address.host in own else own[0]), site.port_inside
    if (host, port) == (address.host, address.port):
        return None
    if not site.client and {host, address.host} <= _SAME_LOOPBACK and port == address.port:
        return None
    if host == "localhost" and address.host == "127.0.0.1" and not site.client:
        return address.host, port  # the same place: only the port is wrong
    return host, port


def _may_mean_the_container(site: Site, address: RedisAddress) -> bool:
    """Whether the URL may be meant for the container that was found, so that its place may be proposed.

    A whole domain name or a public address is another machine's: localhost is no substitute for it.
    """
    if site.found is None:
        return False
    host = address.host
    own_words = host in container_names(site.e) or host in (*names_of(site.found), *HOST_NAMES)
    if is_ip(host):
        return host_is_loopback(host) or not ip_address(host.partition("%")[0]).is_global
    return own_words or host_is_loopback(host) or "." not in host


def _from_here(site: Site, host: str, port: int) -> tuple[str, int]:
    """A container's place as a client on this host reaches it, if Redis names it as containers do."""
    owner = next((container for container in known_containers(site.e) if host in names_of(container)), None)
    if site.client or owner is None:
        return host, port
    published = (
        binding.host_port
        for binding in bindings(owner)
        if binding.container_port == port and binding.host_port
    )
    public = next(published, None)
    if public is not None:
        return "localhost", public
    return next((network.ip for network in owner.networks if network.ip), host), port


def fix_database_index(site: Site) -> Steps:
    address = site.e.address.value
    seen = site.e.registrations.value
    elsewhere = sorted(seen.other_dbs, key=lambda db: -seen.other_dbs[db]) if seen else []
    wanted = elsewhere[0] if elsewhere and not (seen and seen.keys) else "0"
    old = str(address.db) if address else "?"
    by_url = address is not None and address.db_in_url is not None
    if address is not None and address.source == "parameter":
        return try_url(site, _with_database(address.text, wanted), f"database {wanted} instead of {old}")
    wish = f"The database should be {wanted} instead of {old}"
    apart = address and made_of_parts(site.e, address, wish, site.next_run)
    if apart:
        return apart
    config = site.e.config.value
    own = config is None or (config.format == "YAML" and config.key == "redis.url")
    if not own and not by_url:
        return edit(
            site.e,
            f"Opens {site.config}: the database should be {wanted} instead of {old}.",
            config,
            site.next_run,
        )
    text = address.text if address is not None else ""
    in_section = f"/^redis:/,/^[^[:space:]#]/s/^([[:space:]]+db:).*/\\1 {wanted}/"
    edits = [command("sed", "-i", "-E", in_section, site.config)] if own else []
    if by_url and address is not None:
        place = re.escape(address.text.rpartition("@")[2].rpartition("://")[2].partition("/")[0])
        edits.insert(0, command("sed", "-i", "-E", f"s|({place})/[0-9]+|\\1/{wanted}|", site.config))
    return Steps(
        commands=tuple(edits),
        changes=f"Makes the orchestrator use database {wanted} instead of {old}; restart it after that.",
        confirm=(show(site.e), RUN_AGAIN),
        edits=(
            *(url_edit(config, text, _with_database(text, wanted)) if by_url and address else ()),
            *(value_edit(config, "db", wanted) if own else ()),
        ),
    )


def try_url(site: Site, url: str, what: str) -> Steps:
    """The same run with another URL, for one that was given as a parameter."""
    return Steps(
        commands=(*ask_for_password(url), site.run_with_url(url)),
        changes=f"Checks {what}; the URL was given as the parameter redis_url: change it where the client "
        "gets it.",
        risk="none",
    )


def _with_database(url: str, database: str) -> str:
    """The URL with another database, whether its path or its ``db`` option names one."""
    if re.search(r"(?<=[?&])db=\d+", url):
        return re.sub(r"(?<=[?&])db=\d+", f"db={database}", url)
    if url.startswith("unix://"):
        return f"{url}{'&' if '?' in url else '?'}db={database}"
    start, query, options = url.partition("?")
    scheme, _, rest = start.partition("://")
    user, at, place = rest.rpartition("@")
    return f"{scheme}://{user}{at}{place.partition('/')[0]}/{database}{query}{options}"
