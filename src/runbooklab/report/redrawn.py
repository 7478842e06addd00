"""Our outputs drawn again from their JSON: a page carries them without their HTML and plain text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec

from runbooklab.model.conclusions import (
    AuditEntry,
    ChecklistItem,
    Diagnosis,
    Finding,
    JudgedCause,
    RemedyPlan,
    Rung,
)
from runbooklab.model.drawing import Vocabulary
from runbooklab.model.from_json import from_builtins
from runbooklab.model.mime import DIAGNOSIS_MIME, FINDING_MIME, VIEW_MIME
from runbooklab.model.watched import Watched
from runbooklab.report import cells

Drawn = tuple[str, str]  # HTML and plain text


class _Run(NamedTuple):
    diagnosis: Diagnosis
    vocabulary: Vocabulary


class _Remedy(msgspec.Struct):
    plan: RemedyPlan
    causes: tuple[str, ...] = ()


def redraw(notebook: Mapping[str, Any], diagnosis: Diagnosis, vocabulary: Vocabulary) -> None:
    """Put HTML and plain text beside our own JSON in the outputs of ``notebook`` that have none.

    ``diagnosis`` and ``vocabulary`` are the run's. What is not as our cells write it stays as it is.
    """
    run = _Run(diagnosis, vocabulary)
    for cell in notebook.get("cells", ()):
        for output in cell.get("outputs") or ():
            data = output.get("data") or {}
            mime = next((mime for mime in _DRAW if mime in data), None)
            if mime is not None and "text/html" not in data:
                with suppress(msgspec.ValidationError, TypeError, LookupError):
                    data["text/html"], data["text/plain"] = _DRAW[mime](data[mime], run)


def _finding(content: Any, run: _Run) -> Drawn:
    finding = from_builtins(content, Finding)
    return cells.finding_html(finding, run.vocabulary), cells.finding_text(finding, run.vocabulary)


def _diagnosis(_: Any, run: _Run) -> Drawn:
    html = cells.diagnosis_html(run.diagnosis, run.vocabulary)
    return html, cells.diagnosis_text(run.diagnosis, run.vocabulary)


def _view(content: Any, run: _Run) -> Drawn:
    return _VIEWS[content["kind"]](content[content["kind"]], run)


def _ladder(content: Any, run: _Run) -> Drawn:
    rungs = from_builtins(content, tuple[Rung, ...])
    return cells.ladder_html(rungs, run.vocabulary), cells.ladder_text(rungs, run.vocabulary)


def _cause(content: Any, _: _Run) -> Drawn:
    cause = from_builtins(content, JudgedCause)
    return cells.cause_html(cause), cells.cause_text(cause)


def _remedy(content: Any, run: _Run) -> Drawn:
    view = from_builtins(content, _Remedy)
    causes = tuple(cause for cause in run.diagnosis.causes if cause.id in view.causes)
    return cells.remedy_html(view.plan, causes), cells.remedy_text(view.plan, causes)


def _checklist(content: Any, _: _Run) -> Drawn:
    rows = from_builtins(content, tuple[ChecklistItem, ...])
    return cells.checklist_html(rows), cells.checklist_text(rows)


def _acts(content: Any, _: _Run) -> Drawn:
    acts = from_builtins(content, tuple[AuditEntry, ...])
    return cells.acts_html(acts), cells.acts_text(acts)


def _watch(content: Any, _: _Run) -> Drawn:
    watched = from_builtins(content, Watched)
    return cells.watch_html(watched), cells.watch_text(watched)


_VIEWS: dict[str, Callable[[Any, _Run], Drawn]] = {
    "diagnosis": _diagnosis,
    "ladder": _ladder,
    "cause": _cause,
    "remedy": _remedy,
    "checklist": _checklist,
    "acts": _acts,
    "watch": _watch,
}
_DRAW: dict[str, Callable[[Any, _Run], Drawn]] = {
    FINDING_MIME: _finding,
    VIEW_MIME: _view,
    DIAGNOSIS_MIME: _diagnosis,
}
