"""``--incident`` for a runbook that has no such parameter, such as an imported one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runbooklab.authoring.build import build
from runbooklab.authoring.project import Suite
from runbooklab.model.mime import DIAGNOSIS_MIME

RUNBOOK = """---
title: Small
uses: []
parameters: [PARAMETERS]
---

# Small

```{code-cell}
diagnose()
```

```{check} root
file: /
pass: exists
```

```{code-cell}
conclude()
```
"""
WITH_ONE = '{name: host, type: str, default: ""}'


@pytest.fixture(params=["", WITH_ONE], ids=["without any parameter", "with another parameter"])
def project(request: Any, tmp_path: Path) -> Path:
    """A project with one compiled runbook."""
    for name in ("runbooks", "configs"):
        (tmp_path / name).mkdir()
    (tmp_path / "runbooks" / "small.md").write_text(RUNBOOK.replace("PARAMETERS", request.param))
    build(Suite(tmp_path))
    return tmp_path


def ran(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], cwd=project, capture_output=True, text=True, timeout=100, check=False
    )


def test_a_run_belongs_to_the_incident_that_was_given(project):
    """The diagnosis names the incident, and the list of runs finds it by that."""
    done = ran(project, "runbooklab", "run", "small", "--incident", "INC-42", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["incident"] == "INC-42"
    assert "small" in ran(project, "runbooklab", "runs", "--incident", "INC-42").stdout
    assert "small" not in ran(project, "runbooklab", "runs", "--incident", "INC-43").stdout


def test_plain_papermill_gives_the_incident_too(project):
    """papermill's -p incident reaches the diagnosis of the notebook that it leaves."""
    done = ran(project, "papermill", "notebooks/small.ipynb", "out.ipynb", "-p", "incident", "INC-42")
    assert done.returncode == 0, done.stderr
    cells = json.loads((project / "out.ipynb").read_text())["cells"]
    (said,) = [
        output["data"][DIAGNOSIS_MIME]
        for cell in cells
        for output in cell.get("outputs", ())
        if DIAGNOSIS_MIME in output.get("data", {})
    ]
    assert said["incident"] == "INC-42"
