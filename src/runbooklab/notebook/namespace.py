"""The notebook around a cell: its parameters as they are now, and the runbook that it was compiled from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from runbooklab.authoring.outline import Declared, outline, source_of
from runbooklab.errors import UserError
from runbooklab.model.parameter import INCIDENT

#: Where a Jupyter server says to a kernel which file it was started for.
NOTEBOOK_VARIABLE = "JPY_SESSION_NAME"
#: The same, in the namespace that VS Code gives to a kernel.
_VSCODE_NAME = "__vsc_ipynb_file__"

#: Most bytes of a notebook that are read for its parameters.
MOST_NOTEBOOK = 64 << 20


class Beginning(Struct, frozen=True):
    """What a run begins with: a runbook, its domains, the values of its parameters, what it declares itself.

    ``secrets`` names the parameters that are secret.
    """

    runbook: str
    uses: tuple[str, ...]
    parameters: Mapping[str, Any]
    declared: tuple[Declared, ...] = ()
    secrets: tuple[str, ...] = ()


def values(names: Iterable[str]) -> dict[str, Any]:
    """The namespace's values of those names that it has."""
    namespace = _namespace()
    return {name: namespace[name] for name in names if name in namespace}


def incident_given() -> dict[str, str]:
    """The incident that papermill gave to a notebook whose runbook has no parameter for it."""
    return {name: text for name, text in values((INCIDENT,)).items() if isinstance(text, str) and text}


def words(names: Iterable[str]) -> dict[str, str]:
    """The values of those names in words, to be compared.

    A value itself may be changed in place, and comparing it with another may give anything.
    """
    return {name: _in_words(value) for name, value in values(names).items()}


def _in_words(value: object) -> str:
    try:
        return f"{type(value).__name__} {value!r}"
    except Exception as error:  # noqa: BLE001 # whatever a class of the notebook's own does
        return f"{type(value).__name__} {error!r}"


def _namespace() -> Mapping[str, Any]:
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    return {} if shell is None else shell.user_ns


def this_notebook() -> Path | None:
    """The file that this kernel was started for; None if nobody said, or if it is gone.

    VS Code gives a Jupyter server a name that no file has, so what it says in the namespace counts as well.
    """
    named = (os.environ.get(NOTEBOOK_VARIABLE, ""), str(_namespace().get(_VSCODE_NAME, "")))
    files = (Path(name) for name in named if name.endswith(".ipynb"))
    return next((file for file in files if file.is_file()), None)


def beginning() -> Beginning:
    """What the notebook itself says, if its set-up cell has not been run.

    A parameter has the value that the namespace has, else the one in the saved parameters cell, else its
    default. Raises :class:`UserError` if nobody says which notebook it is, or if it is none of ours.
    """
    from runbooklab.authoring.frontmatter import examine

    path = this_notebook()
    if path is None:
        raise UserError("no run has been started: run the parameters cell and the set-up cell first")
    notebook = _read(path)
    ours = notebook.get("metadata", {}).get("runbooklab", {})
    slug = str(ours.get("slug", "")) if isinstance(ours, dict) else ""
    if not slug:
        raise UserError("was not compiled from a runbook, so no cell of it starts a run", path)
    rows = examine(str(ours.get("front_matter", "")))[0].parameters
    saved = _saved_values(notebook, {row.name: row.default for row in rows})
    shape = outline(notebook)
    secrets = tuple(row.name for row in rows if row.secret)
    return Beginning(slug, shape.uses, {**saved, **values(saved)}, shape.declared, secrets)


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            notebook = json.loads(file.read(MOST_NOTEBOOK))
    except (OSError, ValueError, RecursionError):
        notebook = None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise UserError("cannot be read: save the notebook, then run the cell again", path)
    return notebook


def _saved_values(notebook: dict[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Parameter -> its value in the saved parameters cell, perhaps a secret's token, else its default."""
    from runbooklab.authoring.values_in_cell import values_in

    found = dict(defaults)
    for cell in notebook["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", ()):
            saved = values_in(source_of(cell))
            found |= {name: value for name, value in saved.items() if name in found}
    return found
