"""The working copy of a notebook: made for an incident, opened again, and made the runbook's own once more.

It is the compiled notebook with the incident's values in its parameters cell. The code of generated and of
declaring cells is folded to one line, so that the verdict is on the first screen and outputs can be read.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from runbooklab.authoring.build import read_notebook
from runbooklab.authoring.cells import DECLARATIONS_TAG, has_tag
from runbooklab.authoring.compile import OURS, VOLATILE, Notebook, to_bytes
from runbooklab.authoring.moved_links import change_links, moved_targets
from runbooklab.authoring.outline import declaration, source_of
from runbooklab.authoring.parameters import Value
from runbooklab.authoring.run_values import WORKING_COPY
from runbooklab.authoring.values_in_cell import values_in, with_values
from runbooklab.errors import UserError
from runbooklab.files import write_atomic
from runbooklab.incident.earlier_run import mark_earlier
from runbooklab.incident.folder import beside, free_path, made_folder, name_of
from runbooklab.incident.trust import trust
from runbooklab.words import utc_now

_FOLDED = ("parameters", DECLARATIONS_TAG, "setup")


def _is_folded(cell: dict[str, Any]) -> bool:
    """Whether its code is one line until somebody opens it: it is generated, or says what its output says."""
    is_ours = any(has_tag(cell["metadata"], tag) for tag in _FOLDED)
    return is_ours or declaration(source_of(cell)) is not None


class Opened(NamedTuple):
    path: Path
    is_new: bool  # else it was there, and goes on where it was


def newest_copy(parent: Path, slug: str, incident: str) -> Path | None:
    """The working copy that :func:`open_copy` goes on with; None if there is none."""
    there = beside(parent / name_of(incident), slug)
    return there[-1] if there else None


def open_copy(
    compiled: Path,
    slug: str,
    values: Mapping[str, Value],
    parent: Path,
    incident: str,
    *,
    fresh: bool = False,
) -> Opened:
    """The working copy of a runbook for an incident, whose folder is in ``parent``.

    ``compiled`` is the runbook's notebook; ``values`` are what was given for its parameters, without secrets.
    The newest copy that is there is opened as it is, with the outputs of earlier runs marked; it must have
    these values. ``fresh`` makes a new one beside it. Raises :class:`UserError`; never overwrites a copy.
    """
    notebook = read_notebook(compiled)
    folder = made_folder(parent, incident)
    there = None if fresh else newest_copy(parent, slug, incident)
    if there:
        refuse_other_values(there, values)
        mark_earlier(there)
        return Opened(there, is_new=False)
    links = moved_targets(notebook["cells"], compiled.parent, folder)
    made = made_of(without_outputs(notebook), values, incident, links)
    path = write_new(folder, slug, to_bytes(made))
    trust(made)  # it holds no output yet, so what it will hold is made on this machine
    return Opened(path, is_new=True)


def made_of(
    notebook: Notebook, values: Mapping[str, Value], incident: str, links: Mapping[str, str]
) -> Notebook:
    """``notebook`` as a working copy with these values; ``links`` are :func:`.moved_targets`."""
    made = copy.deepcopy(notebook)
    change_links(made["cells"], links)
    folded = []
    for cell in _code(made):
        if has_tag(cell["metadata"], "parameters") and values:
            cell["source"] = with_values(source_of(cell), values)
        if _is_folded(cell):
            cell["metadata"]["jupyter"] = {**cell["metadata"].get("jupyter", {}), "source_hidden": True}
            folded.append(cell.get("id", ""))
    made["metadata"][OURS] = {
        **made["metadata"].get(OURS, {}),
        WORKING_COPY: {
            "folded": folded,
            "incident": incident,
            "links": dict(links),
            "opened_at": utc_now(),
        },
    }
    return made


def without_outputs(notebook: Notebook) -> Notebook:
    """``notebook`` as it is before anybody runs it."""
    made = copy.deepcopy(notebook)
    made["metadata"].pop("widgets", None)
    for cell in _code(made):
        cell["outputs"], cell["execution_count"] = [], None
        cell["metadata"] = {key: value for key, value in cell["metadata"].items() if key not in VOLATILE}
    return made


def write_new(folder: Path, slug: str, data: bytes) -> Path:
    """Write a working copy that its owner alone may read, under a name that was free; that path.

    Raises :class:`UserError` if it cannot be written.
    """
    path = folder
    try:
        path = _reserved(folder, slug)
        write_atomic(path, data, 0o600)
    except OSError as error:
        if path != folder:
            path.unlink(missing_ok=True)  # what was reserved is empty
        raise UserError(f"cannot be written: {error.strerror or error}", path) from None
    return path


def _reserved(folder: Path, slug: str) -> Path:
    """A path that this process alone has: of two that open at once, each gets its own."""
    while True:
        path = free_path(folder, slug)
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            continue  # now it is among those that are taken, so the next name has a higher number
        return path


def refuse_other_values(path: Path, values: Mapping[str, Value]) -> None:
    """What was given now must be what the copy has: else it would diagnose something else than was asked.

    Raises :class:`UserError`.
    """
    held = values_of(read_notebook(path))
    differing = [name for name, value in values.items() if held.get(name) != value]
    if differing:
        raise UserError(
            f"has other values of {', '.join(differing)} than those given now",
            path,
            hint="leave them out to go on with it, or write a new one beside it with --fresh",
        )


def values_of(notebook: Notebook) -> dict[str, Value]:
    """The values in the notebook's parameters cell."""
    sources = [source_of(cell) for cell in _code(notebook) if has_tag(cell["metadata"], "parameters")]
    return {name: value for source in sources for name, value in values_in(source).items()}


def _code(notebook: Notebook) -> Iterator[dict[str, Any]]:
    return (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
