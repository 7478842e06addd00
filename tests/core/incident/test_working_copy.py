"""Working copies: the incident's values are in them, and the compiled notebook stays as it is."""

from __future__ import annotations

import errno
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest

from runbooklab.authoring.build import build
from runbooklab.authoring.project import Suite
from runbooklab.authoring.values_in_cell import values_in, with_values
from runbooklab.errors import UserError
from runbooklab.incident.working_copy import made_of, open_copy
from runbooklab.model.mime import DIAGNOSIS_MIME, FINDING_MIME

RUNBOOK = """\
---
title: Stub
parameters:
- {name: redis_url, type: str, default: "", help: "A URL, # and all"}
- {name: count, type: int, default: 1, help: A number}
- {name: incident, type: str, default: "", help: Its id}
---
# Stub

```{code-cell}
print(count)
```

```{code-cell}
conclude()
```
"""


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Suite:
    """A suite with one compiled runbook; Jupyter keeps what it trusts in a folder of the test's own."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    for name in ("runbooks", "configs"):
        (tmp_path / name).mkdir()
    (tmp_path / "runbooks" / "stub.md").write_text(RUNBOOK)
    suite = Suite(tmp_path)
    build(suite)
    return suite


def opened(suite: Suite, of: str = "INC-1", /, fresh: bool = False, **values: Any) -> Path:
    """The working copy for these values."""
    parent = suite.reports / "incidents"
    return open_copy(suite.notebook("stub"), "stub", values, parent, of, fresh=fresh).path


def cell(path: Path, tag: str) -> dict[str, Any]:
    """The cell with a tag."""
    cells = json.loads(path.read_text())["cells"]
    return next(cell for cell in cells if tag in cell["metadata"].get("tags", ()))


def run_and_save(path: Path) -> None:
    """Put an output into each code cell, as running and saving would."""
    notebook = nbformat.read(path, 4)
    for number, code in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        mime = DIAGNOSIS_MIME if "conclude" in code.source else FINDING_MIME
        data = {
            mime: {"finished_at": "2026-03-01T10:00:07.123Z"},
            "text/html": "<b>ok</b>",
            "text/plain": "ok",
        }
        code.outputs = [nbformat.v4.new_output("display_data", data)]
        code.execution_count = number + 1
    nbformat.write(notebook, path)


def test_values_are_filled_in_and_the_rest_stays(suite: Suite) -> None:
    """Types, comments and other values are those of the runbook; the compiled notebook is untouched."""
    before = suite.notebook("stub").read_bytes()
    path = opened(suite, redis_url='redis://h:1/0 "x" # y', count=-3, incident="INC-1")
    assert path == suite.reports / "incidents" / "INC-1" / "stub.ipynb"
    assert "".join(cell(path, "parameters")["source"]).splitlines() == [
        'redis_url: str = "redis://h:1/0 \\"x\\" # y"  # A URL, # and all',
        "count: int = -3  # A number",
        'incident: str = "INC-1"  # Its id',
    ]
    assert suite.notebook("stub").read_bytes() == before
    assert build(suite, check=True) == []


def test_it_says_what_it_is_and_only_its_owner_reads_it(suite: Suite) -> None:
    """The metadata names runbook, incident and time; the file is valid and private."""
    path = opened(suite)
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    ours = notebook.metadata["runbooklab"]
    assert (ours["slug"], ours["working_copy"]["incident"]) == ("stub", "INC-1")
    assert ours["working_copy"]["opened_at"].endswith("Z")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_generated_cells_are_folded(suite: Suite) -> None:
    """The code of parameters and set-up is one line each in JupyterLab; no other cell's is."""
    path = opened(suite)
    cells = json.loads(path.read_text())["cells"]
    folded = [cell["id"] for cell in cells if cell["metadata"].get("jupyter", {}).get("source_hidden")]
    assert folded == ["parameters", "setup"]


def test_outputs_of_the_compiled_notebook_stay_behind(suite: Suite) -> None:
    """What somebody's run left in the compiled notebook is no part of this incident."""
    run_and_save(suite.notebook("stub"))
    cells = json.loads(opened(suite).read_text())["cells"]
    assert [cell["outputs"] for cell in cells if cell["cell_type"] == "code"] == [[]] * 4
    assert {cell["execution_count"] for cell in cells if cell["cell_type"] == "code"} == {None}


def test_opened_again_it_goes_on_where_it_was(suite: Suite) -> None:
    """What a person wrote and ran is there, also if the same values are given again."""
    path = opened(suite, count=3)
    path.write_text(path.read_text().replace("print(count)", "print(count * 7)"))
    assert opened(suite) == path
    assert opened(suite, count=3) == path
    assert "print(count * 7)" in path.read_text()


def test_other_values_are_refused_by_name_and_nothing_is_overwritten(suite: Suite) -> None:
    """One line says which differ; a new copy beside it is made on request alone."""
    path = opened(suite, count=3)
    before = path.read_bytes()
    with pytest.raises(UserError, match=r"stub\.ipynb: has other values of count than .* --fresh"):
        opened(suite, count=4, redis_url="")
    assert path.read_bytes() == before
    second = opened(suite, fresh=True, count=4)
    assert (second.name, path.read_bytes()) == ("stub-2.ipynb", before)
    assert opened(suite, count=4) == second


def test_two_that_open_at_once_get_a_copy_each(suite: Suite) -> None:
    """Neither overwrites the other's, however close they are."""
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda number: opened(suite, fresh=True, count=number), range(16)))
    assert len(set(paths)) == 16
    counts = [values_in("".join(cell(path, "parameters")["source"]))["count"] for path in paths]
    assert counts == list(range(16))


def test_a_copy_that_cannot_be_written_leaves_nothing(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is one clear line, and the next opening finds no half of a notebook."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("runbooklab.incident.working_copy.write_atomic", full)
    with pytest.raises(UserError, match="cannot be written: No space left"):
        opened(suite)
    assert list((suite.reports / "incidents" / "INC-1").glob("*.ipynb")) == []


def test_outputs_of_an_earlier_run_say_so_once(suite: Suite) -> None:
    """Each output of ours gets one line with the time of its run, however often it is opened."""
    path = opened(suite)
    run_and_save(path)
    for _ in range(2):
        opened(suite)
    for code in (cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"):
        ((output),) = code["outputs"]
        html, text = ("".join(output["data"][kind]) for kind in ("text/html", "text/plain"))
        assert html.count("Of an earlier run, 2026-03-01 10:00:07 UTC") == 1
        assert html.endswith("<b>ok</b>")
        assert text == "Of an earlier run, 2026-03-01 10:00:07 UTC\nok"


def test_an_output_of_a_new_run_is_marked_with_its_own_time(suite: Suite) -> None:
    """A cell that was run again after reopening gets the time of that run, the others keep theirs."""
    path = opened(suite)
    run_and_save(path)
    opened(suite)
    notebook = nbformat.read(path, 4)
    data = {DIAGNOSIS_MIME: {"finished_at": "2026-03-02T11:00:00.000Z"}, "text/plain": "again"}
    notebook.cells[-1].outputs = [nbformat.v4.new_output("display_data", data)]
    nbformat.write(notebook, path)
    opened(suite)
    texts = [
        output.data["text/plain"]
        for cell in nbformat.read(path, 4).cells
        for output in cell.get("outputs", ())
    ]
    assert [text.splitlines()[0] for text in texts] == [
        *["Of an earlier run, 2026-03-01 10:00:07 UTC"] * 3,
        "Of an earlier run, 2026-03-02 11:00:00 UTC",
    ]


def test_what_others_display_is_not_marked(suite: Suite) -> None:
    """The line is for outputs of ours: a person's own table or picture stays byte for byte."""
    path = opened(suite)
    notebook = nbformat.read(path, 4)
    notebook.cells[-1].outputs = [nbformat.v4.new_output("display_data", {"text/html": "<b>theirs</b>"})]
    nbformat.write(notebook, path)
    before = path.read_bytes()
    opened(suite)
    assert path.read_bytes() == before


def test_a_trusted_notebook_stays_trusted(suite: Suite) -> None:
    """The added line does not make JupyterLab take the notebook for a stranger's, nor trust a stranger's."""
    from nbformat.sign import NotebookNotary

    new = opened(suite, "INC-3")
    assert NotebookNotary().check_signature(nbformat.read(new, 4))  # it holds no output of anybody
    for incident, trusted in (("INC-1", True), ("INC-2", False)):
        path = opened(suite, incident)
        run_and_save(path)
        if trusted:
            NotebookNotary().sign(nbformat.read(path, 4))
        opened(suite, incident)
        assert NotebookNotary().check_signature(nbformat.read(path, 4)) is trusted


@pytest.mark.parametrize(
    ("source", "values", "filled"),
    [
        ("a = 1  # x", {"a": 2}, "a = 2  # x"),
        ("ü: str = 'ä'; b = 2", {"b": 3}, "ü: str = 'ä'; b = 3"),
        ('a: str = """x\ny"""  # c\nb = 1', {"a": "z"}, 'a: str = "z"  # c\nb = 1'),
        ("a = 1\r\nb = 2\r\n", {"b": True}, "a = 1\nb = True\n"),
        ("a = 1\na = 2", {"a": 5}, "a = 5\na = 5"),
        ("a = 1", {"b": "x"}, 'a = 1\nb = "x"'),
        ("", {"b": 1.5}, "b = 1.5"),
    ],
)
def test_only_the_value_is_replaced(source: str, values: dict[str, Any], filled: str) -> None:
    """Comments, annotations and neighbours stay; what the cell does not assign is added."""
    assert with_values(source, values) == filled
    assert values.items() <= values_in(filled).items()


def test_a_cell_that_does_not_parse_is_a_user_error() -> None:
    """It is named with its line."""
    with pytest.raises(UserError, match="parameters cell, line 2, does not parse"):
        with_values("a = 1\na = = 2", {"a": 2})


def test_declaring_cells_are_folded() -> None:
    """Their outputs say what counts; one click opens what is declared."""
    sources = {"a": "%%check room\ndisk: /", "b": "%%cause full\nwhen: room fails", "c": "print(1)"}
    cells = [
        {"id": id_, "cell_type": "code", "metadata": {}, "source": text} for id_, text in sources.items()
    ]
    made = made_of({"cells": cells, "metadata": {}}, {}, "INC-1", {})
    assert made["metadata"]["runbooklab"]["working_copy"]["folded"] == ["a", "b"]
    assert [bool(cell["metadata"]) for cell in made["cells"]] == [True, True, False]
