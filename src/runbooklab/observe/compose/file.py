"""A Compose file of this host, read as Compose reads it: with its override file, merged and interpolated.

Only what has to be right before Compose looks at the services is judged here; references and the
specification's schema are for whoever reads the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from runbooklab.observe.compose.assembly import Assembly
from runbooklab.observe.compose.located import places, plain
from runbooklab.observe.compose.problems import Problem, UnsetVariable
from runbooklab.observe.compose.project_files import layers


class ComposeFile(Struct, frozen=True):
    """What is in memory of it. It holds values, and so secrets: it is no record of a probe."""

    path: str
    project: str = ""  # as Compose names it
    data: dict[str, Any] = field(default_factory=dict)  # interpolated
    lines: dict[str, int] = field(default_factory=dict)  # services.web.ports.0 -> line
    #: services.web.ports.0 -> the file in which it stands, for all that is not in the file at ``path``.
    others: dict[str, str] = field(default_factory=dict)
    #: The files that ``docker compose -f`` would have to name: this one, and an override file.
    layers: tuple[str, ...] = ()
    #: All files that were read, those that it extends and includes too.
    files: tuple[str, ...] = ()
    unset: tuple[UnsetVariable, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def services(self) -> dict[str, dict[str, Any]]:
        """The services that are mappings, by name."""
        found = self.data.get("services")
        named = found.items() if isinstance(found, dict) else ()
        return {name: said for name, said in named if isinstance(said, dict)}

    @property
    def folder(self) -> Path:
        """Where relative paths start: the folder of the first file."""
        return Path(self.layers[0] if self.layers else self.path).absolute().parent

    def line(self, key: str) -> int:
        """The line of a key, or of the nearest one above it; 0 if none is known."""
        return self.lines.get(self._nearest(key), 0)

    def elsewhere(self, key: str) -> str:
        """The file to which :meth:`line` refers, if it is another one than that at ``path``, else ""."""
        return self.others.get(self._nearest(key), "")

    def _nearest(self, key: str) -> str:
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return key


def read_compose(path: Path, variables: Mapping[str, str], project: str = "") -> ComposeFile:
    """The Compose file at ``path`` with ``variables``: those of ``.env``, and before them the environment's.

    ``project`` is the project's name, if it is given. An override file beside it is merged into it, and so
    is what ``COMPOSE_FILE`` lists together with it. Never raises for what is in the files.
    """
    parts = layers(path, variables)
    run = Assembly(path)
    tree = run.project(parts, variables)
    read = ComposeFile(
        str(path),
        layers=tuple(map(str, parts)),
        files=tuple(map(str, run.files.values())),
        unset=tuple(run.unset),
        problems=tuple(run.problems),
    )
    if tree is None:
        return read
    data = plain(tree)
    known = places(tree)
    named = project or variables.get("COMPOSE_PROJECT_NAME", "") or str(data.get("name") or "")
    return ComposeFile(
        read.path,
        project=named or project_of(read.folder.name),
        data=data,
        lines={key: place.line for key, place in known.items()},
        others={key: shown for key, place in known.items() if (shown := run.shown(place.file))},
        layers=read.layers,
        files=read.files,
        unset=read.unset,
        problems=read.problems,
    )


def project_of(folder: str) -> str:
    """The project's name that Compose makes of a folder's (compose-go, ``NormalizeProjectName``).

    >>> project_of("TTS Stack"), project_of("_private.d")
    ('ttsstack', 'privated')
    """
    return re.sub(r"[^a-z0-9_-]", "", folder.lower()).lstrip("_-")
