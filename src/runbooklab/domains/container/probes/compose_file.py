"""A Compose file of the project that defines a container which is not there (any more)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from runbooklab.observe.compose.file import ComposeFile, read_compose
from runbooklab.observe.compose.project_files import default_file
from runbooklab.observe.compose.variables import compose_variables

if TYPE_CHECKING:
    from runbooklab.domains.container.context import Context

_SERVICE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*")


def defined_in(ctx: Context, *wanted: str) -> tuple[str, str]:
    """Path of the Compose file, and the service in it, that is called one of ``wanted``; "" if none is.

    The files that are read are those of the current folder and of the project.
    """
    for folder in dict.fromkeys((Path.cwd(), ctx.project)):
        path = default_file(folder)
        if path is None:
            continue
        found = read_compose(path, compose_variables(folder / ".env"))
        for file in found.files:
            ctx.note("file", f"read {file}")
        for name in wanted:
            service = _service(found, name)
            if service:
                return (path.name if folder == Path.cwd() else str(path)), service
    return "", ""


def _service(file: ComposeFile, name: str) -> str:
    """The service whose container has this name: as it says, as Compose makes it, or its own name."""
    for service, said in file.services.items():
        given = said.get("container_name")
        by_itself = (service, f"{file.project}-{service}-1", f"{file.project}_{service}_1")
        if name and _SERVICE.fullmatch(service) and (name == given or (not given and name in by_itself)):
            return service
    return ""
