"""The incident report as nbconvert makes it, also of a file that a program wrote which knows no secrets."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter, get_exporter
from nbformat.v4 import new_output

from runbooklab.authoring.project import find_suite
from runbooklab.report.from_notebook import render_notebook

ROOT = Path(__file__).parents[3]
SECRET = "Zq7wV-bT9xKm2"
URL = f"redis://:{SECRET}@db:6379/0"


@pytest.fixture
def with_a_password(tmp_path: Path) -> Path:
    """A notebook of ours, with a password in the parameters, saved by something else."""
    notebook: Any = nbformat.read(find_suite(ROOT).notebook("redis-connection"), as_version=4)
    cell = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ()))
    cell.source = cell.source.replace('redis_url: str = ""', f'redis_url: str = "{URL}"')
    notebook.cells[-1].outputs = [new_output("stream", text=f"connecting to {URL}\n")]
    path = tmp_path / "incident.ipynb"
    nbformat.write(notebook, path)
    assert SECRET in path.read_text()
    return path


def exporters() -> dict[str, Any]:
    return {
        "--template incident": HTMLExporter(
            template_name="incident",
            extra_template_basedirs=[str(ROOT / "share/jupyter/nbconvert/templates")],
        ),
        "--to incident_report": get_exporter("incident_report")(),
    }


@pytest.mark.parametrize("how", ["--template incident", "--to incident_report"])
def test_the_page_shows_no_password(with_a_password: Path, how: str) -> None:
    """The parameters and the outputs are drawn with the token; the file itself stays as it is."""
    exporter = exporters()[how]
    before = with_a_password.read_bytes()
    page, _ = exporter.from_filename(str(with_a_password))
    assert SECRET not in page
    assert "***secret-" in page
    assert with_a_password.read_bytes() == before


def test_both_ways_give_the_same_page() -> None:
    """The format is the template by its own name, and a notebook without secrets is drawn as always."""
    path = find_suite(ROOT).notebook("redis-connection")
    pages = {exporter.from_filename(str(path))[0] for exporter in exporters().values()}
    assert pages == {render_notebook(nbformat.read(path, as_version=4), path.stem)}


def test_the_format_is_one_of_jupyters() -> None:
    """JupyterLab lists it in its export menu as HTML."""
    (entry,) = entry_points(group="nbconvert.exporters", name="incident_report")
    exporter = entry.load()
    assert (exporter.export_from_notebook, exporter.output_mimetype) == ("Incident report", "text/html")
