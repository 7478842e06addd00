"""What the judges ask of the evidence, each question in one place."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from runbooklab.domains.docker.meant import redis_name
from runbooklab.domains.redis.readings.client_outcome import client_addresses, in_container, url
from runbooklab.model.evidence import Evidence
from runbooklab.observe.docker.records import Container, ContainerEvent, NetworkLook, PortBinding
from runbooklab.observe.host.records import Listener
from runbooklab.words import seconds_between

#: Processes that are a Redis server, as they call themselves.
REDIS_PROCESSES = ("redis-server", "valkey-server", "keydb-server", "dragonfly", "redis-sentinel")
#: Docker hands out bridge addresses from here unless told otherwise.
DOCKER_RANGE = ip_network("172.16.0.0/12")
#: A container that ends so often within so many seconds restarts by itself.
LOOP_ENDS = 3
LOOP_S = 60.0
#: Names by which a container reaches the host it runs on.
HOST_NAMES = ("host.docker.internal", "gateway.docker.internal", "host.containers.internal")


# --- the address ------------------------------------------------------------------------------


def is_loopback(address: str) -> bool:
    return _ip_test(address, "is_loopback")


def is_any(address: str) -> bool:
    """Whether the address means every address (``0.0.0.0``, ``::``, ``*`` or none)."""
    return address in ("", "*") or _ip_test(address, "is_unspecified")


def _ip_test(address: str, attribute: str) -> bool:
    try:
        return bool(getattr(ip_address(address), attribute))
    except ValueError:
        return False


def is_ipv6(address: str) -> bool:
    return ":" in address


def host_is_loopback(host: str) -> bool:
    return host.lower() == "localhost" or is_loopback(host)


def covers(listening: str, address: str) -> bool:
    """Whether a listener bound to ``listening`` takes a connection to ``address``."""
    if is_any(listening):
        return listening in ("", "*", "::") or not is_ipv6(address)
    return listening == address


def where(e: Evidence) -> str:
    """The URL's host and port, to name in a sentence."""
    address = url(e)
    if address is None:
        return "the URL"
    if address.scheme == "unix":
        return address.socket_path
    host = f"[{address.host}]" if is_ipv6(address.host) else address.host
    return f"{host}:{address.port}"


def url_host(e: Evidence) -> str:
    address = url(e)
    return address.host if address else ""


def url_port(e: Evidence) -> int:
    address = url(e)
    return address.port if address else 6379


def gateways(e: Evidence) -> set[str]:
    """Addresses under which this host is known to its containers."""
    return {net.gateway for one in known_containers(e) for net in one.networks if net.gateway}


def to_this_host(e: Evidence) -> bool:
    """Whether the URL leads to this host (and so to a published port), as far as is known."""
    if url_host(e).lower() in HOST_NAMES:
        return True
    here = set(e.host_addresses) | gateways(e)
    if in_container(e):
        return any(address in here and not is_loopback(address) for address in client_addresses(e))
    return any(address in here or is_loopback(address) for address in client_addresses(e))


def to_container(e: Evidence) -> bool:
    """Whether the URL leads straight to the Redis container, past every published port."""
    found = container(e)
    if found and set(client_addresses(e)) & {net.ip for net in found.networks if net.ip}:
        return True
    host = url_host(e)
    return (
        in_container(e)
        and bool(host)
        and (host == redis_name(e) or (found is not None and host in names_of(found)))
    )


def elsewhere(e: Evidence) -> bool:
    """Whether the URL is known to lead to another machine."""
    addresses = client_addresses(e)
    if not addresses or to_this_host(e) or to_container(e):
        return False
    return not any(is_loopback(one) or in_docker_range(e, one) for one in addresses)


def in_docker_range(e: Evidence, address: str) -> bool:
    """Whether the address belongs to a Docker network here, or to the range Docker draws from."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    look = e.network.value
    subnets = look.found.subnets if look and look.found else ()
    return any(ip in ip_network(subnet, strict=False) for subnet in subnets if "/" in subnet) or (
        docker_answers(e) and ip.version == 4 and ip in DOCKER_RANGE
    )


# --- containers ---------------------------------------------------------------------------------


def container(e: Evidence) -> Container | None:
    """The Redis container, where it was found."""
    return e.container.value.found if e.container.value else None


def orchestrator(e: Evidence) -> Container | None:
    return e.orchestrator.value.found if e.orchestrator.value else None


def known_containers(e: Evidence) -> tuple[Container, ...]:
    looks = [look for look in (e.container.value, e.orchestrator.value) if look]
    found = [look.found for look in looks if look.found]
    return (*found, *(other for look in looks for other in look.others))


def others(e: Evidence) -> tuple[Container, ...]:
    return e.container.value.others if e.container.value else ()


def is_running(found: Container) -> bool:
    """Whether its processes exist now (a paused container's do)."""
    return found.state in ("running", "paused")


def events_of(e: Evidence, *actions: str) -> tuple[ContainerEvent, ...]:
    """The Redis container's events of these kinds, oldest first, none of an earlier one of its name."""
    found = container(e)
    since = found.created_at[:19] if found else ""
    return tuple(
        event
        for event in e.events.value or ()
        if event.container == redis_name(e) and event.action.split(":", 1)[0] in actions and event.at >= since
    )


def recent_ends(e: Evidence) -> int:
    """How often the Redis container ended in the minute before it was looked at, by the engine's events."""
    passed = [seconds_between(one.at, e.gathered_at) for one in events_of(e, "die")]
    return sum(seconds is not None and seconds < LOOP_S for seconds in passed)


def is_looping(e: Evidence) -> bool:
    """Whether the Redis container is seen to end and restart again and again."""
    look = e.container.value
    if look is None:
        return recent_ends(e) >= LOOP_ENDS
    if look.found is None or look.found.state == look.state_later == "exited":
        return False  # stopped for good: an engine that means to restart it says "restarting"
    return restarts_now(e) or (look.found.restart_count > 1 and recent_ends(e) >= LOOP_ENDS - 1)


def restarts_now(e: Evidence) -> bool:
    """Whether the Redis container restarted between two looks, or was about to."""
    look = e.container.value
    if look is None or look.found is None:
        return False
    rises = look.restart_count_later is not None and look.restart_count_later > look.found.restart_count
    return rises or "restarting" in (look.found.state, look.state_later)


def is_settled(e: Evidence) -> bool:
    """Whether what was seen at different moments belongs together.

    While a container restarts its addresses, ports and listeners come and go; one that exists and
    could not be looked at may be doing so.
    """
    unseen = bool(redis_name(e)) and docker_answers(e) and e.container.value is None
    return not unseen and not is_looping(e)


def docker_answers(e: Evidence) -> bool:
    return e.docker.value is not None and e.docker.value.outcome == "ok"


def names_of(found: Container) -> set[str]:
    """Every name under which a container may be known on its networks."""
    names = {found.name, found.id, found.id[:12], found.labels.get("com.docker.compose.service", "")}
    return (names | {alias for net in found.networks for alias in net.aliases}) - {""}


def container_names(e: Evidence) -> set[str]:
    """Every container's name on this engine, and the aliases of those looked at closely."""
    look = e.container.value
    names = set(look.names) if look else set()
    return names.union(*(names_of(one) for one in known_containers(e)))


def network_names(found: Container) -> set[str]:
    return {net.network for net in found.networks}


def host_network(found: Container) -> bool:
    return found.network_mode == "host"


def owner_of(e: Evidence, address: str) -> str:
    """Name of the container that has this address; "" where none is known to."""
    look = e.network.value
    owners = look.owners if look else {}
    known = {net.ip: one.name for one in known_containers(e) for net in one.networks if net.ip}
    return owners.get(address) or known.get(address, "")


def owners_known(e: Evidence) -> NetworkLook | None:
    """The look at the networks, without which nobody can say that an address has no owner."""
    return e.network.value


# --- ports ----------------------------------------------------------------------------------------


def bindings(found: Container) -> tuple[PortBinding, ...]:
    """Ports published to the host: as they are, or as asked for while the container is not running."""
    ports = found.ports if is_running(found) else found.ports_asked
    return tuple(port for port in ports if port.host_port is not None)


def asks_for_port(found: Container, port: int) -> bool:
    """Whether the container is configured to have this port of the host."""
    if host_network(found):
        return True
    asked = found.ports_asked or found.ports
    return any(one.host_port == port and one.protocol == "tcp" for one in asked)


def redis_port(e: Evidence) -> int:
    """The port Redis listens on inside its container: as seen, or 6379."""
    ports = sorted({one.port for one in redis_listeners(e)})
    if ports:
        return 6379 if 6379 in ports else ports[0]
    inside = e.inside.value
    return inside.port if inside and inside.answers else 6379


def is_redis(process: str) -> bool:
    return process.startswith(REDIS_PROCESSES)


def redis_listeners(e: Evidence) -> tuple[Listener, ...]:
    """TCP listeners of the container's namespace that are, or may be, Redis' own."""
    seen = e.process.value
    if seen is None:
        return ()
    tcp = [one for one in seen.listeners if one.protocol.startswith("tcp")]
    owned = [one for one in tcp if is_redis(one.process) or (one.pid is not None and one.pid == seen.pid)]
    if owned:
        return tuple(owned)
    found = container(e)
    if not (is_redis(seen.name) or inside_answers(e)) or (found is not None and host_network(found)):
        return ()
    return tuple(one for one in tcp if not one.process and not is_resolver(one))


def is_resolver(one: Listener) -> bool:
    """Docker's own name server listens in every container of a user-defined network."""
    return one.address == "127.0.0.11"


def inside_answers(e: Evidence) -> bool:
    """Whether Redis answered in its own container (PONG, or an error of its own)."""
    inside = e.inside.value
    return inside is not None and inside.answers is True


def works_inside(e: Evidence) -> bool:
    """Whether Redis is known to be up in its container: it answers there, or listens there."""
    return inside_answers(e) or bool(redis_listeners(e))


def host_listeners(e: Evidence) -> tuple[Listener, ...]:
    """TCP listeners on this host at the URL's port."""
    seen = e.listeners.value
    if seen is None:
        return ()
    return tuple(one for one in seen.listeners if one.port == url_port(e) and one.protocol.startswith("tcp"))


def port_is_free(e: Evidence) -> bool:
    """Whether the URL's port of this host was looked at, and nothing listens there."""
    return e.listeners.value is not None and not host_listeners(e)


def listening_for_client(e: Evidence) -> tuple[Listener, ...]:
    """Those of them that take connections to an address the client tries."""
    addresses = client_addresses(e)
    return tuple(one for one in host_listeners(e) if any(covers(one.address, to) for to in addresses))


def is_proxy(one: Listener) -> bool:
    return one.process.startswith(("docker-proxy", "rootlessport", "slirp4netns", "containers-rootlessport"))


def foreign_listener(e: Evidence) -> Listener | None:
    """A listener at the URL's port that does not lead to the Redis container; None where not known."""
    if not to_this_host(e):
        return None
    return next((one for one in listening_for_client(e) if is_foreign(e, one) or is_stale(e, one)), None)


def is_foreign(e: Evidence, one: Listener) -> bool:
    """Whether a listener is known to belong to something other than the Redis container."""
    name, found = redis_name(e), container(e)
    if is_proxy(one):
        owner = one.container or owner_of(e, one.forwards_to.rsplit(":", 1)[0])
        return bool(owner) and owner != name and not (found and owner in names_of(found))
    if one.container:
        return one.container != name
    if not one.process:
        return False
    seen = e.process.value
    own = found is not None and host_network(found) and seen is not None and one.pid in (None, seen.pid)
    return not own


def is_stale(e: Evidence, one: Listener) -> bool:
    """Whether a docker-proxy forwards to an address that no container has."""
    if not is_proxy(one) or not one.forwards_to or owners_known(e) is None:
        return False
    return not (one.container or owner_of(e, one.forwards_to.rsplit(":", 1)[0]))


def owner_words(one: Listener) -> str:
    """Who a listener is, to name in a sentence."""
    if one.container:
        return f"container {one.container}"
    if one.process:
        return f"process {one.process}" + (f" (pid {one.pid})" if one.pid else "")
    return "a process that cannot be seen from here"
