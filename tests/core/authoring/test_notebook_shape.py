"""The shape of a notebook: what is damaged is refused where it is read, so that nothing after it fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runbooklab.authoring.build import read_notebook
from runbooklab.errors import UserError


def notebook(**cell: Any) -> dict[str, Any]:
    """A notebook of one code cell, in which ``cell`` replaces what is right."""
    right = {"cell_type": "code", "id": "a", "metadata": {}, "source": "", "outputs": []}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [right | cell]}


def output(**parts: Any) -> dict[str, Any]:
    return notebook(outputs=[{"output_type": "display_data", "metadata": {}, "data": {}} | parts])


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ([], "it is not of format 4"),
        (notebook() | {"nbformat": "4"}, "it is not of format 4"),
        (notebook() | {"nbformat_minor": "5"}, "the minor number"),
        (notebook() | {"metadata": []}, "its metadata"),
        (notebook() | {"metadata": {"runbooklab": 5}}, "its metadata"),
        (notebook() | {"cells": {"a": 1}}, "no list of cells"),
        (notebook() | {"cells": [1]}, "in cell 1, the kind"),
        (notebook(cell_type=["code"]), "the kind"),
        (notebook(id=[1]), "the id"),
        (notebook(source=5), "the source"),
        (notebook(source=["a", None]), "the source"),
        (notebook(metadata=[]), "the metadata"),
        (notebook(metadata={"jupyter": 5}), "the metadata"),
        (notebook(metadata={"tags": 5}), "the tags"),
        (notebook(metadata={"tags": [5]}), "the tags"),
        (notebook(outputs=5), "the outputs"),
        (notebook(outputs={"a": 1}), "the outputs"),
        (notebook(outputs=[None]), "an output"),
        (notebook(outputs=[{}]), "an output"),
        (output(data=[]), "an output"),
        (output(metadata=[]), "an output"),
        (output(data={"text/html": 5}), "an output"),
        (output(data={"text/plain": [1]}), "an output"),
        (output(output_type="stream", text=5), "an output"),
        (output(output_type="error", traceback=[5]), "an output"),
        (output(output_type="error", evalue=5), "an output"),
    ],
)
def test_a_wrong_shape_is_one_line_with_the_place(tmp_path: Path, content: Any, fault: str) -> None:
    """Whatever of a notebook is damaged, the reader names the file and what is wrong in it."""
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(content))
    with pytest.raises(UserError, match=rf"is not a notebook: .*{fault}") as raised:
        read_notebook(path)
    assert raised.value.path == path


@pytest.mark.parametrize(
    "content",
    [
        notebook(),
        notebook(source=["a\n", "b"], metadata={"tags": ["x"], "jupyter": {"source_hidden": True}}),
        output(data={"text/plain": ["a"], "text/html": "b", "application/json": [5], "image/png": "x"}),
        notebook(outputs=[{"output_type": "stream", "name": "stdout", "text": ["a"]}]),
        {**notebook(), "cells": [{"cell_type": "markdown", "metadata": {}, "source": ""}]},
    ],
)
def test_what_jupyter_saves_is_a_notebook(tmp_path: Path, content: Any) -> None:
    """Every form that the format allows is read as it is."""
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(content))
    assert read_notebook(path) == content
