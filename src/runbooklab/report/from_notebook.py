"""The page of an executed notebook alone: its diagnosis and evidence are among its own outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from runbooklab.authoring.outline import outline
from runbooklab.diagnosis.stored_evidence import evidence_of
from runbooklab.model.conclusions import Diagnosis, rank
from runbooklab.model.evidence import Evidence
from runbooklab.model.from_json import from_builtins
from runbooklab.model.mime import DIAGNOSIS_MIME, EVIDENCE_MIME
from runbooklab.report.page import render, render_foreign
from runbooklab.report.sections import findings_in, was_not_run
from runbooklab.words import count

T = TypeVar("T")

NOT_CONCLUDED = "The run did not conclude: this page shows what it found until it ended."


def render_notebook(notebook: Mapping[str, Any], name: str = "") -> str:
    """The report that ``notebook`` holds, as :func:`runbooklab.report.page.render` draws it.

    The newest diagnosis among the outputs counts. A run of ours without one is shown as not concluded, and a
    notebook that is none of ours as a plain page; ``name`` is what that is called if it has no title.
    """
    concluded = concluded_in(notebook)
    if concluded is not None:
        diagnosis, evidence = concluded
        return render(diagnosis, evidence, notebook)
    if "runbooklab" in notebook.get("metadata", {}) or findings_in(notebook):
        return render(_not_concluded(notebook, name), None, notebook)
    return render_foreign(notebook, name)


def concluded_in(notebook: Mapping[str, Any]) -> tuple[Diagnosis, Evidence | None] | None:
    """The newest output that is a diagnosis which we can read, with the evidence in the same output."""
    data = conclusion_in(notebook)
    return None if data is None else (_known(data), _evidence(data.get(EVIDENCE_MIME)))


def conclusion_in(notebook: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """That output as it stands in the file: MIME type to content.

    Cells are run in any order: an older conclusion may stand below a newer verdict. Of equals, the last.
    """
    concluded = [data for data in _displayed(notebook) if _read(data.get(DIAGNOSIS_MIME), Diagnosis)]
    return max(reversed(concluded), key=lambda data: _known(data).finished_at, default=None)


def _known(data: Mapping[str, Any]) -> Diagnosis:
    return from_builtins(data[DIAGNOSIS_MIME], Diagnosis)


def _displayed(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for cell in notebook.get("cells", ()):
        for output in cell.get("outputs") or ():
            yield output.get("data") or {}


def _evidence(content: Any) -> Evidence | None:
    """``content`` as evidence; None if it is absent or of another version."""
    try:
        return None if content is None else evidence_of(content)
    except (msgspec.ValidationError, TypeError, ValueError):
        return None


def _read(content: Any, kind: type[T]) -> T | None:
    """``content`` as ``kind``; None if it is absent or of another version."""
    try:
        return from_builtins(content, kind)
    except (msgspec.ValidationError, TypeError, ValueError):
        return None


def _not_concluded(notebook: Mapping[str, Any], name: str) -> Diagnosis:
    found = findings_in(notebook)
    metadata = notebook.get("metadata", {})
    ours, times = metadata.get("runbooklab", {}), metadata.get("papermill", {})
    left = sum(map(was_not_run, notebook.get("cells", ())))
    bad = [finding.status for finding in found if finding.status in ("critical", "warning")]
    return Diagnosis(
        run_id="",
        runbook=str(ours.get("slug") or name),
        title=outline(dict(notebook)).title,
        started_at=str(times.get("start_time") or ""),
        finished_at=str(times.get("end_time") or ""),
        parameters={},
        # A run that did not conclude has not seen everything: never better than unknown.
        verdict="critical" if "critical" in bad else "unknown",
        summary=NOT_CONCLUDED,
        not_observed=(f"{count(left, 'cell was', 'cells were')} not run.",) if left else (),
        findings=tuple(sorted(found, key=lambda finding: rank(finding.status))),
    )
