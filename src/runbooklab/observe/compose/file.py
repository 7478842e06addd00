"""A Compose file of this host, read and interpolated: what it defines, and what Compose would refuse.

Only what has to be right before Compose looks at the services is judged here; references and the
specification's schema are for whoever reads the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field

from runbooklab.files import read_file
from runbooklab.observe.compose.interpolation import NotReplaced, interpolate
from runbooklab.observe.compose.yaml_document import Document, NotYaml, document

#: A Compose file has some kilobytes.
MOST_BYTES = 1 << 20

#: ``missing``: not there; ``unreadable``: it is, and cannot be read; ``yaml``: does not parse;
#: ``interpolation``: a ``$`` that Compose refuses; ``required``: a variable that the file insists on is not
#: set; ``shape``: not a mapping.
Kind = Literal["missing", "unreadable", "yaml", "interpolation", "required", "shape"]


class Problem(Struct, frozen=True):
    """Why Compose refuses the file."""

    kind: Kind
    message: str
    line: int = 0  # from 1; 0: not known
    key: str = ""  # services.web.image


class UnsetVariable(Struct, frozen=True):
    """A variable that the file uses, with neither a value nor a default."""

    name: str
    line: int
    key: str


class ComposeFile(Struct, frozen=True):
    """What is in memory of it. It holds values, and so secrets: it is no record of a probe."""

    path: str
    project: str = ""  # as Compose names it
    data: dict[str, Any] = field(default_factory=dict)  # interpolated
    lines: dict[str, int] = field(default_factory=dict)  # services.web.ports.0 -> line
    unset: tuple[UnsetVariable, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def services(self) -> dict[str, dict[str, Any]]:
        """The services that are mappings, by name."""
        found = self.data.get("services")
        named = found.items() if isinstance(found, dict) else ()
        return {name: said for name, said in named if isinstance(said, dict)}

    def line(self, key: str) -> int:
        """The line of a key, or of the nearest one above it; 0 if none is known."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return self.lines.get(key, 0)


def read_compose(path: Path, variables: Mapping[str, str], project: str = "") -> ComposeFile:
    """The Compose file at ``path`` with ``variables``: those of ``.env``, and before them the environment's.

    ``project`` is the project's name, if it is given. Never raises for what is in the file.
    """
    try:
        text = read_file(path, MOST_BYTES).decode()
    except (FileNotFoundError, NotADirectoryError):
        return ComposeFile(str(path), problems=(Problem("missing", f"{path} is not there"),))
    except UnicodeDecodeError:
        return ComposeFile(str(path), problems=(Problem("yaml", f"{path} is not UTF-8"),))
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return ComposeFile(str(path), problems=(Problem("unreadable", f"{path}: {said}"),))
    try:
        parsed = document(text.removeprefix("\ufeff"))
    except NotYaml as error:
        return ComposeFile(str(path), problems=(Problem("yaml", str(error), error.line),))
    if not isinstance(parsed.data, dict):
        said = "the file is empty" if parsed.data is None else "the file is no mapping"
        return ComposeFile(str(path), problems=(Problem("shape", said, 1),))
    return _interpolated(path, parsed, variables, project)


def _interpolated(path: Path, parsed: Document, variables: Mapping[str, str], project: str) -> ComposeFile:
    filled = _Filled(parsed, variables)
    data = filled.value(parsed.data, "")
    named = project or variables.get("COMPOSE_PROJECT_NAME", "") or str(data.get("name") or "")
    return ComposeFile(
        str(path),
        project=named or project_of(path.absolute().parent.name),
        data=data,
        lines=parsed.lines,
        unset=tuple(filled.unset),
        problems=tuple(filled.problems),
    )


def project_of(folder: str) -> str:
    """The project's name that Compose makes of a folder's (compose-go, ``NormalizeProjectName``).

    >>> project_of("TTS Stack"), project_of("_private.d")
    ('ttsstack', 'privated')
    """
    return re.sub(r"[^a-z0-9_-]", "", folder.lower()).lstrip("_-")


class _Filled:
    """The document with its variables replaced; keys are left as they are, as Compose leaves them."""

    def __init__(self, parsed: Document, variables: Mapping[str, str]) -> None:
        self._lines = parsed.lines
        self._variables = variables
        self.unset: list[UnsetVariable] = []
        self.problems: list[Problem] = []

    def value(self, data: Any, key: str) -> Any:
        if isinstance(data, dict):
            return {name: self.value(said, f"{key}.{name}" if key else name) for name, said in data.items()}
        if isinstance(data, list):
            return [self.value(said, f"{key}.{number}") for number, said in enumerate(data)]
        return self._text(data, key) if isinstance(data, str) else data

    def _text(self, text: str, key: str) -> str:
        line = self._lines.get(key, 0)
        try:
            replaced = interpolate(text, self._variables)
        except NotReplaced as error:
            self.problems.append(Problem("interpolation", str(error), line, key))
            return text
        self.unset += (UnsetVariable(name, line, key) for name in replaced.unset)
        self.problems += (
            Problem("required", f"{name} is not set: {said or 'it is required'}", line, key)
            for name, said in replaced.required.items()
        )
        return replaced.text
