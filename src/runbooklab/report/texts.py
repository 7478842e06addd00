"""The Markdown files of a run that are written on request."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.evidence import Evidence
from runbooklab.report.contributed import drawings
from runbooklab.report.first_diagnosis import first_diagnosis
from runbooklab.report.postmortem import postmortem
from runbooklab.report.short_text import short_text

_MAKERS = {"report.md": short_text, "postmortem.md": postmortem}


def text_files(
    names: Collection[str],
    diagnosis: Diagnosis,
    evidence: Evidence | None,
    notebook: Mapping[str, Any] | None = None,
    link: str = "report.html",
) -> dict[str, bytes]:
    """File name to content, for those of ``names`` that there are.

    ``notebook``, as executed, tells what was found before the run changed something. ``link`` leads to the
    report.
    """
    first, given = first_diagnosis(diagnosis, notebook), drawings(diagnosis, evidence)
    return {
        name: make(diagnosis, given, link, first).encode("utf-8", "backslashreplace")
        for name, make in _MAKERS.items()
        if name in names
    }
