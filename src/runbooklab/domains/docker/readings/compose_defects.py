"""What Compose refuses in a file that parses: the specification's schema, and references. Pure.

Source: the Compose specification's JSON schema (beside this file, Apache-2.0); compose-go, ``loader`` and
``validation``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from runbooklab.domains.docker.readings.compose_parts import items, mapping, names, used_volumes
from runbooklab.domains.docker.readings.compose_values import values
from runbooklab.domains.docker.readings.schema import Schema
from runbooklab.observe.compose.file import ComposeFile

SCHEMA = Path(__file__).with_name("compose-spec.json")
MOST_DEFECTS = 20
#: A chain of services that depend on each other is followed so far.
MOST_STEPS = 200
#: A message, and the key that it is about.
Found = tuple[str, str]
#: ``network_mode: service:web`` and the like name another service.
_OF_SERVICE = "service:"


def defects(said: ComposeFile) -> list[Found]:
    """Each defect of the file with its key, in the order in which Compose would meet them.

    What a variable that is not set leaves behind is no defect of the file: the variable is.
    """
    empty = {each.key for each in said.unset}
    return [(message, key) for message, key in _all(said) if key not in empty]


def _all(said: ComposeFile) -> list[Found]:
    found = list(_schema(said.data))
    if found:
        return found[:MOST_DEFECTS]
    if not said.services and not said.data.get("include"):
        return [("the file defines no service", "services" if "services" in said.data else "")]
    return [*_services(said), *_cycle(said)][:MOST_DEFECTS]


@cache
def _compose_schema() -> Schema:
    return Schema(json.loads(SCHEMA.read_text()))


def _schema(data: dict[str, Any]) -> Iterator[Found]:
    for message, place in _compose_schema().broken(data):
        yield message, ".".join(place)


def _services(said: ComposeFile) -> Iterator[Found]:
    whole = "include" not in said.data
    for name, service in said.services.items():
        key = f"services.{name}"
        inherits = bool(service.get("extends"))
        named = service.get("image") or any(each.key == f"{key}.image" for each in said.unset)
        if not (inherits or named or "build" in service or service.get("provider")):
            yield (
                f'service "{name}" has neither an image nor a build context specified: invalid '
                "compose project",
                key,
            )
        if whole:
            yield from _references(said, name, service)
        yield from values(name, service)
        yield from _env_files(name, service, said.folder)
        yield from _modes(name, service)


def _references(said: ComposeFile, name: str, service: dict[str, Any]) -> Iterator[Found]:
    key = f"services.{name}"
    tables = {table: mapping(said.data.get(table)) for table in ("networks", "volumes", "secrets", "configs")}
    for network in names(service.get("networks")):
        if network not in tables["networks"] and network != "default":
            yield (
                f'service "{name}" refers to undefined network {network}: invalid compose project',
                f"{key}.networks",
            )
    for volume in used_volumes(service):
        if volume not in tables["volumes"]:
            yield (
                f'service "{name}" refers to undefined volume {volume}: invalid compose project',
                f"{key}.volumes",
            )
    for table, word in (("secrets", "secret"), ("configs", "config")):
        for used in items(service.get(table)):
            source = mapping(used).get("source") if isinstance(used, dict) else used
            if source and str(source) not in tables[table]:
                yield (
                    f'service "{name}" refers to undefined {word} {source}: invalid compose project',
                    f"{key}.{table}",
                )
    for other, how in _depends(service):
        if other not in said.services and mapping(how).get("required") is not False:
            yield (
                f'service "{name}" depends on undefined service "{other}": invalid compose project',
                f"{key}.depends_on",
            )
    for mode in ("network_mode", "ipc", "pid"):
        value = str(service.get(mode) or "")
        if value.startswith(_OF_SERVICE) and value.removeprefix(_OF_SERVICE) not in said.services:
            yield (
                f'service "{name}" refers to undefined service {value.removeprefix(_OF_SERVICE)}',
                f"{key}.{mode}",
            )
    base = mapping(service.get("extends"))
    wanted = service["extends"] if isinstance(service.get("extends"), str) else base.get("service")
    if wanted and not base.get("file") and wanted not in said.services:
        yield f'cannot extend service "{name}": service "{wanted}" not found', f"{key}.extends"


def _depends(service: dict[str, Any]) -> list[tuple[str, Any]]:
    asked = service.get("depends_on")
    if isinstance(asked, dict):
        return list(asked.items())
    return [(str(each), None) for each in items(asked)]


def _implied(service: dict[str, Any]) -> Iterator[str]:
    """Services that must be there first without being named in ``depends_on``.

    Source: compose-go, ``loader/normalize.go``: links, volumes_from, and the modes that share a namespace.
    """
    for link in items(service.get("links")):
        yield str(link).partition(":")[0]
    for volume in items(service.get("volumes_from")):
        if not str(volume).startswith("container:"):
            yield str(volume).partition(":")[0]
    for mode in ("network_mode", "ipc", "pid", "uts", "cgroup"):
        value = str(service.get(mode) or "")
        if value.startswith(_OF_SERVICE):
            yield value.removeprefix(_OF_SERVICE)


def _env_files(name: str, service: dict[str, Any], folder: Path) -> Iterator[Found]:
    asked = service.get("env_file")
    for each in [asked] if isinstance(asked, str | dict) else items(asked):
        file = mapping(each).get("path") if isinstance(each, dict) else each
        if not file or mapping(each).get("required") is False:
            continue
        place = folder / Path(str(file)).expanduser()
        if not place.is_file():
            why = "is a directory" if place.is_dir() else "not found"
            yield f"env file {place} {why}", f"services.{name}.env_file"


def _modes(name: str, service: dict[str, Any]) -> Iterator[Found]:
    key = f"services.{name}"
    if service.get("network_mode") and service.get("networks"):
        yield (
            f'service "{name}" declares mutually exclusive `network_mode` and `networks`',
            f"{key}.network_mode",
        )
    replicas = mapping(service.get("deploy")).get("replicas") or service.get("scale") or 1
    if service.get("container_name") and isinstance(replicas, int) and replicas > 1:
        yield (
            f"can't set container_name and {replicas} replicas of {name} as container name must be unique",
            key,
        )


def _cycle(said: ComposeFile) -> Iterator[Found]:
    """The first circle of services that wait for one another."""
    edges = {
        name: [*(other for other, _ in _depends(service)), *_implied(service)]
        for name, service in said.services.items()
    }
    done: set[str] = set()

    def follow(name: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if name in way:
            return (*way[way.index(name) :], name)
        if name in done or name not in edges or len(way) > MOST_STEPS:
            return ()
        for other in edges[name]:
            if circle := follow(other, (*way, name)):
                return circle
        done.add(name)
        return ()

    for name in edges:
        if circle := follow(name, ()):
            yield f"dependency cycle detected: {' -> '.join(circle)}", f"services.{circle[0]}.depends_on"
            return
