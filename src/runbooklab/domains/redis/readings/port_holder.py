"""Who has the URL's port of this host, if it is not the Redis container."""

from __future__ import annotations

from runbooklab.domains.docker.meant import container_name
from runbooklab.domains.docker.readings.containers import container, names_of
from runbooklab.domains.docker.readings.networks import host_network, owner_of, owners_known
from runbooklab.domains.ports.readings.listeners import is_proxy
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.destination import to_this_host
from runbooklab.domains.redis.readings.listeners import is_redis, listening_for_client
from runbooklab.observe.host.records import Listener


def foreign_listener(e: Evidence) -> Listener | None:
    """A listener at the URL's port that does not lead to the Redis container; None if that is not known."""
    if not to_this_host(e):
        return None
    return next((each for each in listening_for_client(e) if is_foreign(e, each) or is_stale(e, each)), None)


def is_foreign(e: Evidence, listener: Listener) -> bool:
    """Whether a listener is known to belong to something other than the Redis container."""
    name, found = container_name(e), container(e)
    if is_proxy(listener):
        owner = _owner(e, listener)
        return bool(owner) and owner != name and not (found and owner in names_of(found))
    if listener.container:
        return listener.container != name
    if not listener.process:
        return False
    seen = e.process.value
    own = found is not None and host_network(found) and seen is not None and listener.pid in (None, seen.pid)
    return not own


def is_stale(e: Evidence, listener: Listener) -> bool:
    """Whether a docker-proxy forwards to an address that no container has."""
    if not is_proxy(listener) or not listener.forwards_to or owners_known(e) is None:
        return False
    return not _owner(e, listener)


def _owner(e: Evidence, listener: Listener) -> str:
    """The container that a docker-proxy forwards to; "" if none is known."""
    return listener.container or owner_of(e, listener.forwards_to.rsplit(":", 1)[0])


def server_on_host(e: Evidence) -> Listener | None:
    """The Redis process of this host that the URL leads to; None if it is a container's or not known."""
    if container(e) is not None or not to_this_host(e):
        return None
    return next(
        (
            listener
            for listener in listening_for_client(e)
            if is_redis(listener.process) and not listener.container
        ),
        None,
    )
