"""Who listens: Redis in its container, and the holder of the URL's port on this host."""

from __future__ import annotations

from runbooklab.domains.address.records import DEFAULT_PORT
from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.container.readings.networks import host_network
from runbooklab.domains.endpoint.readings.listeners import host_listeners, is_resolver, taking
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client import client_addresses
from runbooklab.domains.redis.records.server import SERVERS
from runbooklab.observe.host.records import Listener


def is_redis(process: str) -> bool:
    return process.startswith(SERVERS)


# --- in the container -----------------------------------------------------------------------------


def inside_answers(e: Evidence) -> bool:
    """Whether Redis answered in its own container (PONG, or an error of its own)."""
    inside = e.inside.value
    return inside is not None and inside.answers is True


def redis_listeners(e: Evidence) -> tuple[Listener, ...]:
    """TCP listeners of the container's namespace that are, or may be, Redis' own."""
    seen = e.process.value
    if seen is None:
        return ()
    tcp = [each for each in seen.listeners if each.protocol.startswith("tcp")]
    owned = [
        each for each in tcp if is_redis(each.process) or (each.pid is not None and each.pid == seen.pid)
    ]
    if owned:
        return tuple(owned)
    found = container(e)
    if not (is_redis(seen.name) or inside_answers(e)) or (found is not None and host_network(found)):
        return ()
    return tuple(each for each in tcp if not each.process and not is_resolver(each))


def redis_ports(e: Evidence) -> list[int]:
    """The ports on which Redis is seen to listen in its container, in order."""
    return sorted({listener.port for listener in redis_listeners(e)})


def redis_port(e: Evidence) -> int:
    """The port Redis listens on inside its container: as seen, as it is set up, or 6379."""
    ports = redis_ports(e)
    if ports:
        return DEFAULT_PORT if DEFAULT_PORT in ports else ports[0]
    inside, config = e.inside.value, e.server_config.value
    if inside and inside.answers:
        return inside.port
    told = config.settings.get("port", "") if config else ""
    return int(told) if told.isdigit() and int(told) else DEFAULT_PORT


def works_inside(e: Evidence) -> bool:
    """Whether Redis is known to be up in its container: it answers there, or listens there."""
    return inside_answers(e) or bool(redis_listeners(e))


# --- on this host ---------------------------------------------------------------------------------


def listening_for_client(e: Evidence) -> tuple[Listener, ...]:
    """The listeners at the URL's port that take connections to an address the client tries."""
    return taking(host_listeners(e), client_addresses(e))
