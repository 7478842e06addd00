"""Which container is meant by a name, and where that is known from.

Pure: the probe hands over what it saw, everybody else asks the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.target import Target
from runbooklab.model.parameter import Parameter
from runbooklab.observe.docker.records import Container

Rule = tuple[Callable[[Container], bool], str]

#: Networks that Docker brings along.
BUILT_IN_NETWORKS = frozenset({"bridge", "host", "none", "default", ""})
COMPOSE_SERVICE = "com.docker.compose.service"


class Meant(Struct, frozen=True):
    """The container that is meant by a name that is not its own, and what says so."""

    container: Container
    because: str  # finishes a sentence: "it publishes port 6379"


def is_default(target: Target, name: str) -> bool:
    """Whether nobody chose the parameter's value: it is the runbook's own."""
    row: Parameter[str] = getattr(type(target), name)
    return target.is_default(row)


def source_words(target: Target, name: str) -> str:
    """A parameter's value as a sentence names it, with its source: ``redis-tts (default)``."""
    return f"{getattr(target, name)} ({'default' if is_default(target, name) else 'given'})"


def container_name(e: Evidence) -> str:
    """The container's name: of the one that was found, else the name that was asked for; or ""."""
    look = e.container.value
    return look.found.name if look and look.found else e.target.redis_container


def looks_like(found: Container, kinds: Iterable[str]) -> bool:
    """Whether image, name, service or command hold one of these words."""
    words = (found.image.rsplit("/", 1)[-1], found.name, found.labels.get(COMPOSE_SERVICE, ""))
    return any(kind in text.lower() for kind in kinds for text in (*words, *found.command[:2]))


def meant_by_name(name: str, candidates: Iterable[Container], port: int = 0) -> Meant | None:
    """The container that has ``name`` as its Compose service, or on one of its networks."""
    rules: list[Rule] = [
        (lambda found: found.labels.get(COMPOSE_SERVICE) == name, f"it is the Compose service {name}"),
        (lambda found: name in aliases(found), f"a network knows it as {name}"),
    ]
    return first_by(rules, tuple(candidates), port)


def first_by(rules: Iterable[Rule], among: tuple[Container, ...], port: int = 0) -> Meant | None:
    """The first container that the first rule fits which fits any; of several, the one that has ``port``."""
    for fits, because in rules:
        found = _one_of([candidate for candidate in among if fits(candidate)], port)
        if found is not None:
            return Meant(found, because)
    return None


def publishes(found: Container, port: int) -> bool:
    """Whether a container has, or asks for, this TCP port of the host."""
    if found.network_mode == "host":
        return False  # the mapping is discarded; which ports it has is the program's own choice
    return any(
        binding.host_port == port and binding.protocol == "tcp"
        for binding in (*found.ports, *found.ports_asked)
    )


def aliases(found: Container) -> set[str]:
    """Every name that a container has on its networks."""
    return {alias for net in found.networks for alias in net.aliases} - {""}


def _one_of(fitting: list[Container], port: int) -> Container | None:
    """Of several, the one that has the port, then one that runs, then the youngest."""
    if not fitting:
        return None
    return max(
        fitting,
        key=lambda found: (publishes(found, port), found.state in ("running", "paused"), found.created_at),
    )
