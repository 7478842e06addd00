"""The Markdown files of a run that are written where they are asked for."""

from __future__ import annotations

from collections.abc import Collection

from runbooklab.evidence import Evidence
from runbooklab.model import Diagnosis
from runbooklab.report.postmortem import postmortem
from runbooklab.report.short_text import short_text

_MAKERS = {"report.md": short_text, "postmortem.md": postmortem}


def text_files(
    names: Collection[str], diagnosis: Diagnosis, evidence: Evidence | None, link: str = "report.html"
) -> dict[str, bytes]:
    """File name to content, for those of ``names`` that there are. ``link`` leads to the report."""
    return {
        name: make(diagnosis, evidence, link).encode("utf-8", "backslashreplace")
        for name, make in _MAKERS.items()
        if name in names
    }
