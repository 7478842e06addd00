"""The bind mounts of a Compose file, and what stands at their sources on this host."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from runbooklab.domains.docker.compose_records import Bind
from runbooklab.observe.compose.file import ComposeFile

MOST_BINDS = 200


def binds(said: ComposeFile) -> Iterator[Bind]:
    """Every bind mount of a service, and every file that a secret or a config is made of."""
    for number, bind in enumerate((*_of_services(said), *_files(said))):
        if number >= MOST_BINDS:
            return
        place = said.folder / Path(bind.source).expanduser()
        yield _seen(replace(bind, source=os.path.normpath(place)))


def _of_services(said: ComposeFile) -> Iterator[Bind]:
    for name, service in said.services.items():
        listed = service.get("volumes")
        for number, volume in enumerate(listed if isinstance(listed, list) else ()):
            key = f"services.{name}.volumes.{number}"
            bind = _long(name, volume) if isinstance(volume, dict) else _short(name, str(volume))
            if bind is not None:
                yield replace(bind, line=said.line(key), file=said.elsewhere(key))


def _short(service: str, text: str) -> Bind | None:
    """``./conf:/etc/conf:ro``; a name without a slash or a dot is a volume."""
    source, colon, rest = text.partition(":")
    if not colon or not source.startswith(("/", ".", "~")):
        return None
    return Bind(service, source, rest.partition(":")[0])


def _long(service: str, volume: dict[str, Any]) -> Bind | None:
    if volume.get("type") != "bind" or not volume.get("source"):
        return None
    options = volume.get("bind")
    makes = options.get("create_host_path") if isinstance(options, dict) else None
    return Bind(service, str(volume["source"]), str(volume.get("target") or ""), 0, makes is True)


def _files(said: ComposeFile) -> Iterator[Bind]:
    for table, what in (("secrets", "secret"), ("configs", "config")):
        defined = said.data.get(table)
        for name, each in (defined if isinstance(defined, dict) else {}).items():
            if isinstance(each, dict) and each.get("file") and _is_used(said, table, name):
                key = f"{table}.{name}.file"
                yield Bind(
                    name,
                    str(each["file"]),
                    line=said.line(key),
                    makes_folder=False,
                    what=what,
                    file=said.elsewhere(key),
                )


def _is_used(said: ComposeFile, table: str, name: str) -> bool:
    for service in said.services.values():
        for used in service.get(table) or () if isinstance(service.get(table), list) else ():
            if used == name or (isinstance(used, dict) and used.get("source") == name):
                return True
    return False


def _seen(bind: Bind) -> Bind:
    try:
        mode = Path(bind.source).stat().st_mode
    except PermissionError:
        return replace(bind, kind="hidden")
    except (OSError, ValueError):
        return replace(bind, kind="missing")
    if stat.S_ISDIR(mode):
        try:
            with os.scandir(bind.source) as entries:
                empty = next(entries, None) is None
        except OSError:
            return replace(bind, kind="directory")
        return replace(bind, kind="empty-directory" if empty else "directory")
    return replace(bind, kind="file" if stat.S_ISREG(mode) else "other")
