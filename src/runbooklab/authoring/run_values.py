"""What an incident left in a notebook that is to become the runbook again: its values, its folder's links."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple

from runbooklab.authoring.cells import has_tag
from runbooklab.authoring.compile import OURS, Notebook
from runbooklab.authoring.frontmatter import examine
from runbooklab.authoring.moved_links import change_links
from runbooklab.authoring.outline import source_of
from runbooklab.authoring.parameters import Parameter
from runbooklab.authoring.values_in_cell import names_in, values_in, with_values

#: The part of our metadata that makes a notebook a working copy: its incident, the time, the ids of folded
#: cells, and the link targets that lead to the same files from the incident's folder.
WORKING_COPY = "working_copy"


class Settled(NamedTuple):
    """The notebook as its author would have it, and the parameters whose values stayed behind."""

    notebook: Notebook
    left_behind: tuple[str, ...]


def settled(notebook: Notebook, *, as_defaults: bool) -> Settled:
    """``notebook`` without what made it a working copy.

    The values in the parameters cell of a notebook that was run, or belongs to an incident, are not meant as
    defaults: those of the front matter take their place, unless ``as_defaults``.
    """
    made = copy.deepcopy(notebook)
    _unfold(made)
    change_links(made["cells"], {moved: written for written, moved in links_moved(made).items()})
    if as_defaults or not _is_of_a_run(made):
        return Settled(made, ())
    front, _ = examine(str(made["metadata"][OURS]["front_matter"]))
    left: list[str] = []
    for cell in made["cells"]:
        if cell["cell_type"] == "code" and has_tag(cell["metadata"], "parameters"):
            left += _restore(cell, front.parameters)
    return Settled(made, tuple(left))


def links_moved(notebook: Notebook) -> dict[str, str]:
    """The link targets of the runbook, each to what a working copy has in its place; else none."""
    links = _of_working_copy(notebook).get("links")
    if not isinstance(links, dict):
        return {}
    return {written: moved for written, moved in links.items() if isinstance(moved, str) and moved}


def _of_working_copy(notebook: Notebook) -> dict[str, Any]:
    held = notebook["metadata"][OURS].get(WORKING_COPY)
    return held if isinstance(held, dict) else {}


def _unfold(notebook: Notebook) -> None:
    folded = _of_working_copy(notebook).get("folded")
    if not isinstance(folded, list):
        return
    for cell in notebook["cells"]:
        hidden = cell["metadata"].get("jupyter")
        if cell.get("id") in folded and isinstance(hidden, dict):
            hidden.pop("source_hidden", None)
            if not hidden:
                del cell["metadata"]["jupyter"]


def _is_of_a_run(notebook: Notebook) -> bool:
    """Whether it belongs to an incident, or holds what a run left."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return (
        WORKING_COPY in notebook["metadata"][OURS]
        or any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
        or any(has_tag(cell["metadata"], "injected-parameters") for cell in cells)
        or any(_names_an_incident(cell) for cell in cells if has_tag(cell["metadata"], "parameters"))
    )


def _names_an_incident(cell: dict[str, Any]) -> bool:
    return bool(values_in(source_of(cell)).get("incident"))


def _restore(cell: dict[str, Any], declared: Sequence[Parameter]) -> list[str]:
    """Put the declared defaults into the cell; the names of the parameters that had other values."""
    source = source_of(cell)
    assigned, values = names_in(source), values_in(source)
    defaults = {row.name: row.default for row in declared if row.name in assigned}
    other = {name: value for name, value in defaults.items() if name not in values or values[name] != value}
    if other:
        cell["source"] = with_values(source, other)
    return list(other)
