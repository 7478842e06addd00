"""Where the project is, and what a relative path in its parameters means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runbooklab.domains.environment.context import Context
from runbooklab.model.observation import Missing
from runbooklab.model.parameter import Parameter
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean


def project(ctx: Context) -> Path:
    """The project's folder, absolute. Raises :class:`NotObserved` if there is none."""
    given = ctx.vault.reveal(ctx.target.project_dir) or "."
    folder = ctx.project / Path(given).expanduser()
    try:
        is_folder = folder.is_dir()
    except (OSError, ValueError):
        is_folder = False
    if not is_folder:
        shown = clean(str(folder), ctx.vault)
        raise NotObserved(Missing("error", f"the folder {shown} of project_dir does not exist"))
    return folder if not str(folder).endswith("/.") else folder.parent


def path_of(ctx: Context, parameter: Parameter[Any]) -> Path | None:
    """The path that a parameter names; a relative one starts at the project. None if it is empty."""
    text = ctx.vault.reveal(str(ctx.target.values.get(parameter.name, parameter.default)))
    if not text:
        return None
    return at(project(ctx), text)


def at(folder: Path, text: str) -> Path:
    """``text`` as a path that starts at ``folder`` if it is relative."""
    return folder / Path(text).expanduser()


def shown(ctx: Context, path: Path | str) -> str:
    """A path as it may be shown."""
    return clean(str(path), ctx.vault)
