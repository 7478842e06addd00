"""Our outputs drawn again from their JSON: a page carries them without their HTML and plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from runbooklab.model.conclusions import Act, ChecklistItem, Diagnosis, Finding, RemedyPlan, Rung
from runbooklab.model.mime import DIAGNOSIS_MIME, FINDING_MIME, VIEW_MIME
from runbooklab.report import cells

Drawn = tuple[str, str]  # HTML and plain text


class _Remedy(msgspec.Struct):
    plan: RemedyPlan
    causes: tuple[str, ...] = ()


def redraw(notebook: Mapping[str, Any], diagnosis: Diagnosis) -> None:
    """Put HTML and plain text beside our own JSON in the outputs of ``notebook``, where there are none.

    ``diagnosis`` is the run's. What is not as our cells write it stays as it is.
    """
    for cell in notebook.get("cells", ()):
        for output in cell.get("outputs") or ():
            data = output.get("data") or {}
            mime = next((mime for mime in _DRAW if mime in data), None)
            if mime is not None and "text/html" not in data:
                with suppress(msgspec.ValidationError, TypeError, LookupError):
                    data["text/html"], data["text/plain"] = _DRAW[mime](data[mime], diagnosis)


def _finding(content: Any, _: Diagnosis) -> Drawn:
    finding = msgspec.convert(content, Finding)
    return cells.finding_html(finding), cells.finding_text(finding)


def _diagnosis(_: Any, diagnosis: Diagnosis) -> Drawn:
    return cells.diagnosis_html(diagnosis), cells.diagnosis_text(diagnosis)


def _view(content: Any, diagnosis: Diagnosis) -> Drawn:
    return _VIEWS[content["kind"]](content[content["kind"]], diagnosis)


def _ladder(content: Any, _: Diagnosis) -> Drawn:
    rungs = msgspec.convert(content, tuple[Rung, ...])
    return cells.ladder_html(rungs), cells.ladder_text(rungs)


def _remedy(content: Any, diagnosis: Diagnosis) -> Drawn:
    view = msgspec.convert(content, _Remedy)
    causes = tuple(cause for cause in diagnosis.causes if cause.id in view.causes)
    return cells.remedy_html(view.plan, causes), cells.remedy_text(view.plan, causes)


def _checklist(content: Any, _: Diagnosis) -> Drawn:
    rows = msgspec.convert(content, tuple[ChecklistItem, ...])
    return cells.checklist_html(rows), cells.checklist_text(rows)


def _acts(content: Any, _: Diagnosis) -> Drawn:
    acts = msgspec.convert(content, tuple[Act, ...])
    return cells.acts_html(acts), cells.acts_text(acts)


_VIEWS: dict[str, Callable[[Any, Diagnosis], Drawn]] = {
    "diagnosis": _diagnosis,
    "ladder": _ladder,
    "remedy": _remedy,
    "checklist": _checklist,
    "acts": _acts,
}
_DRAW: dict[str, Callable[[Any, Diagnosis], Drawn]] = {
    FINDING_MIME: _finding,
    VIEW_MIME: _view,
    DIAGNOSIS_MIME: _diagnosis,
}
