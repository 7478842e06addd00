"""Who has the URL's port of this host, if it is not the Redis container."""

from __future__ import annotations

from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.endpoint.readings.holder import foreign_one
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.destination import to_this_host
from runbooklab.domains.redis.readings.listeners import is_redis, listening_for_client
from runbooklab.observe.host.records import Listener


def foreign_listener(e: Evidence) -> Listener | None:
    """A listener at the URL's port that does not lead to the Redis container; None if that is not known."""
    if not to_this_host(e):
        return None
    return foreign_one(e, listening_for_client(e), e.process.value.pid if e.process.value else None)


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
