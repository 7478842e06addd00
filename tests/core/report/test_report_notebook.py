"""The notebook alone: the page comes out of its own outputs, and nbconvert draws the same one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace

from evidence_samples import down, healthy
from report_samples import (
    STOPPED,
    code,
    concluded,
    conclusion,
    diagnosis,
    executed,
    notebook,
    shown,
    stream,
    text,
)
from runbooklab.model.mime import DIAGNOSIS_MIME, FINDING_MIME
from runbooklab.report.from_notebook import NOT_CONCLUDED, render_notebook
from runbooklab.report.page import render
from stored_runs import stored

TEMPLATES = Path(__file__).parents[3] / "share" / "jupyter" / "nbconvert" / "templates"


def said(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def test_the_page_is_the_one_that_the_run_renders() -> None:
    """Diagnosis, evidence and cells in the notebook give the same bytes."""
    evidence = down()
    run = concluded(evidence)
    done = executed(run, evidence)
    assert render_notebook(done) == render(run, evidence, done)


def test_the_last_diagnosis_counts() -> None:
    """Cells run again in JupyterLab leave the newest at the end; one that cannot be read is passed over."""
    book = notebook(
        code(conclusion(diagnosis(summary="Old."))),
        code(conclusion(diagnosis(summary="New."))),
        code(shown(DIAGNOSIS_MIME, {"schema_version": 99})),
    )
    page = BeautifulSoup(render_notebook(book), "html.parser")
    assert page.select_one(".summary").get_text() == "New."


def test_an_older_conclusion_below_a_newer_verdict_does_not_count() -> None:
    """A person looks again at the top, and the cells further down stay as they were."""
    newer = "2026-03-01T12:09:00.000Z"
    book = notebook(
        code(conclusion(diagnosis(summary="New.", finished_at=newer))),
        code(conclusion(diagnosis(summary="Old."))),
    )
    page = BeautifulSoup(render_notebook(book), "html.parser")
    assert page.select_one(".summary").get_text() == "New."


def test_a_run_that_did_not_conclude_shows_what_it_found() -> None:
    """Verdict never better than unknown; the findings and the number of cells not run are there."""
    fine = replace(STOPPED, id="redis-logs", status="ok", summary="The log is fine.")
    book = notebook(
        code(shown(FINDING_MIME, fine)), code(run=False), code(run=False), runbooklab={"slug": "redis"}
    )
    page = said(render_notebook(book))
    assert "Unknown " + NOT_CONCLUDED in page
    assert "2 cells were not run." in page
    assert "The log is fine." in page
    assert "Critical " + NOT_CONCLUDED in said(render_notebook(notebook(code(shown(FINDING_MIME, STOPPED)))))


def test_anyones_notebook_gets_a_plain_page() -> None:
    """Title, text, outputs and code; no verdict."""
    page = said(
        render_notebook(notebook(text("# Sales\n\nBy week."), code(stream("42"), source="total()")), "file")
    )
    assert page.startswith("Sales")
    for part in ("By week.", "42", "total()"):
        assert part in page
    assert "Unknown" not in page


def test_a_notebook_without_a_title_is_called_by_its_file() -> None:
    """An empty notebook has a page too."""
    assert "my-file" in said(render_notebook(notebook(), "my-file"))


@pytest.fixture(scope="module")
def exporter() -> Any:
    """nbconvert with our template, found in the checkout as it is found where the package is installed."""
    from nbconvert import HTMLExporter

    return HTMLExporter(template_name="incident", extra_template_basedirs=[str(TEMPLATES)])


@pytest.mark.parametrize("kind", ["run", "foreign"])
def test_nbconvert_draws_the_same_page(exporter: Any, kind: str, tmp_path: Path) -> None:
    """Through the template the page of a run is the same, byte by byte, and anyone's element by element."""
    evidence = healthy()
    run = concluded(evidence)
    book = executed(run, evidence) if kind == "run" else notebook(text("# A & B\n\n<b>"), code(stream("x")))
    path = tmp_path / "out.ipynb"
    path.write_text(json.dumps(book, sort_keys=True))  # as nbformat and papermill write it
    html, _ = exporter.from_filename(str(path))
    drawn = render_notebook(book, "out")
    if kind == "run":
        assert html == drawn
    assert BeautifulSoup(html, "html.parser") == BeautifulSoup(drawn, "html.parser")


def test_nbconvert_gives_back_the_report_of_a_run(exporter: Any, tmp_path: Path) -> None:
    """From the report.ipynb that a run wrote, the bytes of the report.html that it wrote, seal and all."""
    run = stored(tmp_path / "run", down())
    html, _ = exporter.from_filename(str(run / "report.ipynb"))
    assert html.encode() == (run / "report.html").read_bytes()
