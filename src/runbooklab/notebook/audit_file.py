"""The audit file of an incident: what was changed from its notebooks, one JSON object a line."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from runbooklab.incident.folder import AUDIT_FILE, incident_of
from runbooklab.model.conclusions import AuditEntry
from runbooklab.notebook.namespace import NOTEBOOK_VARIABLE, this_notebook


def audit_file() -> Path | None:
    """The audit file beside this kernel's notebook; None if its folder is no incident's."""
    path = this_notebook()
    if path is not None:
        folder = path.parent
    elif NOTEBOOK_VARIABLE in os.environ:  # it was renamed since; a server starts a kernel in its folder
        folder = Path.cwd()
    else:
        return None
    return folder / AUDIT_FILE if incident_of(folder) else None


def append(path: Path, entries: Iterable[AuditEntry], **about: str) -> None:
    """Add ``entries``, each with ``about`` (runbook, run id, target); a full disk loses them there only."""
    lines = b"".join(
        msgspec.json.encode({**about, **msgspec.to_builtins(entry)}) + b"\n" for entry in entries
    )
    with suppress(OSError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(lines)  # in one piece, so that two notebooks of an incident don't mix
