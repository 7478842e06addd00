"""Ports: published or not, where, and who sits on them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import pairwise

from msgspec.structs import replace

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs, why_missing
from runbooklab.domains.address.readings.address import place, url_port
from runbooklab.domains.address.records import DEFAULT_PORT
from runbooklab.domains.container.probes.table import NETWORK
from runbooklab.domains.container.readings.containers import (
    container,
    is_running,
    tcp_bindings,
)
from runbooklab.domains.container.readings.networks import host_network
from runbooklab.domains.endpoint.causes.conflict import held_by_left_over_proxy
from runbooklab.domains.endpoint.probes.table import FIRST_BYTES, LISTENERS
from runbooklab.domains.endpoint.readings.conflict import (
    Conflict,
    bind_error,
    taken_by_container,
    taken_by_process,
)
from runbooklab.domains.endpoint.readings.listeners import (
    is_proxy,
    owner_words,
    port_is_free,
)
from runbooklab.domains.endpoint.readings.publishing import (
    not_published,
    published_elsewhere,
    published_for_udp,
    published_other_address,
    sureness,
)
from runbooklab.domains.redis.causes.preconditions import Judge, client_fails, client_is, of_container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import PROCESS
from runbooklab.domains.redis.readings.client import client_addresses
from runbooklab.domains.redis.readings.client_outcome import client_outcome
from runbooklab.domains.redis.readings.destination import elsewhere, to_container, to_this_host
from runbooklab.domains.redis.readings.listeners import (
    inside_answers,
    is_redis,
    listening_for_client,
    redis_port,
    redis_ports,
    works_inside,
)
from runbooklab.domains.redis.readings.logs import quote, said
from runbooklab.domains.redis.readings.port_holder import foreign_listener
from runbooklab.domains.redis.records.server import CLUSTER_BUS
from runbooklab.observe.docker.records import Container

PORTS = ("redis-container-ports", "port-reachable")


def of_publishing(judge: Callable[[Evidence, Container], Ruling]) -> Judge:
    """For judges of published ports: the client must come through this host's ports and be refused."""

    @client_is("refused")
    @of_container
    @wraps(judge)
    def judged(e: Evidence, found: Container) -> Ruling:
        if to_container(e) or not to_this_host(e):
            return RuledOut("The client does not come through a published port.")
        if host_network(found):
            return RuledOut(f"Container {found.name} uses the host's network, nothing needs publishing.")
        if is_running(found) and not works_inside(e):
            return Untested("Not observed: whether Redis works inside its container.")
        return judge(e, found)

    return judged


@of_publishing
def port_not_published(e: Evidence, found: Container) -> Ruling:
    port = redis_port(e)
    ruled_out = not_published(found, port, url_port(e))
    if ruled_out is not None:
        return ruled_out
    return Supported(
        f"Redis works inside container {found.name} on port {port}, and that port is not published to "
        "the host."
        if is_running(found)
        else f"Container {found.name} does not ask for port {port} to be published to the host.",
        (*PORTS, "redis-ping-inside"),
        sureness(found, 0.96),
        f"Redis runs in container {found.name}, but its port {port} is not published to this host.",
    )


@of_publishing
def port_published_elsewhere(e: Evidence, found: Container) -> Ruling:
    port = redis_port(e)
    on = published_elsewhere(found, port, url_port(e))
    if isinstance(on, RuledOut):
        return on
    return Supported(
        f"Container {found.name} publishes its port {port} on host port {on}; the URL says {url_port(e)}.",
        PORTS,
        sureness(found, 0.96),
        f"Redis is published on port {on} of this host, but the URL says port {url_port(e)}.",
    )


@of_publishing
def port_published_other_address(e: Evidence, found: Container) -> Ruling:
    tried = client_addresses(e)
    at = published_other_address(found, url_port(e), tried)
    if isinstance(at, RuledOut):
        return at
    if not tried:
        return Untested("It is not known to which address the client connects.")
    return Supported(
        f"Port {url_port(e)} is published on {at} only; the client tries {', '.join(tried)}.",
        PORTS,
        sureness(found, 0.95),
        f"Redis is published on {at}, but the client connects to {', '.join(tried)}.",
    )


@of_publishing
def port_published_udp(e: Evidence, found: Container) -> Ruling:
    port = redis_port(e)
    if not published_for_udp(found, port):
        return RuledOut(f"Port {port} of container {found.name} is not published for UDP alone.")
    return Supported(
        f"Container {found.name} publishes {port}/udp and not {port}/tcp.",
        PORTS,
        sureness(found, 0.97),
        f"Port {port} of container {found.name} is published for UDP; Redis speaks TCP.",
    )


@client_is("closed", "refused", "silent")
@of_container
def redis_port_mismatch(e: Evidence, found: Container) -> Ruling:
    if not is_running(found):
        return RuledOut(f"Container {found.name} is {found.state}.")
    wanted = _container_port_wanted(e, found)
    if wanted is None:
        return RuledOut(f"No published port leads from {place(e)} into container {found.name}.")
    seen = e.process.value
    if seen is None or not seen.listeners_known:
        return Untested(why_missing(e, PROCESS))
    if host_network(found):
        return _mismatch_on_host(e, found)
    ports = redis_ports(e)
    if not ports and not is_redis(seen.name):
        return RuledOut(f"Redis does not run in container {found.name}.")
    if wanted - CLUSTER_BUS in ports:
        return Supported(
            f"The client ends at port {wanted} of container {found.name}, the cluster bus: nodes talk to "
            f"each other there, and clients at {wanted - CLUSTER_BUS}.",
            ("redis-process", "redis-container-ports"),
            0.97,
            f"The URL leads to the cluster bus (port {wanted} of container {found.name}); Redis takes "
            f"clients at port {wanted - CLUSTER_BUS}.",
        )
    if client_outcome(e) == "silent":
        return RuledOut("Something accepts the connection and says nothing, and it is no cluster bus.")
    if wanted in ports or any(listener.port == wanted for listener in seen.listeners):
        return RuledOut(f"Something listens on port {wanted} in container {found.name}.")
    listens = f"listens on {', '.join(map(str, ports))}" if ports else "listens on no TCP port"
    if to_container(e):
        summary = f"The URL says port {wanted}, but Redis in container {found.name} {listens}."
    else:
        summary = f"The port leads to {wanted} in container {found.name}, but Redis {listens}."
    return Supported(
        f"The client ends at port {wanted} of container {found.name}, where Redis {listens}.",
        ("redis-process", "redis-container-ports"),
        0.95,
        summary,
    )


def _mismatch_on_host(e: Evidence, found: Container) -> Ruling:
    """On the host's network every listener is everybody's: Redis' own port is what it says or was given."""
    inside, seen = e.inside.value, e.process.value
    said_port = inside.info.get("tcp_port", "") if inside and inside.answers else ""
    port = int(said_port) if said_port.isdigit() else _given_port(found)
    if seen is None or not is_redis(seen.name):
        return Untested(why_missing(e, PROCESS))
    if port == url_port(e) or port not in {listener.port for listener in seen.listeners}:
        return RuledOut(f"Redis in container {found.name} is not seen to listen on another port than {port}.")
    return Supported(
        f"Redis in container {found.name} listens on port {port} of this host; the URL says {url_port(e)}.",
        ("redis-process", "redis-url"),
        0.85,
        f"Redis listens on port {port} of this host, but the URL says {url_port(e)}.",
    )


def _given_port(found: Container) -> int:
    """The port in Redis' command line, or its default."""
    given = next((value for name, value in pairwise(found.command) if name in ("--port", "port")), "")
    return int(given) if given.isdigit() else DEFAULT_PORT


def _container_port_wanted(e: Evidence, found: Container) -> int | None:
    """The port inside the container at which the client's connection ends."""
    if to_container(e) or host_network(found):
        return url_port(e)
    return next(
        (binding.container_port for binding in tcp_bindings(found) if binding.host_port == url_port(e)), None
    )


# --- somebody else on the port --------------------------------------------------------------------


def _error(e: Evidence, found: Container) -> str:
    """What says that a port was taken: the engine, or Redis' own log if it has the host's ports."""
    return bind_error(found) or (said(e, "address-in-use") if host_network(found) else "")


@of_container
def port_conflict_process(e: Evidence, found: Container) -> Ruling:
    conflict = taken_by_process(e, found, _error(e, found))
    if isinstance(conflict, RuledOut):
        return conflict
    return _conflict(e, found, conflict, f"is held by {conflict.who}")


@of_container
def port_conflict_container(e: Evidence, found: Container) -> Ruling:
    conflict = taken_by_container(e, found, _error(e, found))
    if isinstance(conflict, RuledOut):
        return conflict
    return _conflict(e, found, conflict, f"belongs to {conflict.who}")


def _conflict(e: Evidence, found: Container, conflict: Conflict, held: str) -> Ruling:
    return Supported(
        f"Container {found.name} could not start: {quote(conflict.error)}. {_held(e, held)}",
        ("redis-container", "port-owner"),
        conflict.confidence,
        _kept_down(e, found, conflict.who),
    )


def _held(e: Evidence, by: str) -> str:
    return f"Port {url_port(e)} {'is free now' if port_is_free(e) else by}."


def _kept_down(e: Evidence, found: Container, who: str) -> str:
    if port_is_free(e):
        return (
            f"Redis is not started: port {url_port(e)} was taken when container {found.name} should have "
            "started, and is free now."
        )
    return f"Redis cannot start: port {url_port(e)} is taken by {who}."


@client_is("not-redis", "closed", "error")
def not_redis_on_port(e: Evidence) -> Ruling:
    first, holder = e.first_bytes.value, foreign_listener(e)
    who = f" The port belongs to {owner_words(holder)}." if holder else ""
    if first and first.outcome == "not-resp":
        return Supported(
            f"What answers at {place(e)} is not Redis: its first bytes are {quote(first.text, 60)}.{who}",
            ("wire-protocol", "port-owner"),
            0.96,
            f"{place(e)} is not Redis" + (f": it is {owner_words(holder)}." if holder else "."),
        )
    if first is None:
        return Untested(why_missing(e, FIRST_BYTES))
    if (
        first.outcome == "closed"
        and holder
        and not is_redis(holder.process)
        and not (holder.container or is_proxy(holder))
    ):
        return Supported(
            f"What listens at {place(e)} closes the connection.{who}",
            ("wire-protocol", "port-owner"),
            0.75,
            f"{place(e)} is not Redis: it is {owner_words(holder)}.",
        )
    return RuledOut(f"What answers at {place(e)} speaks the Redis protocol, or nothing at all.")


@client_is("silent")
@needs(LISTENERS)
def silent_listener_on_port(e: Evidence) -> Ruling:
    found = container(e)
    holder = next(
        (listener for listener in listening_for_client(e) if listener.process and not is_proxy(listener)),
        None,
    )
    if holder and not is_redis(holder.process) and not (found and host_network(found) and is_running(found)):
        return Supported(
            f"Port {url_port(e)} belongs to {owner_words(holder)}, which accepts connections and says "
            "nothing.",
            ("port-owner", "wire-protocol"),
            0.93,
            f"{place(e)} is not Redis: {owner_words(holder)} listens there and never answers.",
        )
    seen = e.process.value
    if found and found.state == "running" and seen and not is_redis(seen.name) and not inside_answers(e):
        wanted = _container_port_wanted(e, found)
        if any(listener.port == wanted and not is_redis(listener.process) for listener in seen.listeners):
            return Supported(
                f"Port {wanted} in container {found.name} belongs to {seen.name}, which says nothing.",
                ("redis-process", "wire-protocol"),
                0.8,
            )
    return RuledOut("The listener is Redis, or Docker's own forwarding.")


@client_fails
@needs(LISTENERS, NETWORK)
def stale_docker_proxy(e: Evidence) -> Ruling:
    if elsewhere(e):
        return RuledOut(f"{place(e)} is another machine.")
    ruling = held_by_left_over_proxy(e)
    if not isinstance(ruling, Supported):
        return ruling
    return replace(ruling, because=("port-owner", "docker-network"))
