"""The bytes of a run's files, with each other's digests."""

from __future__ import annotations

import html
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from runbooklab.diagnosis.stored_evidence import evidence_of
from runbooklab.model.as_json import as_json
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.digests import diagnosis_sha256, notebook_sha256, sha256
from runbooklab.model.evidence import Evidence
from runbooklab.model.from_json import from_json
from runbooklab.model.mime import DIAGNOSIS_MIME, EVIDENCE_MIME
from runbooklab.report.wanted_texts import NO_TEXTS, WantedTexts

R = TypeVar("R", Diagnosis, Evidence)


def artefacts(
    diagnosis: Diagnosis, evidence: Evidence, notebook: Any, texts: WantedTexts = NO_TEXTS
) -> dict[str, bytes]:
    """File name to content. The notebook gets this diagnosis embedded, whatever its last cell did.

    The diagnosis in the files has the digests that :mod:`runbooklab.model.digests` describes.
    ``texts`` are the Markdown files to write, too.
    """
    evidence, diagnosis = _settled(evidence), _settled(diagnosis)
    files = {"evidence.json": as_json(evidence)}
    sealed = _with_digests(diagnosis, evidence_sha256=sha256(files["evidence.json"]))
    _embed(notebook, sealed, evidence)
    sealed = _with_digests(sealed, notebook_sha256=notebook_sha256(_notebook_bytes(notebook)))
    sealed = _with_digests(sealed, diagnosis_sha256=diagnosis_sha256(as_json(sealed)))
    _embed(notebook, sealed, evidence)
    return {
        **files,
        "diagnosis.json": as_json(sealed),
        "report.html": _as_bytes(_page(sealed, evidence, notebook)),
        "report.ipynb": _notebook_bytes(notebook),
        **_texts(texts, sealed, evidence, notebook),
    }


def _settled(record: R) -> R:
    """``record`` as it is after a round trip through JSON: a float that was made as an int is a float."""
    data = msgspec.json.encode(record)
    if isinstance(record, Evidence):
        return evidence_of(msgspec.json.decode(data))
    return from_json(data, type(record))


def _with_digests(diagnosis: Diagnosis, **digests: str) -> Diagnosis:
    return replace(diagnosis, provenance=replace(diagnosis.provenance, **digests))


def _notebook_bytes(notebook: Any) -> bytes:
    from nbformat.v4 import writes as untyped

    writes: Any = untyped
    return _as_bytes(writes(notebook) + "\n")


def get_ready() -> None:
    """Draw an empty page, so that imports and templates are ready."""
    from nbformat.v4 import new_notebook as untyped

    new_notebook: Any = untyped
    empty = Diagnosis(
        run_id="", runbook="", started_at="", finished_at="", parameters={}, verdict="unknown", summary=""
    )
    _page(empty, Evidence(), new_notebook())


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate must not prevent the report


def _page(diagnosis: Diagnosis, evidence: Evidence, notebook: Any) -> str:
    try:
        from runbooklab.report.page import render

        return render(diagnosis, evidence, notebook)
    except Exception as error:  # noqa: BLE001 # a plain report is better than none
        plain = _plain_page(diagnosis, f"{type(error).__name__}: {error}")
    try:
        from runbooklab.files import pack_payload
        from runbooklab.report.embedded_run import document_of
        from runbooklab.report.seal import UNSEALED, sealed

        return sealed(
            f"{plain}{UNSEALED}{pack_payload(document_of(diagnosis, evidence, notebook)).element}\n"
        )
    except Exception:  # noqa: BLE001 # and so is one without an embedded run
        return plain


def _texts(wanted: WantedTexts, diagnosis: Diagnosis, evidence: Evidence, notebook: Any) -> dict[str, bytes]:
    from runbooklab.report.markdown_text import words

    try:
        from runbooklab.report.texts import text_files

        return text_files(wanted, diagnosis, evidence, notebook)
    except Exception as error:  # noqa: BLE001 # the report matters more than its short form
        problem = f"This text could not be made: {type(error).__name__}: {error}"
        text = f"{words(f'{diagnosis.verdict}: {diagnosis.summary}')}\n\n{words(problem)}\n"
        return dict.fromkeys(wanted.names, _as_bytes(text))


def _plain_page(diagnosis: Diagnosis, problem: str) -> str:
    title = html.escape(f"{diagnosis.verdict}: {diagnosis.summary}")
    return (
        f'<!doctype html><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>'
        f"<p>This page is plain because the report could not be drawn ({html.escape(problem)}).</p>"
        f"<pre>{html.escape(as_json(diagnosis).decode())}</pre>\n"
    )


def _embed(notebook: Any, diagnosis: Diagnosis, evidence: Evidence) -> None:
    conclusion = {
        DIAGNOSIS_MIME: msgspec.to_builtins(diagnosis),
        EVIDENCE_MIME: msgspec.to_builtins(evidence),
    }
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in reversed(cells):
        for output in reversed(cell.outputs):
            if DIAGNOSIS_MIME in output.get("data", {}):
                output["data"].update(conclusion)
                return
    if cells:
        from nbformat.v4 import new_output as untyped

        new_output: Any = untyped
        data = {**conclusion, "text/plain": f"{diagnosis.verdict}: {diagnosis.summary}"}
        cells[-1].outputs.append(new_output("display_data", data=data))
