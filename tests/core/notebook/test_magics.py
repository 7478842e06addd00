"""Cells that declare something, as IPython runs them."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from runbooklab.notebook.magics import register


@pytest.mark.parametrize("cell", ["%%check root-disk", "%%check root-disk\n", "%%check root-disk\n\n"])
def test_a_cell_without_a_body_is_ours_to_answer(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """IPython would refuse it in words of its own; the function gets the id and an empty text."""
    shell = InteractiveShell(warn_venv=False)
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    asked: list[tuple[str, str]] = []
    for _ in range(2):
        register({"check": lambda id_, text: asked.append((id_, text))})
    assert shell.run_cell(cell).success
    assert [(id_, text.strip()) for id_, text in asked] == [("root-disk", "")]
