"""Keeps what somebody's run left in a compiled notebook, before it is compiled again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from runbooklab.authoring.build import read_notebook
from runbooklab.authoring.compile import OURS, Notebook, compile_file, to_bytes
from runbooklab.authoring.moved_links import moved_targets
from runbooklab.authoring.outline import source_of
from runbooklab.authoring.project import Suite
from runbooklab.errors import UserError
from runbooklab.incident.folder import checked_id, made_folder, own_id
from runbooklab.incident.working_copy import made_of, values_of, write_new
from runbooklab.redaction import NotRedactable, Vault, redact_file


def keep_outputs(suite: Suite, notebook: Path, parent: Path) -> Path:
    """A working copy of ``notebook`` with its outputs and without its secrets, in an incident's folder.

    The folder is in ``parent``, for the incident that its parameters name, else for one of its own.
    ``notebook`` is one of the suite's. Raises :class:`UserError` if it cannot be kept.
    """
    held = read_notebook(notebook)
    safe = _without_secrets(held, notebook, suite)
    incident = _incident(held)
    folder = made_folder(parent, incident)
    links = moved_targets(held["cells"], notebook.parent, folder)
    return write_new(folder, notebook.stem, to_bytes(made_of(safe, {}, incident, links)))


def _incident(notebook: Notebook) -> str:
    try:
        return checked_id(str(values_of(notebook).get("incident") or ""))
    except UserError:  # none is named, or the cell does not parse
        return own_id()


def _without_secrets(notebook: Notebook, path: Path, suite: Suite) -> Notebook:
    try:
        safe = json.loads(redact_file(json.dumps(notebook).encode(), path.name, Vault()).data)
    except NotRedactable as reason:
        raise UserError(
            f"holds outputs that cannot be kept: it {reason}", path, hint="clear its outputs in JupyterLab"
        ) from None
    _restore_written(safe, notebook, suite.runbook(path.stem))
    return dict(safe)


def _restore_written(safe: Notebook, held: Notebook, runbook: Path) -> None:
    """What the runbook says itself stays as it is: the examples in its text resemble secrets."""
    compiled = json.loads(compile_file(runbook))
    written = {cell["id"]: source_of(cell) for cell in compiled["cells"]}
    for cell, before in zip(safe["cells"], held["cells"], strict=True):
        source = source_of(before)
        if written.get(str(before.get("id"))) == source:
            cell["source"] = source
    ours: Any = held["metadata"].get(OURS)
    if ours == compiled["metadata"][OURS]:
        safe["metadata"][OURS] = ours
