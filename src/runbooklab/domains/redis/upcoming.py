"""What will be met next, once the primary cause is fixed, as far as the set-up shows it.

A server that is down, or that nobody reaches, hides what would go wrong behind it. Its command line, its
configuration files, the container's limits and networks show it all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from runbooklab.diagnosis.causes import GUESS, plan_for
from runbooklab.domain.rules import Rules
from runbooklab.domains.address.readings.address import url, url_port
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.container.readings.containers import (
    container,
    is_running,
    names_of,
    orchestrator,
    to_host_port,
)
from runbooklab.domains.container.readings.networks import host_network, network_names
from runbooklab.domains.container.readings.restarts import is_looping
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client_outcome import client_outcome
from runbooklab.domains.redis.readings.destination import to_container, to_this_host
from runbooklab.domains.redis.readings.listeners import inside_answers, redis_listeners
from runbooklab.domains.redis.readings.password_hints import how_it_differs
from runbooklab.domains.redis.records.server import ServerConfig
from runbooklab.domains.redis.thresholds import EMPTY_REDIS_BYTES
from runbooklab.model.conclusions import JudgedCause, NextCause
from runbooklab.observe.docker.records import Container
from runbooklab.observe.net.addresses import host_is_loopback, is_loopback

_UNITS = {"k": 1000, "kb": 1024, "m": 1000**2, "mb": 1024**2, "g": 1000**3, "gb": 1024**3, "b": 1, "": 1}

#: A layer below, and met only once the container is up.
_BEHIND_ITS_CONTAINER = frozenset({"network-not-shared"})

#: In Redis' own layer, and another container's trouble.
_OF_THE_ORCHESTRATOR = frozenset({"orchestrator-stopped", "orchestrator-restarting", "orchestrator-paused"})

#: What says more exactly that the port is not published as the URL has it.
_OTHERWISE_PUBLISHED = frozenset(
    {"port-published-elsewhere", "port-published-other-address", "port-published-udp"}
)


class Prediction(NamedTuple):
    """One row: a cause that a container's set-up is bound to bring about."""

    cause: str  # its id
    says: Callable[[Evidence, Container, ServerConfig], str]  # why; "" if it is not bound to happen
    #: What the settings of a server that is up say of it: nothing for sure; what the server cannot change
    #: ("fixed"); what it would say itself if it could be asked ("asked").
    once_up: Literal["unsure", "fixed", "asked"] = "unsure"
    of_config: bool = True  # whether it is known from the server's settings only


def upcoming(e: Evidence, causes: Sequence[JudgedCause]) -> tuple[NextCause, ...]:
    """The causes that will be met after the primary one, in the order in which a client meets them."""
    primary = next((cause for cause in causes if cause.primary and cause.severity == "critical"), None)
    rules = Rules.of(("redis",))
    after = {row.id: rules.depth(row) for row in rules.causes.values()}
    if primary is None or primary.id not in after:
        return ()
    supported = {
        cause.id: cause.summary
        for cause in causes
        if cause.state == "supported"
        and cause.id in after
        and not cause.primary
        and (not cause.consequence_of or cause.id in _OF_THE_ORCHESTRATOR)
        and cause.severity == "critical"
        and cause.confidence >= GUESS
        # Beside it in one layer: another reading of the same failure.
        and (cause.layer != primary.layer or cause.id in _OF_THE_ORCHESTRATOR)
    }
    ahead = {
        id_: said
        for id_, said in predicted(e)
        if after[id_] >= after[primary.id] or (id_ in _BEHIND_ITS_CONTAINER and primary.layer == "docker")
    } | supported
    ahead.pop(primary.id, None)
    if primary.id == "redis-config-invalid":
        ahead.pop("redis-start-failed", None)  # the same file, said of the same start
    if _OTHERWISE_PUBLISHED & ahead.keys():
        ahead.pop("port-not-published", None)
    rows = sorted((row for row in rules.causes.values() if row.id in ahead), key=lambda row: after[row.id])
    return tuple(NextCause(row.id, row.title, ahead[row.id], plan_for(rules, row, e)) for row in rows)


def predicted(e: Evidence) -> Iterator[tuple[str, str]]:
    """What the set-up of the Redis container is bound to bring about: id of the cause, and why."""
    found, config = container(e), e.server_config.value
    if found is None:
        return
    yield from _by_networks(e, found)
    yield from _by_answer_inside(e)
    may_be_met = _may_be_met(e, found)
    for row in PREDICTIONS:
        is_known = config is not None or not row.of_config
        if may_be_met(row) and is_known and (said := row.says(e, found, config or ServerConfig())):
            yield row.cause, said


def _may_be_met(e: Evidence, found: Container) -> Callable[[Prediction], bool]:
    """What settings show: all of a server that is down; of one that is up, what nobody could ask it."""
    if not is_running(found) or is_looping(e):
        return lambda row: True
    if client_outcome(e) in ("pong", "error") or not (to_this_host(e) or to_container(e)):
        return lambda row: not row.of_config
    shown = ("fixed",) if inside_answers(e) else ("fixed", "asked")
    return lambda row: not row.of_config or row.once_up in shown


# --- networks and addresses ---------------------------------------------------------------------


def _by_networks(e: Evidence, found: Container) -> Iterator[tuple[str, str]]:
    client, address = orchestrator(e), url(e)
    if client is None or address is None or address.host not in names_of(found):
        return
    ours, theirs = network_names(client), network_names(found)
    if ours and theirs and not (ours & theirs) - {"bridge"} and not {"host", "none"} & (ours | theirs):
        both = f"{client.name} is on {', '.join(sorted(ours))}, {found.name} on {', '.join(sorted(theirs))}"
        yield "network-not-shared", f"The two containers share no network that resolves names: {both}."


def _bound_to_loopback(e: Evidence, found: Container, config: ServerConfig) -> str:
    if host_network(found):
        return ""
    listening = redis_listeners(e) if is_running(found) else ()
    if listening:
        places = {listener.address for listener in listening}
        source = "it listens on"
    else:
        places = set(config.settings.get("bind", "").replace("-", " ").split())
        source = f"{config.origins.get('bind', '')} says bind"
    if not places or not all(is_loopback(place) for place in places):
        return ""
    return f"Redis takes connections from its own container only: {source} {', '.join(sorted(places))}."


def _other_port(e: Evidence, found: Container, config: ServerConfig) -> str:
    port = config.settings.get("port", "6379")
    asked = [binding.container_port for binding in found.ports_asked if binding.host_port == url_port(e)]
    wanted = url_port(e) if to_container(e) or (in_container(e) and not asked) else next(iter(asked), None)
    tls = config.settings.get("tls-port", "0")
    if wanted is None or not port.isdigit() or host_network(found) or str(wanted) in (port, tls):
        return ""
    if url(e) is not None and in_container(e) and url_host_is_elsewhere(e, found):
        return ""
    return f"The client ends at port {wanted} of the container, and Redis is set to listen on {port}."


def url_host_is_elsewhere(e: Evidence, found: Container) -> bool:
    """Whether the URL names something other than the Redis container."""
    address = url(e)
    return address is not None and address.host not in names_of(found)


def _not_published(e: Evidence, found: Container, config: ServerConfig) -> str:
    del config
    address = url(e)
    if in_container(e) or address is None or not host_is_loopback(address.host) or host_network(found):
        return ""
    if is_running(found) or to_host_port(found.ports_asked, address.port):
        return ""
    published = sorted({binding.host_port for binding in found.ports_asked if binding.host_port})
    instead = f"; it publishes {', '.join(map(str, published))}" if published else ""
    return f"Container {found.name} does not publish port {address.port}{instead}."


# --- start and memory -----------------------------------------------------------------------------


def _missing_file(e: Evidence, found: Container, config: ServerConfig) -> str:
    del e
    lost = next((file for file in config.files if file.role in _VITAL and file.state == "missing"), None)
    if lost is None or is_running(found):
        return ""
    return f"Redis will not start: {_VITAL[lost.role]} {lost.path} does not exist in container {found.name}."


_VITAL = {"aclfile": "its ACL file", "tls": "its TLS file", "include": "the included file"}


def _missing_config(e: Evidence, found: Container, config: ServerConfig) -> str:
    del e
    lost = next((file for file in config.files if file.role == "config" and file.state == "missing"), None)
    if lost is None or is_running(found):
        return ""
    return f"Redis will not start: its configuration file {lost.path} does not exist in {found.name}."


def _daemonized(e: Evidence, found: Container, config: ServerConfig) -> str:
    del e
    if is_running(found) or config.settings.get("daemonize") != "yes":
        return ""
    return f"{config.origins['daemonize']} says daemonize yes, which ends the container at once."


def _too_little_memory(e: Evidence, found: Container, config: ServerConfig) -> str:
    del e
    limit = found.memory_limit_bytes
    if not limit or is_running(found):
        return ""
    allowed, held = size_of(config.settings.get("maxmemory", "0")), _data_bytes(config)
    if limit < EMPTY_REDIS_BYTES:
        return f"The container's memory limit of {_mib(limit)} is less than an empty Redis takes."
    if allowed >= limit:
        return f"maxmemory is {_mib(allowed)}, and the container's memory limit {_mib(limit)}."
    if held > limit:
        return f"The data file holds {_mib(held)}, and the container's memory limit is {_mib(limit)}."
    return ""


def _data_bytes(config: ServerConfig) -> int:
    return max((file.size_bytes or 0 for file in config.files if file.role == "data"), default=0)


def _mib(size: int) -> str:
    return f"{size / 1024**2:.0f} MiB"


def size_of(text: str) -> int:
    """A size as redis.conf writes it, in bytes; 0 if it is none.

    >>> size_of("100mb"), size_of("1G"), size_of("x")
    (104857600, 1000000000, 0)
    """
    number = text.strip().lower()
    digits = number.rstrip("kmgb")
    unit = number[len(digits) :]
    return int(digits) * _UNITS[unit] if digits.isdigit() and unit in _UNITS else 0


# --- what Redis will say ---------------------------------------------------------------------------


def _by_answer_inside(e: Evidence) -> Iterator[tuple[str, str]]:
    """Redis answers in its container, to the URL's own credentials: the client will get the same answer."""
    inside, address = e.inside.value, url(e)
    if inside is None or address is None:
        return
    if inside.code == "NOAUTH" and not address.has_password:
        yield "auth-required", "Redis asks for a password inside its container, and the URL has none."
    elif inside.code == "WRONGPASS" or (inside.code == "NOAUTH" and address.has_password):
        yield "auth-wrong-credentials", f"Redis answers {inside.code} to the URL's credentials."


def _password_missing(e: Evidence, found: Container, config: ServerConfig) -> str:
    del found
    source = config.origins.get("requirepass", "its ACL")
    none = ", and the URL has none" * (e.address.value is not None)
    return f"Redis asks for a password ({source}){none}." * (config.credentials == "missing")


def _password_wrong(e: Evidence, found: Container, config: ServerConfig) -> str:
    del found
    source = config.origins.get("requirepass", "its ACL")
    said = f"The URL's credentials are not those that Redis is started with ({source})."
    return f"{said} {how_it_differs(e)}".rstrip() * (config.credentials == "wrong")


def _no_password(e: Evidence, found: Container, config: ServerConfig) -> str:
    del e, found
    said = "The URL has a password, and Redis is started without one: it refuses a login that names one."
    return said * (config.credentials == "none-set")


def _protected(e: Evidence, found: Container, config: ServerConfig) -> str:
    del e, found
    said = config.settings
    if said.get("protected-mode") != "yes" or said.get("requirepass") or said.get("bind"):
        return ""
    return f"{config.origins['protected-mode']} says protected-mode yes, and no password is set."


def _tls_only(e: Evidence, found: Container, config: ServerConfig) -> str:
    del found
    address, said = url(e), config.settings
    if address is None or address.scheme != "redis" or said.get("tls-port", "0") == "0":
        return ""
    plain = said.get("port", "6379")
    return f"Redis speaks TLS only (port {plain}), and the URL says redis://." * (plain == "0")


def _plain_only(e: Evidence, found: Container, config: ServerConfig) -> str:
    del found
    address = url(e)
    if address is None or address.scheme != "rediss" or config.settings.get("tls-port", "0") != "0":
        return ""
    return "The URL says rediss://, and Redis is started without TLS."


def _databases(e: Evidence, found: Container, config: ServerConfig) -> str:
    del found
    address, count = url(e), config.settings.get("databases", "16")
    if address is None or not count.isdigit() or address.db < int(count):
        return ""
    return f"The URL asks for database {address.db}, and Redis is started with {count}."


def _cluster_db(e: Evidence, found: Container, config: ServerConfig) -> str:
    del found
    address = url(e)
    if address is None or not address.db or config.settings.get("cluster-enabled") != "yes":
        return ""
    return f"Redis is started as a cluster, which has database 0 only; the URL asks for {address.db}."


def _replica(e: Evidence, found: Container, config: ServerConfig) -> str:
    del found
    master = config.settings.get("replicaof") or config.settings.get("slaveof")
    if not master or not e.target.needs_write or master.lower() == "no one":
        return ""
    return f"Redis is started as a replica of {master}, which takes no writes."


PREDICTIONS = (
    Prediction("redis-config-invalid", _missing_config),
    Prediction("redis-start-failed", _missing_file),
    Prediction("redis-daemonized", _daemonized),
    Prediction("container-oom-killed", _too_little_memory, of_config=False),
    Prediction("port-not-published", _not_published, of_config=False),
    Prediction("redis-port-mismatch", _other_port),
    Prediction("bind-loopback-only", _bound_to_loopback, of_config=False),
    Prediction("tls-to-plain-port", _plain_only, "fixed"),
    Prediction("plain-to-tls-port", _tls_only, "fixed"),
    Prediction("protected-mode", _protected, "asked"),
    Prediction("auth-required", _password_missing, "asked"),
    Prediction("auth-wrong-credentials", _password_wrong, "asked"),
    Prediction("auth-not-enabled-on-server", _no_password, "asked"),
    Prediction("db-out-of-range", _databases, "fixed"),
    Prediction("cluster-needs-db0", _cluster_db, "fixed"),
    Prediction("replica-read-only", _replica, "asked"),
)
