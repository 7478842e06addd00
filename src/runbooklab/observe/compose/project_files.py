"""Which files Compose takes together: an override file, and what ``COMPOSE_FILE`` lists.

Source: compose-go, ``cli/options.go``; the Compose manual, "Merge Compose files", "COMPOSE_FILE".
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from runbooklab.observe.compose.variables import compose_variables

#: What Compose tries in this order if nobody names a file.
NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
#: What it takes beside one of those, the first that is there.
OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
MOST_LISTED = 20


def default_file(folder: Path, environment: Mapping[str, str] | None = None) -> Path | None:
    """The first file that Compose takes in ``folder`` if nobody names one; None if there is none.

    What ``COMPOSE_FILE`` names need not be there: Compose insists on it. ``environment``: here this process'.
    """
    listed = _listed(folder, compose_variables(folder / ".env", environment))
    if listed:
        return listed[0]
    return next((folder / name for name in NAMES if (folder / name).is_file()), None)


def layers(path: Path, variables: Mapping[str, str]) -> tuple[Path, ...]:
    """All files that make up the project of which ``path`` is one, the first is the one merged into.

    ``COMPOSE_FILE`` counts if it lists this file; else a file of a usual name takes its override file along,
    as it does for whoever types ``docker compose up`` in its folder.
    """
    folder = path.absolute().parent
    if variables.get("COMPOSE_FILE"):
        listed = _listed(folder, variables)
        return listed if path.absolute() in listed else (path,)
    if path.name not in NAMES:
        return (path,)
    over = next((path.parent / name for name in OVERRIDES if (path.parent / name).is_file()), None)
    return (path, over) if over is not None else (path,)


def _listed(folder: Path, variables: Mapping[str, str]) -> tuple[Path, ...]:
    between = variables.get("COMPOSE_PATH_SEPARATOR") or os.pathsep
    named = variables.get("COMPOSE_FILE", "").split(between)[:MOST_LISTED]
    return tuple(Path(os.path.normpath(folder.absolute() / each.strip())) for each in named if each.strip())
