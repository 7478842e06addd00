"""Who has the URL's port of this host, if it is not the container."""

from __future__ import annotations

from collections.abc import Iterable

from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import container, names_of
from runbooklab.domains.container.readings.networks import host_network, owner_of, owners_known
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.readings.destination import addresses, is_this_host
from runbooklab.domains.endpoint.readings.listeners import host_listeners, is_proxy, taking
from runbooklab.observe.host.records import Listener


def holder(e: Evidence) -> Listener | None:
    """A listener at the URL's port that does not lead to the container; None if none is known."""
    tried = addresses(e)
    if not is_this_host(e, tried):
        return None
    found = container(e)
    return foreign_one(e, taking(host_listeners(e), tried), found.pid if found is not None else None)


def foreign_one(e: Evidence, listeners: Iterable[Listener], pid: int | None) -> Listener | None:
    """The first of these that does not lead to the container; ``pid`` is its main process, if known."""
    return next((each for each in listeners if is_foreign(e, each, pid) or is_stale(e, each)), None)


def is_foreign(e: Evidence, listener: Listener, pid: int | None) -> bool:
    """Whether a listener is known to belong to something other than the container."""
    name, found = container_name(e), container(e)
    if is_proxy(listener):
        owner = _owner(e, listener)
        return bool(owner) and owner != name and not (found and owner in names_of(found))
    if listener.container:
        return listener.container != name
    if not listener.process:
        return False
    own = found is not None and host_network(found) and pid is not None and listener.pid in (None, pid)
    return not own


def is_stale(e: Evidence, listener: Listener) -> bool:
    """Whether a docker-proxy forwards to an address that no container has."""
    if not is_proxy(listener) or not listener.forwards_to or owners_known(e) is None:
        return False
    return not _owner(e, listener)


def stale_proxy(e: Evidence) -> Listener | None:
    """The docker-proxy at the URL's port that forwards to an address without a container."""
    return next((each for each in host_listeners(e) if is_stale(e, each)), None)


def container_of(e: Evidence, listener: Listener) -> str:
    """The container whose port it is; "" if it is none's, or none is known."""
    return listener.container or (_owner(e, listener) if is_proxy(listener) else "")


def _owner(e: Evidence, listener: Listener) -> str:
    """The container that a docker-proxy forwards to; "" if none is known."""
    return listener.container or owner_of(e, listener.forwards_to.rsplit(":", 1)[0])
