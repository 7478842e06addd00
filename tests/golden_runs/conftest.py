"""What tests of stored runs get."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from golden_runs.stored import RUNS, STORED


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A reports folder with copies of all runs."""
    for run in RUNS:
        shutil.copytree(STORED / run.name, tmp_path / "reports" / run.stored_as)
    return tmp_path / "reports"
