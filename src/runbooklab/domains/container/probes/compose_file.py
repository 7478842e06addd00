"""A Compose file of the project that defines a container which is not there (any more)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from runbooklab.files import read_file

if TYPE_CHECKING:
    from runbooklab.domains.container.context import Context

#: In the order in which Compose looks for them (Compose specification: "The Compose file").
NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
#: A Compose file has some kilobytes.
MOST_BYTES = 256 << 10
#: YAML's aliases let a small file stand for a large one: such a file is left alone.
_ANCHOR = re.compile(r"(?:^|[\s\[{,])[&*][A-Za-z0-9_-]+", re.MULTILINE)
_SERVICE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*")


def defined_in(ctx: Context, *wanted: str) -> tuple[str, str]:
    """Path of the Compose file, and the service in it, that is called one of ``wanted``; "" if none is.

    The files that are read are those of the current folder and of the project.
    """
    for folder in dict.fromkeys((Path.cwd(), ctx.project)):
        path = next((folder / name for name in NAMES if (folder / name).is_file()), None)
        services = _services(path) if path is not None else {}
        if path is None or not services:
            continue
        ctx.note("file", f"read {path}")
        project = re.sub(r"[^a-z0-9_-]", "", folder.name.lower())
        for name in wanted:
            service = _service(services, name, project)
            if service:
                return (path.name if folder == Path.cwd() else str(path)), service
    return "", ""


def _service(services: dict[str, Any], name: str, project: str) -> str:
    """The service whose container has this name: as it says, as Compose makes it, or its own name."""
    for service, said in services.items():
        given = said.get("container_name") if isinstance(said, dict) else None
        by_itself = (service, f"{project}-{service}-1", f"{project}_{service}_1")
        if name and _SERVICE.fullmatch(service) and (name == given or (not given and name in by_itself)):
            return service
    return ""


def _services(path: Path) -> dict[str, Any]:
    """The services of a file; none if it can't be read as what it should be."""
    try:
        text = read_file(path, MOST_BYTES).decode()
        if len(_ANCHOR.findall(text)) > 100:
            return {}
        said = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 # a safe loader
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return {}
    services = said.get("services") if isinstance(said, dict) else None
    return {str(name): service for name, service in services.items()} if isinstance(services, dict) else {}
