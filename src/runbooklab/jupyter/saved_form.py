"""What a notebook of ours is when it is saved: without secrets, and without controls that are dead then."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

from runbooklab.authoring.compile import compile_text, content_sha256
from runbooklab.authoring.frontmatter import read_text
from runbooklab.authoring.moved_links import with_targets
from runbooklab.authoring.outline import source_of
from runbooklab.authoring.project import SLUG, find_suite
from runbooklab.authoring.run_values import links_moved
from runbooklab.errors import UserError
from runbooklab.execution import take_secrets_out_of_cells, take_secrets_out_of_outputs
from runbooklab.redaction import Vault

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
#: What a saved notebook says in place of a control that has no text of its own.
NO_CONTROL = "A control that is there while the notebook runs."


def is_ours(notebook: Any) -> bool:
    """Whether it was compiled from a runbook; all others are nobody's business here."""
    metadata = notebook.get("metadata") if isinstance(notebook, dict) else None
    return isinstance(metadata, dict) and isinstance(metadata.get("runbooklab"), dict)


def make_fit_to_save(notebook: Any, vault: Vault, folder: Path) -> None:
    """Replace every secret by its token and every dead control by a line, in place.

    ``notebook`` is an nbformat node that :func:`is_ours`, ``vault`` knows what its kernel knows, ``folder``
    is where it will be. A cell that is as its runbook has it stays so: what looks like a secret there is an
    example.
    """
    published = published_in(notebook, folder)
    take_secrets_out_of_cells(notebook, vault, published)
    take_secrets_out_of_outputs(notebook, vault, published)
    drop_dead_controls(notebook)


def fit_to_show(notebook: Any, folder: Path) -> Any:
    """What may be drawn of a notebook in ``folder``: of ours a copy as it is saved, any other as it is.

    A file may have been written by a program that knows nothing of secrets.
    """
    if not is_ours(notebook):
        return notebook
    shown = deepcopy(notebook)
    make_fit_to_save(shown, Vault(), folder)
    return shown


def drop_dead_controls(notebook: Any) -> None:
    """Leave of each control its HTML or a line of text, in place: without a kernel it is an error message."""
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if data.pop(WIDGET_MIME, None) is not None and "text/html" not in data:
                data["text/plain"] = NO_CONTROL


def published_in(notebook: Any, folder: Path) -> Collection[str]:
    """The sources of the notebook's cells that are as its runbook has them. It :func:`is_ours`."""
    ours = notebook["metadata"]["runbooklab"]
    sources = {source_of(cell) for cell in notebook["cells"]}
    if ours.get("cells_sha256") == content_sha256(notebook["cells"]):
        return sources | {str(ours.get("front_matter", ""))}
    try:
        slug = str(ours.get("slug", ""))
        if not SLUG.fullmatch(slug):
            return ()
        runbook = find_suite(folder).runbook(slug)
        status = runbook.stat()
        compiled = _sources_of(runbook, status.st_mtime_ns, status.st_size)
        links = links_moved(notebook)
        return compiled | {with_targets(source, links) for source in compiled} if links else compiled
    except (UserError, OSError, ValueError):
        return ()


@lru_cache(maxsize=32)
def _sources_of(runbook: Path, _changed_at: int, _size: int) -> frozenset[str]:
    compiled = compile_text(read_text(runbook), runbook.stem)
    return frozenset({*map(source_of, compiled["cells"]), compiled["metadata"]["runbooklab"]["front_matter"]})
