"""What an incident's folder keeps for its bundle: working copies, each with its page, and the acts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from nbformat import v4 as untyped

from runbooklab.archive.bundled import Bundled, Kept, safe_name, within_bound
from runbooklab.authoring.build import has_outputs, notebook_in
from runbooklab.authoring.compile import OURS, Notebook
from runbooklab.authoring.outline import outline
from runbooklab.authoring.run_values import WORKING_COPY
from runbooklab.errors import UserError
from runbooklab.incident.acts import entries_in, file_in
from runbooklab.incident.belongings import MOST_NOTEBOOKS
from runbooklab.incident.folder import AUDIT_FILE, Place, incident_of
from runbooklab.jupyter.saved_form import fit_to_show, is_ours, published_in
from runbooklab.report.from_notebook import concluded_in, render_notebook
from runbooklab.words import moment

nbformat: Any = untyped
#: The folder of all this in a bundle.
PLACE = "notebooks"


def kept_in(place: Place) -> Kept:
    """The notebooks and the acts in an incident's folder; one that is damaged is among the problems.

    Links are not followed. The pages are drawn now, as ``jupyter nbconvert --template incident`` draws them.
    Raises :class:`UserError` if all together is too large for a bundle.
    """
    problems = list(place.problems)
    return Kept(tuple(within_bound(_parts(place.folder, problems))), tuple(problems))


def _parts(folder: Path, problems: list[UserError]) -> Iterator[Bundled]:
    incident = incident_of(folder)
    paths = [path for path in sorted(folder.glob("*.ipynb")) if not path.name.startswith(".")]
    if len(paths) > MOST_NOTEBOOKS:
        problems.append(
            UserError(f"holds more than {MOST_NOTEBOOKS:,} notebooks; the others are not", folder)
        )
    readers = [*((path, _notebook) for path in paths[:MOST_NOTEBOOKS]), (folder / AUDIT_FILE, _acts)]
    for path, read in readers:
        try:
            if (data := file_in(path)) is not None:
                yield read(path, data, incident, problems)
        except UserError as error:
            problems.append(UserError(error.message, path, hint="it is not in the bundle"))


def _notebook(path: Path, data: bytes, incident: str, problems: list[UserError]) -> Bundled:
    notebook = notebook_in(data, path)
    name = f"{PLACE}/{_name(path)}"
    part = Bundled(
        kind="notebook",
        path=path,
        files={f"{name}.ipynb": data},
        at=_opened_at(notebook),
        title=path.stem,
        incident=incident,
        was_run=has_outputs(notebook),
        documented=tuple(published_in(notebook, path.parent)) if is_ours(notebook) else (),
    )
    try:
        return _with_page(part, f"{name}.html", nbformat.to_notebook(notebook))
    except Exception as error:  # noqa: BLE001 # the notebook may be anybody's, and goes along all the same
        problems.append(UserError(f"its page cannot be drawn: {type(error).__name__}", path))
        return part


def _with_page(part: Bundled, name: str, notebook: Any) -> Bundled:
    shown = fit_to_show(notebook, part.path.parent)
    concluded = concluded_in(shown)
    diagnosis = concluded[0] if concluded else None
    page = render_notebook(shown, part.path.stem).encode("utf-8", "backslashreplace")
    return replace(
        part,
        files={**part.files, name: page},
        at=part.at or (diagnosis.started_at if diagnosis else ""),
        title=outline(dict(shown)).title or part.title,
        diagnosis=diagnosis,
    )


def _opened_at(notebook: Notebook) -> str:
    """When the working copy was opened, as it says itself: the file's own time is of no use elsewhere."""
    ours = notebook["metadata"].get(OURS)
    copy = ours.get(WORKING_COPY) if isinstance(ours, dict) else None
    at = str(copy.get("opened_at") or "") if isinstance(copy, dict) else ""
    return at if moment(at) else ""


def _acts(path: Path, data: bytes, incident: str, problems: list[UserError]) -> Bundled:
    acts, mistakes = entries_in(data, path)
    problems += mistakes
    return Bundled(
        kind="acts",
        path=path,
        files={f"{PLACE}/{AUDIT_FILE}": data},
        at=acts[0].at if acts else "",
        incident=incident,
        acts=tuple(acts),
    )


def _name(path: Path) -> str:
    """Its name in the bundle. What changes a name's letters also adds a digest: two stay two."""
    name = safe_name(path.stem)
    return name if name == path.stem else f"{name}-{sha256(os.fsencode(path.stem)).hexdigest()[:8]}"
