"""Every command of the source runbook is shown, and done live."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load() -> ModuleType:
    """scripts/coverage_table.py as a module."""
    spec = importlib.util.spec_from_file_location("coverage_table", ROOT / "scripts" / "coverage_table.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["coverage_table"] = module
    spec.loader.exec_module(module)
    return module


coverage_table = load()
NOTEBOOK = json.loads((ROOT / "notebooks" / "redis-connection.ipynb").read_text())
COMMANDS = [(section, command, live) for section, rows in coverage_table.SOURCE for command, live in rows]


def test_the_table_is_up_to_date() -> None:
    """docs/coverage.md is what the generator writes."""
    assert coverage_table.main(["--check"]) == 0


def test_every_command_has_a_row() -> None:
    """A cell was found for each of them."""
    assert len(list(coverage_table.rows(NOTEBOOK))) == len(COMMANDS)


@pytest.mark.parametrize(("section", "command", "live"), COMMANDS)
def test_a_command_is_done_by_a_cell_that_exists(section: str, command: str, live: str) -> None:
    """The cell stands in the notebook and calls a check or remedy that the package has."""
    from judging import CHECKS, REMEDIES

    known = {"check": CHECKS, "remedy": REMEDIES, "validate": (), "checklist": ()}
    kind, _, name = live.partition(" ")
    assert not name or name in known[kind]
    rows = coverage_table.rows(NOTEBOOK)
    row = next(row for row in rows if row[:2] == (section, command))
    cell = next(cell for cell in NOTEBOOK["cells"] if cell["id"] == row.cell)
    assert (f'{kind}("{name}")' if name else f"{kind}(") in "".join(cell["source"])


def test_every_command_can_be_read_in_the_runbook() -> None:
    """A person without the notebook finds each command in the Markdown, spacing and line ends aside."""
    text = (ROOT / "runbooks" / "redis-connection.md").read_text()
    words = re.sub(r"\s+", " ", text)
    assert [command for _, command, _ in COMMANDS if command not in words] == []
