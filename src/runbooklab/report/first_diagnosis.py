"""What a run found before it changed anything; its own diagnosis is from after the change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from runbooklab.model.conclusions import Diagnosis, JudgedCause, Verdict
from runbooklab.model.from_json import from_builtins
from runbooklab.model.mime import VIEW_MIME


class FirstDiagnosis(Struct, frozen=True):
    """What the runbook's ``diagnose()`` showed."""

    verdict: Verdict
    summary: str
    primary: JudgedCause


def first_diagnosis(diagnosis: Diagnosis, notebook: Mapping[str, Any] | None) -> FirstDiagnosis | None:
    """What the executed ``notebook`` showed first, if the run then changed something.

    None if it changed nothing, named no cause, or names the same one still.
    """
    if notebook is None or not any(act.outcome == "done" for act in diagnosis.audit):
        return None
    first = _shown(notebook)
    still = diagnosis.primary is not None and first is not None and diagnosis.primary.id == first.primary.id
    return None if still else first


def _shown(notebook: Mapping[str, Any]) -> FirstDiagnosis | None:
    """The first diagnosis that a cell displayed, if it names a cause."""
    for cell in notebook.get("cells", ()):
        for output in cell.get("outputs") or ():
            view = (output.get("data") or {}).get(VIEW_MIME) or {}
            if view.get("kind") == "diagnosis":
                try:
                    return from_builtins(view.get("diagnosis"), FirstDiagnosis)
                except (msgspec.ValidationError, TypeError, ValueError):  # no cause, or of another version
                    return None
    return None
