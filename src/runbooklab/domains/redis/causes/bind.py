"""On which addresses Redis listens, and for whom."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.address.readings.address import place, url_port
from runbooklab.domains.container.readings.containers import bindings, to_host_port
from runbooklab.domains.container.readings.networks import host_network
from runbooklab.domains.endpoint.readings.listeners import host_listeners
from runbooklab.domains.redis.causes.preconditions import client_fails, client_is, of_container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import LOGS, PROCESS
from runbooklab.domains.redis.readings.client import client_addresses
from runbooklab.domains.redis.readings.conversation import server_codes, server_words
from runbooklab.domains.redis.readings.destination import to_container, to_this_host
from runbooklab.domains.redis.readings.listeners import inside_answers, is_redis, redis_listeners
from runbooklab.domains.redis.readings.logs import quote, said
from runbooklab.observe.docker.records import Container
from runbooklab.observe.net.addresses import is_loopback


@client_is("closed", "refused")
def bind_loopback_only(e: Evidence) -> Ruling:
    on_host = _bound_on_host(e)
    return on_host if on_host is not None else _bound_in_container(e)


def _bound_on_host(e: Evidence) -> Ruling | None:
    """A Redis of this host (or with its network) that listens on loopback, called by another address."""
    tried = client_addresses(e)
    redis = [listener for listener in host_listeners(e) if is_redis(listener.process)]
    if not redis or not to_this_host(e) or any(is_loopback(address) for address in tried):
        return None
    if not all(is_loopback(listener.address) for listener in redis):
        return RuledOut("Redis listens on more than loopback.")
    return Supported(
        f"Redis listens on {redis[0].address}:{redis[0].port} only; the client connects to "
        f"{', '.join(tried) or place(e)}.",
        ("port-owner", "redis-process"),
        0.95,
        "Redis listens on this host's loopback address only, where nobody else reaches it.",
    )


@of_container
def _bound_in_container(e: Evidence, found: Container) -> Ruling:
    if found.state != "running" or host_network(found):
        return RuledOut(f"Container {found.name} is {found.state}.")
    if not to_container(e) and not to_host_port(bindings(found), url_port(e)):
        return RuledOut(f"The client does not end in container {found.name}.")
    seen, bridge = e.process.value, e.bridge_tcp.value
    listeners = redis_listeners(e)
    summary = (
        f"Redis in container {found.name} listens on its own loopback address only, "
        "which nobody outside reaches."
    )
    if listeners:
        if not all(is_loopback(listener.address) for listener in listeners):
            return RuledOut("Redis listens on more than loopback.")
        return Supported(
            f"In container {found.name} Redis listens on {listeners[0].address}:{listeners[0].port} "
            "and on no other address.",
            ("redis-process", "redis-ping-inside"),
            0.96,
            summary,
        )
    if seen is not None and seen.listeners_known:
        return RuledOut("Redis is not seen to listen on loopback.")
    if bridge is None or e.inside.value is None:
        return Untested(why_missing(e, PROCESS))
    tried = {(attempt.outcome, attempt.port) for attempt in bridge}
    if inside_answers(e) and tried == {("refused", e.inside.value.port)}:
        return Supported(
            f"Redis answers inside container {found.name}, and refuses connections to the container's "
            "own address.",
            ("redis-ping-inside", "port-reachable"),
            0.8,
            summary,
        )
    return RuledOut("Redis takes connections on the container's own address.")


@client_is("error", "closed")
def protected_mode(e: Evidence) -> Ruling:
    if "DENIED" not in server_codes(e) and "protected mode" not in server_words(e).lower():
        return RuledOut("Redis does not answer DENIED.")
    return Supported(
        f"Redis at {place(e)} answers DENIED: protected mode is on and no password is set.",
        ("wire-protocol", "redis-authentication"),
        0.98,
        "Redis is in protected mode: without a password it answers its own host only.",
    )


@client_fails
@of_container
def bind_address_unavailable(e: Evidence, found: Container) -> Ruling:
    if found.state == "running":
        return RuledOut(f"Container {found.name} runs.")
    if e.logs.value is None:
        return Untested(why_missing(e, LOGS))
    line = said(e, "cannot-assign")
    if not line or said(e, "ready"):
        return RuledOut("The log does not say that an address could not be assigned.")
    return Supported(
        f"Container {found.name} exited with code {found.exit_code}, and its log says {quote(line)}.",
        ("redis-container", "redis-logs"),
        0.95,
        "Redis does not start: it is configured to listen on an address that its container does not have.",
    )


@client_fails
@of_container
def published_address_unavailable(_: Evidence, found: Container) -> Ruling:
    """A port is published on an address that this host does not have (any more)."""
    if found.state == "running" or "cannot assign requested address" not in found.error.lower():
        return RuledOut(f"The engine does not say so of container {found.name}.")
    places = sorted(
        {binding.host_ip for binding in found.ports_asked if binding.host_ip and binding.host_ip.strip("0.:")}
    )
    at = ", ".join(places) or "that address"
    return Supported(
        f"Docker cannot start container {found.name}: {quote(found.error)}.",
        ("redis-container", "redis-container-ports"),
        0.96,
        f"Container {found.name} cannot start: its port is published on {at}, and this host has no such "
        "address.",
    )
