"""The run inside a report: the executed notebook, the diagnosis and the evidence.

They are one JSON document (``notebook``, ``diagnosis``, ``evidence``), packed into the page as
:mod:`runbooklab.files.embedded_payload` says.

From the notebook is left out what can be had again or says nothing of the target: the HTML and the plain
text beside our own JSON outputs (drawn from that JSON), the diagnosis and the evidence among the outputs
(they stand beside the notebook), and papermill's and the kernel's times of each cell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from runbooklab.diagnosis.stored_evidence import evidence_of
from runbooklab.files import NoPayload, bounded_json, unpack_payload
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.evidence import Evidence
from runbooklab.model.from_json import from_builtins
from runbooklab.model.mime import DIAGNOSIS_MIME, EVIDENCE_MIME, FINDING_MIME, VIEW_MIME
from runbooklab.report.outputs import text_of

_OURS = frozenset({DIAGNOSIS_MIME, FINDING_MIME, VIEW_MIME})
_DRAWN_AGAIN = frozenset({"text/html", "text/plain", EVIDENCE_MIME})


class EmbeddedRun(Struct, frozen=True):
    """``notebook`` is as :func:`json.loads` gives it, diagnosis and evidence in place again.

    What a page was drawn without is None.
    """

    notebook: dict[str, Any] | None
    diagnosis: Diagnosis
    evidence: Evidence | None


def document_of(diagnosis: Diagnosis, evidence: Evidence | None, notebook: Mapping[str, Any] | None) -> bytes:
    """The JSON document that a page holds: the last gate looks for secrets in this."""
    document = {
        "diagnosis": msgspec.to_builtins(diagnosis),
        "evidence": msgspec.to_builtins(evidence),
        "notebook": None if notebook is None else lean(notebook),
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate becomes its JSON escape


def lean(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of ``notebook`` without what this module's docstring says is left out."""
    kept = {"nbformat", "nbformat_minor"}
    metadata = {name: value for name, value in notebook.get("metadata", {}).items() if name != "papermill"}
    return {
        **{name: value for name, value in notebook.items() if name in kept},
        "metadata": metadata,
        "cells": [_lean_cell(cell) for cell in notebook.get("cells", ())],
    }


def run_in(page: bytes) -> EmbeddedRun:
    """The run in the report ``page``, within the payload's bounds. Raises :class:`NoPayload`."""
    return read(unpack_payload(page))


def read(document: bytes) -> EmbeddedRun:
    """The parts of a document. Raises :class:`NoPayload`."""
    try:
        parts = bounded_json.loads(document)
        notebook = parts["notebook"]
        if not (notebook is None or isinstance(notebook, dict)):
            raise TypeError("the notebook is no object")
        evidence = parts["evidence"]
        _put_back(notebook, parts["diagnosis"], evidence)
        return EmbeddedRun(
            notebook,
            from_builtins(parts["diagnosis"], Diagnosis),
            None if evidence is None else evidence_of(evidence),
        )
    except (
        msgspec.ValidationError,
        ValueError,
        OverflowError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise NoPayload(f"has an embedded run that cannot be read: {error}") from None


def _lean_cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    times = ("papermill", "execution")
    metadata = {name: value for name, value in cell.get("metadata", {}).items() if name not in times}
    lean_cell = {**cell, "metadata": metadata, "source": text_of(cell.get("source", ""))}
    if "outputs" in cell:
        lean_cell["outputs"] = [_lean_output(output) for output in cell["outputs"]]
    return lean_cell


def _lean_output(output: Mapping[str, Any]) -> dict[str, Any]:
    if "text" in output:
        return {**output, "text": text_of(output["text"])}
    if "data" not in output:
        return dict(output)
    data = output["data"]
    left_out = frozenset() if _OURS.isdisjoint(data) else _DRAWN_AGAIN
    kept = {mime: _whole(mime, value) for mime, value in data.items() if mime not in left_out}
    if DIAGNOSIS_MIME in kept:
        kept[DIAGNOSIS_MIME] = None
    return {**output, "data": kept}


def _whole(mime: str, value: Any) -> Any:
    """A file may hold a text as a list of its lines."""
    return value if mime.endswith("json") else text_of(value)


def _put_back(notebook: dict[str, Any] | None, diagnosis: Any, evidence: Any) -> None:
    for cell in (notebook or {}).get("cells", ()):
        for output in cell.get("outputs") or ():
            if DIAGNOSIS_MIME in output.get("data", {}):
                output["data"] |= {DIAGNOSIS_MIME: diagnosis, EVIDENCE_MIME: evidence}
