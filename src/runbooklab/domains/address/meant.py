"""Which container the target's URL leads to, if there is none of the name that the parameters give.

``redis_container`` has a default. That it does not exist says nothing of a target whose container has another
name: the one meant is then found by what the target itself says, and every sentence says how. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

from runbooklab.domains.address.records import RedisAddress
from runbooklab.domains.address.target import Target
from runbooklab.domains.container.meant import (
    COMPOSE_SERVICE,
    Meant,
    Rule,
    aliases,
    first_by,
    is_default,
    looks_like,
    meant_by_name,
    publishes,
)
from runbooklab.observe.docker.records import Container
from runbooklab.observe.net.addresses import is_ip, leads_to_host

#: What the image, name, service or command of a Redis container holds.
REDIS_LIKE = ("redis", "valkey", "keydb", "dragonfly")


def is_redis_like(found: Container) -> bool:
    """Whether image, name, service or command say that a container is a Redis."""
    return looks_like(found, REDIS_LIKE)


def meant(
    target: Target, candidates: Iterable[Container], address: RedisAddress | None, *, from_container: bool
) -> Meant | None:
    """The container that is meant if there is none of the name that the target gives.

    ``candidates`` are the engine's containers as far as they were inspected, ``from_container`` says that
    the client is in a container itself. A service or an alias of that name comes first; then what the
    URL leads to; and for a name that nobody chose, the only Redis there is.
    """
    everything = tuple(candidates)
    by_name = meant_by_name(target.redis_container, everything, address.port if address is not None else 0)
    if by_name is not None:
        return by_name
    if address is not None and not address.problem and address.host:
        by_url = meant_by_url(everything, address, from_container=from_container)
        if by_url is not None:
            return by_url
    redis = [container for container in everything if is_redis_like(container)]
    if is_default(target, "redis_container") and len(redis) == 1:
        return Meant(redis[0], "it is the only Redis container of this engine")
    return None


def is_unrelated(target: Target, found: Container, address: RedisAddress | None) -> bool:
    """Whether a container has the default's name by chance: a URL that was given leads past it."""
    return (
        is_default(target, "redis_container")
        and address is not None
        and not address.problem
        and address.source == "parameter"
        and leads_to_host(address.host)
        and found.network_mode != "host"
        and not publishes(found, address.port)
    )


def meant_by_url(
    candidates: Iterable[Container], address: RedisAddress, *, from_container: bool
) -> Meant | None:
    """The container that the URL leads to."""
    return first_by(_by_url(address, from_container), tuple(candidates), address.port)


def _by_url(address: RedisAddress, from_container: bool) -> list[Rule]:
    host, port = address.host, address.port
    rules: list[Rule] = [
        (lambda container: host in {container.name, *aliases(container)}, f"the URL names it: {host}"),
        (
            lambda container: host == container.labels.get(COMPOSE_SERVICE),
            f"it is the Compose service {host} of the URL",
        ),
        (
            lambda container: host in {net.ip for net in container.networks},
            f"it has the URL's address {host}",
        ),
    ]
    if leads_to_host(host) or (is_ip(host) and not from_container):
        rules.append(
            (lambda container: publishes(container, port) and is_redis_like(container), f"it has port {port}")
        )
        rules.append((lambda container: publishes(container, port), f"it has port {port}"))
    return rules
