"""The Compose file, read as Compose reads it, reduced to what is no secret."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from runbooklab.domains.docker.compose_records import ComposeLook, Defect, Unset
from runbooklab.domains.docker.probes.compose_binds import binds
from runbooklab.domains.docker.readings.compose_defects import defects
from runbooklab.domains.docker.readings.compose_parts import networks, same_names, services, volumes
from runbooklab.domains.docker.target import COMPOSE_FILE, ENV_FILE
from runbooklab.files import read_file
from runbooklab.model.observation import Missing
from runbooklab.observe.compose.file import ComposeFile, read_compose
from runbooklab.observe.compose.project_files import default_file
from runbooklab.observe.compose.variables import file_variables
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean, clean_setting

if TYPE_CHECKING:
    from runbooklab.domains.docker.context import Context

#: How the system says that this user may not read a file.
_DENIED = "Permission denied"
MOST_DEFECTS = 50


def compose_look(ctx: Context) -> ComposeLook:
    """The file with its variables, what Compose refuses in it, and what it wants of the engine.

    A file that nobody named, and that is not there, is not observed.
    """
    given = ctx.target.is_given(COMPOSE_FILE)
    path = _path(ctx)
    if path is None:
        raise NotObserved(Missing("not-applicable", "no Compose file is named, and none is here"))
    env_path = _env_path(ctx, path)
    variables = _variables(ctx, env_path)
    said = read_compose(path, variables, ctx.target.compose_project)
    for file in said.files:
        ctx.note("file", f"read {file}")
    text = _Texts(ctx, path)
    kinds = {problem.kind for problem in said.problems}
    return ComposeLook(
        path=_shown(path),
        given=given,
        there="missing" not in kinds,
        readable=not any(each.kind == "unreadable" and _DENIED in each.message for each in said.problems),
        project=said.project,
        env_file=str(env_path),
        env_there=env_path.is_file(),
        defects=tuple(_defects(ctx, said, text)[:MOST_DEFECTS]),
        unset=tuple(_unset(said, text)),
        services=tuple(services(said)),
        networks=tuple(networks(said)),
        volumes=tuple(volumes(said)),
        binds=tuple(binds(said)),
        same_names=tuple(same_names(said)),
        layers=tuple(_shown(Path(each)) for each in said.layers) if len(said.layers) > 1 else (),
    )


def _path(ctx: Context) -> Path | None:
    """The file that is meant: as given, else the first that Compose would take here or in the project."""
    named = ctx.target.compose_file
    if not named:
        return None
    if ctx.target.is_given(COMPOSE_FILE):
        path = ctx.project / named
        if path.is_dir():
            return default_file(path) or path / named
        return path
    for folder in dict.fromkeys((Path.cwd(), ctx.project)):
        if (default := default_file(folder)) is not None:
            return default
        if (folder / named).is_file():
            return folder / named
    return None


def _shown(path: Path) -> str:
    """As short as a person would write it from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _env_path(ctx: Context, compose: Path) -> Path:
    """The file of variables: as given, else beside the Compose file."""
    named = ctx.target.env_file or ".env"
    if ctx.target.is_given(ENV_FILE):
        return ctx.project / named
    return compose.absolute().parent / named


def _variables(ctx: Context, path: Path) -> dict[str, str]:
    """What Compose replaces variables with: the environment's values before the file's."""
    if not ctx.target.env_file:
        return dict(os.environ)
    if path.is_file():
        ctx.note("file", f"read {path}")
    found = file_variables(path)
    for name, value in found.items():
        clean_setting(name, value, ctx.vault)  # the vault learns what is secret
    return {**found, **os.environ}


class _Texts:
    """The lines of the files, redacted, each file read once."""

    def __init__(self, ctx: Context, main: Path) -> None:
        self._ctx = ctx
        self._main = str(main)
        self._lines: dict[str, list[str]] = {}

    def __call__(self, line: int, file: str) -> str:
        """A line as it stands, redacted; ``file`` is "" for the Compose file itself."""
        path = file or self._main
        if path not in self._lines:
            self._lines[path] = _lines(Path(path))
        lines = self._lines[path]
        return clean(lines[line - 1][:300], self._ctx.vault) if 0 < line <= len(lines) else ""


def _lines(path: Path) -> list[str]:
    try:
        return read_file(path, 1 << 20).decode("utf-8", "replace").splitlines()
    except (OSError, ValueError):
        return []


def _defects(ctx: Context, said: ComposeFile, text: _Texts) -> list[Defect]:
    found = [
        (each.message, each.line, each.key, each.file)
        for each in said.problems
        if each.kind not in ("required", "missing")
    ] or [(message, said.line(key), key, said.elsewhere(key)) for message, key in defects(said)]
    return [
        Defect(clean(message, ctx.vault), line, key, text(line, file), _file(file))
        for message, line, key, file in found
    ]


def _unset(said: ComposeFile, text: _Texts) -> list[Unset]:
    plain = [
        Unset(each.name, each.line, each.key, False, text(each.line, each.file), _file(each.file))
        for each in said.unset
        if not _is_aside(each.key)
    ]
    required = [
        Unset(
            each.message.partition(" ")[0],
            each.line,
            each.key,
            True,
            text(each.line, each.file),
            _file(each.file),
        )
        for each in said.problems
        if each.kind == "required"
    ]
    return [*required, *plain][:MOST_DEFECTS]


def _file(file: str) -> str:
    """Another file, as short as the Compose file itself."""
    return _shown(Path(file)) if file else ""


def _is_aside(key: str) -> bool:
    """Whether a place is an extension, which Compose itself does not use."""
    return key.startswith("x-") or ".x-" in key
