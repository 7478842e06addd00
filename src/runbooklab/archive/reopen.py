"""A stored run brought back as a notebook whose cells replay it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from runbooklab.archive.stored import contents
from runbooklab.errors import UserError
from runbooklab.files import NoPayload, bounded_json, write_atomic
from runbooklab.model.as_json import as_json
from runbooklab.report.contributed import vocabulary
from runbooklab.report.embedded_run import EmbeddedRun, run_in
from runbooklab.report.from_notebook import concluded_in
from runbooklab.report.outputs import text_of
from runbooklab.report.redrawn import redraw

HINT = "name a runbook, a report.html, a report.ipynb or a run's folder"

_ABOVE = """\
**This is a replay** of run `{run_id}`, which began at {started_at}. Its cells show what was stored then,
judged by the rules of the version that runs them. They contact no target, and no remedy can be applied.
"""
_START = re.compile(r"^start\(", re.MULTILINE)


def stored_notebook(path: Path) -> EmbeddedRun:
    """The run that ``path`` holds: a report, an executed notebook, or a run's folder.

    Raises :class:`UserError` if it holds none with its notebook and evidence.
    """
    if path.is_dir():
        path = path / "report.ipynb"
    data = contents(path)
    run = _from_notebook(data, path) if path.suffix.lower() == ".ipynb" else _from_page(data, path)
    if run.notebook is None or run.evidence is None:
        raise UserError("holds a run without its notebook or its evidence", path)
    redraw(run.notebook, run.diagnosis, vocabulary(run.evidence))
    return run


def write_replay(run: EmbeddedRun, folder: Path) -> Path:
    """Write a notebook that replays ``run``, and what it needs, into ``folder``; the notebook's path.

    Raises :class:`UserError` if it cannot be written.
    """
    name = re.sub(r"[^a-z0-9-]+", "-", run.diagnosis.runbook.lower())[:80] or "run"
    path = folder / f"{name}-replay.ipynb"
    notebook = replay_notebook(run, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(folder / "diagnosis.json", as_json(run.diagnosis))
        write_atomic(folder / "evidence.json", as_json(run.evidence))
        write_atomic(path, json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", folder) from None
    return path


def replay_notebook(run: EmbeddedRun, folder: Path) -> dict[str, Any]:
    """The run's notebook, changed to begin with the run that is stored in ``folder``."""
    diagnosis = run.diagnosis
    above = _ABOVE.format(run_id=_plain(diagnosis.run_id), started_at=_plain(diagnosis.started_at))
    cells = [
        {"cell_type": "markdown", "id": "replay", "metadata": {"tags": ["replay"]}, "source": above},
        *(_replaying(cell, folder.absolute()) for cell in (run.notebook or {}).get("cells", ())),
    ]
    return {**(run.notebook or {}), "cells": cells}


def _replaying(cell: dict[str, Any], folder: Path) -> dict[str, Any]:
    source = text_of(cell.get("source", ""))
    if cell.get("cell_type") != "code" or not _START.search(source):
        return cell
    replay = f"from runbooklab.session import replay\n\nreplay({str(folder)!r})\n"
    return {**cell, "source": _START.sub(lambda start: f"{replay}{start[0]}", source)}


def _plain(text: str) -> str:
    """Text from an untrusted file, escaped for Markdown."""
    return re.sub(r"[^\w:.+-]", "", text)


def _from_page(data: bytes, path: Path) -> EmbeddedRun:
    try:
        return run_in(data)
    except NoPayload as error:
        raise UserError(str(error), path, hint=HINT) from None


def _from_notebook(data: bytes, path: Path) -> EmbeddedRun:
    try:
        notebook = bounded_json.loads(data)
        found = concluded_in(notebook)
    except (ValueError, AttributeError, TypeError, RecursionError, OverflowError) as error:
        raise UserError(f"is not a readable notebook: {error}", path, hint=HINT) from None
    if found is None:
        raise UserError("holds no diagnosis", path, hint=HINT)
    return EmbeddedRun(notebook, *found)
