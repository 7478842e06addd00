"""Marks the outputs of an earlier run in a notebook that is opened again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from runbooklab.authoring.build import read_notebook
from runbooklab.authoring.compile import to_bytes
from runbooklab.errors import UserError
from runbooklab.files import write_atomic
from runbooklab.incident.trust import is_trusted, trust
from runbooklab.model.mime import DIAGNOSIS_MIME
from runbooklab.words import moment

_OURS = "application/vnd.runbooklab."
_SAID = "Of an earlier run"
_CLASS = "runbooklab-earlier"


def mark_earlier(path: Path) -> None:
    """Give each output of ours in the notebook a first line with the time of its run.

    An output that has the line already keeps it. Raises :class:`UserError` if the file cannot be written.
    """
    notebook = read_notebook(path)
    saved_at = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat()
    unmarked = [(data, cell) for data, cell in _displayed(notebook) if not _is_marked(data)]
    if not unmarked:
        return
    was_trusted = is_trusted(notebook)
    concluded_at = next(filter(None, map(_concluded_at, (data for data, _ in unmarked))), saved_at)
    for data, cell in unmarked:
        _mark(data, _concluded_at(data) or _ran_at(cell) or concluded_at)
    try:
        write_atomic(path, to_bytes(notebook), 0o600)
    except UserError as error:
        raise UserError(error.message, path, hint="open a new one beside it with --fresh") from None
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", path) from None
    if was_trusted:  # the lines that were added must not turn it into a stranger's
        trust(notebook)


def _displayed(notebook: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each display of ours with its cell."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs") or ():
            data = output.get("data")
            if isinstance(data, dict) and any(mime.startswith(_OURS) for mime in data):
                yield data, cell


def _is_marked(data: dict[str, Any]) -> bool:
    return _text(data.get("text/html", "")).startswith(f'<p class="{_CLASS}"') or _text(
        data.get("text/plain", "")
    ).startswith(_SAID)


def _mark(data: dict[str, Any], time: str) -> None:
    at = moment(time)
    line = f"{_SAID}, {at:%Y-%m-%d %H:%M:%S} UTC" if at else _SAID
    if "text/html" in data:
        # Its colour is the page's own: this is read in JupyterLab, in dark and light, and elsewhere.
        head = f'<p class="{_CLASS}" style="margin:0 0 4px;opacity:.75"><em>{escape(line)}</em></p>'
        data["text/html"] = head + _text(data["text/html"])
    if "text/plain" in data:
        data["text/plain"] = f"{line}\n{_text(data['text/plain'])}"


def _concluded_at(data: dict[str, Any]) -> str:
    """When the diagnosis in this output was concluded; "" if it holds none."""
    diagnosis = data.get(DIAGNOSIS_MIME)
    return str(diagnosis.get("finished_at") or "") if isinstance(diagnosis, dict) else ""


def _ran_at(cell: dict[str, Any]) -> str:
    """When the cell ended, if JupyterLab was set to note it; else ""."""
    noted = cell["metadata"].get("execution")
    return str(noted.get("shell.execute_reply") or "") if isinstance(noted, dict) else ""


def _text(value: Any) -> str:
    """A text of a notebook, which a file may hold as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value)
