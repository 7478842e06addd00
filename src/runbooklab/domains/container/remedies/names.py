"""Names that go into no command: Docker would never give them, or a program would take them for an option.

Quoting keeps a name from being acted on by a shell. It doesn't make a lie true: an engine that names a
container ``x; reboot`` is no Docker engine, and ``docker rm --all`` is no removal of a container ``--all``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator

import msgspec

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.shell import quoted
from runbooklab.observe.docker.records import Container
from runbooklab.redaction import visible

#: moby, ``daemon/names``: RestrictedNamePattern; of a volume too.
CONTAINER = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")
#: distribution/reference: a registry with a port, a path, a tag, a digest.
_IMAGE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.:/@-]*")
#: Docker lets a network be called anything that is not blank; an option is no name.
NETWORK = re.compile(r"[^-\s].*", re.DOTALL)
#: A bind's source.
FOLDER = re.compile(r"/.*|[A-Za-z]:\\.*", re.DOTALL)


def is_container_name(name: str) -> bool:
    """Whether Docker would give a container this name."""
    return CONTAINER.fullmatch(name) is not None


#: Stands in a command instead of such a name.
PLACEHOLDER = '"$NAME"'
#: Printed if nothing else is left to print.
_WHO_ANSWERS = ("docker context ls", "docker info")


#: What something is, the form of its name, and the names.
Named = tuple[str, re.Pattern[str], Iterable[str]]


def refused(steps: Steps, e: Evidence, more: Iterable[Named] = ()) -> Steps:
    """``steps`` with :data:`PLACEHOLDER` for each name that can't be, and a sentence that says so.

    ``more`` are names beside those of containers, networks, images and mounts.
    """
    words = {word for line in _lines(steps) for word in _words(line)}
    for kind, name in dict.fromkeys(_impossible((*_named(e), *more))):
        if _shown(name) in words:
            steps = _without(steps, kind, name)
    return steps


def _without(steps: Steps, kind: str, name: str) -> Steps:
    word = re.compile(rf"(?<!\S){re.escape(quoted(name))}(?!\S)")

    def kept(lines: tuple[str, ...]) -> tuple[str, ...]:
        filled = (word.sub(lambda _: PLACEHOLDER, line) for line in lines)
        return tuple(line for line in filled if _shown(name) not in _words(line))

    said = f"{kind} is called {_shown(name)!r}, which can't be"
    return msgspec.structs.replace(
        steps,
        commands=kept(steps.commands) or _WHO_ANSWERS,
        confirm=kept(steps.confirm),
        undo=kept(steps.undo),
        changes=f"{steps.changes} But {said}: that name is put into no command. Find out who answers there.",
    )


def _lines(steps: Steps) -> tuple[str, ...]:
    return (*steps.commands, *steps.confirm, *steps.undo)


def _words(line: str) -> set[str]:
    """A command's words, and what follows an option's ``=`` or before a mount's ``:``."""
    words = shlex.split(line)
    return {*words, *(word.partition("=")[2] for word in words), *(word.partition(":")[0] for word in words)}


def _shown(name: str) -> str:
    return visible(name).replace("\n", "\\n").replace("\t", "\\t")


def _impossible(named: Iterable[Named]) -> Iterator[tuple[str, str]]:
    """What is called by a name that can't be: what it is, and the name."""
    for kind, rule, names in named:
        yield from ((kind, name) for name in names if name and not rule.fullmatch(name))


def _named(e: Evidence) -> Iterator[Named]:
    mounts = [mount for found in _described(e) for mount in found.mounts]
    yield "a container", CONTAINER, _containers(e)
    yield "a network", NETWORK, _networks(e)
    yield "an image", _IMAGE, [found.image for found in _described(e)]
    yield "a mount", FOLDER, [mount.source for mount in mounts if mount.type == "bind"]
    yield "a volume", CONTAINER, [mount.source for mount in mounts if mount.type == "volume"]


def _described(e: Evidence) -> Iterator[Container]:
    for look in (e.container.value, e.orchestrator.value):
        if look is not None:
            yield from (container for container in (look.found, *look.others) if container is not None)


def _containers(e: Evidence) -> Iterator[str]:
    yield from (e.target.redis_container, e.target.orchestrator_container)
    yield from (container.name for container in _described(e))
    for look in (e.container.value, e.orchestrator.value):
        yield from look.names if look is not None else ()
    if e.network.value is not None:
        yield from e.network.value.owners.values()
        yield from e.network.value.found.containers if e.network.value.found else ()


def _networks(e: Evidence) -> Iterator[str]:
    yield e.target.docker_network
    yield from (net.network for container in _described(e) for net in container.networks)
    yield from e.network.value.names if e.network.value is not None else ()
