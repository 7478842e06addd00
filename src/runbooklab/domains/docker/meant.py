"""Which Redis container is meant, and where that is known from.

``redis_container`` and ``docker_network`` have defaults. That a default does not exist says nothing of a
target whose container has another name: the one meant is then found by what the target itself says, and
every sentence tells how. Pure: the probe hands over what it saw, everybody else asks the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from runbooklab.domains.environment.addresses import is_ip, leads_to_host
from runbooklab.domains.environment.records import RedisAddress
from runbooklab.model.evidence import Evidence, Target
from runbooklab.observe.docker.records import Container

Rule = tuple[Callable[[Container], bool], str]

#: What the runbooks take for granted if nobody says otherwise (the front matter's defaults).
DEFAULTS: dict[str, str] = {
    "orchestrator_config": "configs/orchestrator.yaml",
    "redis_container": "redis-tts",
    "docker_network": "tts-network",
    "worker_key_pattern": "worker:*",
}
#: Networks that Docker brings along.
BUILT_IN_NETWORKS = frozenset({"bridge", "host", "none", "default", ""})
COMPOSE_SERVICE = "com.docker.compose.service"
_REDIS_LIKE = ("redis", "valkey", "keydb", "dragonfly")


class Meant(Struct, frozen=True):
    """The container that is meant by a name that is not its own, and what says so."""

    container: Container
    because: str  # finishes a sentence: "it publishes port 6379"


def is_default(target: Target, name: str) -> bool:
    """Whether nobody chose the parameter's value: it is the runbook's own."""
    return target.sources.get(name) != "given" and getattr(target, name) == DEFAULTS.get(name)


def source_words(target: Target, name: str) -> str:
    """A parameter's value as a sentence names it, with its source: ``redis-tts (default)``."""
    return f"{getattr(target, name)} ({'default' if is_default(target, name) else 'given'})"


def redis_name(e: Evidence) -> str:
    """The Redis container's name: of the one that was found, else the name that was asked for; or ""."""
    look = e.container.value
    return look.found.name if look and look.found else e.target.redis_container


def is_redis_like(found: Container) -> bool:
    """Whether image, name, service or command say that a container is a Redis."""
    words = (found.image.rsplit("/", 1)[-1], found.name, found.labels.get(COMPOSE_SERVICE, ""))
    return any(kind in text.lower() for kind in _REDIS_LIKE for text in (*words, *found.command[:2]))


def meant(
    target: Target, candidates: Iterable[Container], address: RedisAddress | None, *, from_container: bool
) -> Meant | None:
    """The container that is meant if there is none of the name that the target gives.

    ``candidates`` are the engine's containers as far as they were looked at, ``from_container`` says that
    the client is in a container itself. A service or an alias of that name comes first; then what the
    URL leads to; and for a name that nobody chose, the only Redis there is.
    """
    everything = tuple(candidates)
    by_name = meant_by_name(target.redis_container, everything, address)
    if by_name is not None:
        return by_name
    if address is not None and not address.problem and address.host:
        by_url = meant_by_url(everything, address, from_container=from_container)
        if by_url is not None:
            return by_url
    redis = [one for one in everything if is_redis_like(one)]
    if is_default(target, "redis_container") and len(redis) == 1:
        return Meant(redis[0], "it is the only Redis container of this engine")
    return None


def meant_by_name(
    name: str, candidates: Iterable[Container], address: RedisAddress | None = None
) -> Meant | None:
    """The container that has ``name`` as its Compose service, or on one of its networks."""
    rules: list[Rule] = [
        (lambda one: one.labels.get(COMPOSE_SERVICE) == name, f"it is the Compose service {name}"),
        (lambda one: name in _aliases(one), f"a network knows it as {name}"),
    ]
    return _first(rules, tuple(candidates), address)


def _first(rules: Iterable[Rule], among: tuple[Container, ...], address: RedisAddress | None) -> Meant | None:
    for fits, because in rules:
        found = _one_of([one for one in among if fits(one)], address)
        if found is not None:
            return Meant(found, because)
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
    return _first(_by_url(address, from_container), tuple(candidates), address)


def _by_url(address: RedisAddress, from_container: bool) -> list[Rule]:
    host, port = address.host, address.port
    rules: list[Rule] = [
        (lambda one: host in {one.name, *_aliases(one)}, f"the URL names it: {host}"),
        (lambda one: host == one.labels.get(COMPOSE_SERVICE), f"it is the Compose service {host} of the URL"),
        (lambda one: host in {net.ip for net in one.networks}, f"it has the URL's address {host}"),
    ]
    if leads_to_host(host) or (is_ip(host) and not from_container):
        rules.append((lambda one: publishes(one, port) and is_redis_like(one), f"it has port {port}"))
        rules.append((lambda one: publishes(one, port), f"it has port {port}"))
    return rules


def publishes(found: Container, port: int) -> bool:
    """Whether a container has, or asks for, this TCP port of the host."""
    if found.network_mode == "host":
        return False  # the mapping is discarded; which ports it has is Redis' own choice
    return any(one.host_port == port and one.protocol == "tcp" for one in (*found.ports, *found.ports_asked))


def _aliases(found: Container) -> set[str]:
    return {alias for net in found.networks for alias in net.aliases} - {""}


def _one_of(fitting: list[Container], address: RedisAddress | None) -> Container | None:
    """Of several, the one that has the URL's port, then one that runs, then the youngest."""
    if not fitting:
        return None
    port = address.port if address is not None else 0
    return max(
        fitting,
        key=lambda one: (publishes(one, port), one.state in ("running", "paused"), one.created_at),
    )
