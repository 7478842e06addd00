"""Where the URL leads: to this host, straight to the container, or to another machine."""

from __future__ import annotations

from runbooklab.domains.address.readings.address import place, url_host
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import container, names_of
from runbooklab.domains.container.readings.networks import host_network
from runbooklab.domains.endpoint.readings.destination import is_elsewhere, is_the_container, is_this_host
from runbooklab.domains.endpoint.readings.listeners import host_listeners
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client import client_addresses
from runbooklab.domains.redis.readings.conversation import answers
from runbooklab.domains.redis.readings.listeners import is_redis
from runbooklab.observe.net.addresses import is_loopback


def to_this_host(e: Evidence) -> bool:
    """Whether the URL leads to this host (and so to a published port), as far as is known."""
    tried = client_addresses(e)
    if in_container(e):
        tried = tuple(address for address in tried if not is_loopback(address))
    return is_this_host(e, tried)


def to_container(e: Evidence) -> bool:
    """Whether the URL leads straight to the Redis container, past every published port."""
    if is_the_container(e, client_addresses(e)):
        return True
    host, found = url_host(e), container(e)
    return (
        in_container(e)
        and bool(host)
        and (host == container_name(e) or (found is not None and host in names_of(found)))
    )


def elsewhere(e: Evidence) -> bool:
    """Whether the URL is known to lead to another machine."""
    return not (to_this_host(e) or to_container(e)) and is_elsewhere(e, client_addresses(e))


def from_elsewhere(e: Evidence) -> bool:
    """Whether the client is in a container and this host cannot use its URL, which is no fault then."""
    return in_container(e) and not answers(e)


def outside_docker(e: Evidence) -> str:
    """Why the Redis behind the URL is known not to be the named container's affair; "" if it may be.

    Such a Redis is healthy without Docker, and nothing about Docker may raise an alarm.
    """
    if not answers(e):
        return ""
    address = e.address.value
    if address and address.scheme == "unix":
        return f"Redis is reached through the socket {address.socket_path}"
    if e.host_addresses and elsewhere(e):
        return f"{place(e)} is another machine"
    found = container(e)
    in_it = found is not None and host_network(found)
    for listener in host_listeners(e):
        if is_redis(listener.process) and not listener.container and not in_it:
            pid = f" with pid {listener.pid}" if listener.pid else ""
            return f"{listener.process}{pid} on this host answers at {place(e)}"
    return ""
