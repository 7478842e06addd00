"""The Markdown files of a run that are written on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.evidence import Evidence
from runbooklab.report.contributed import drawings
from runbooklab.report.first_diagnosis import first_diagnosis
from runbooklab.report.postmortem import postmortem
from runbooklab.report.short_text import short_text
from runbooklab.report.wanted_texts import WantedTexts


def text_files(
    wanted: WantedTexts,
    diagnosis: Diagnosis,
    evidence: Evidence | None,
    notebook: Mapping[str, Any] | None = None,
    link: str = "report.html",
) -> dict[str, bytes]:
    """File name to content, for those of the ``wanted`` names that there are.

    ``notebook``, as executed, tells what was found before the run changed something. ``link`` leads to the
    report.
    """
    first, given = first_diagnosis(diagnosis, notebook), drawings(diagnosis, evidence)
    makers: dict[str, Callable[[], str]] = {
        "report.md": lambda: short_text(diagnosis, given, link, first),
        "postmortem.md": lambda: postmortem(diagnosis, given, link, first, wanted.acts),
    }
    return {
        name: make().encode("utf-8", "backslashreplace")
        for name, make in makers.items()
        if name in wanted.names
    }
