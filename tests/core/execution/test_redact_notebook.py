"""What cells print, display and raise is rid of secrets before a report is made of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from runbooklab.authoring.build import build
from runbooklab.authoring.project import Suite
from runbooklab.execution.redact_notebook import parameters_without_secrets, take_secrets_out_of_outputs
from runbooklab.notebook.target import LONGEST_TEXT
from runbooklab.redaction import Vault

SECRET = "Zq7wV-bT9xKm2"
URL = f"redis://:{SECRET}@db:6379"


@pytest.fixture
def vault() -> Vault:
    return Vault(b"a key for tests")


OUTPUTS: dict[str, Any] = {
    "print": new_output("stream", text=f"connecting to {URL}\n"),
    "exception": new_output("error", ename="ValueError", evalue=URL, traceback=["\x1b[31mValueError", URL]),
    "text": new_output("execute_result", data={"text/plain": repr({"password": SECRET})}),
    "html": new_output("display_data", data={"text/html": f"<b>requirepass {SECRET}</b>"}),
    "json": new_output("display_data", data={"application/json": {"url": [URL], URL: 1}}),
    "markdown": new_output("display_data", data={"text/markdown": f"`{URL}`"}),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_of_a_foreign_cell_loses_its_secret(name: str, vault: Vault) -> None:
    """Each kind of output; also the cells before it, and the source that has it in plain."""
    before = new_code_cell(f"password = '{SECRET}'", outputs=[new_output("stream", text=f"plain {SECRET}")])
    notebook = new_notebook(cells=[before, new_code_cell("x", outputs=[OUTPUTS[name]])])
    take_secrets_out_of_outputs(notebook, vault)
    written = nbformat.writes(notebook)
    assert SECRET not in written
    assert vault.learn(SECRET) in written
    assert vault.leaks(written.encode()) == ()
    nbformat.validate(notebook)


def test_colours_of_a_traceback_stay(vault: Vault) -> None:
    """Only secrets are changed: a notebook shows its colours as before."""
    output = new_output("error", ename="E", evalue="no", traceback=["\x1b[31mE\x1b[0m: no"])
    take_secrets_out_of_outputs(new_notebook(cells=[new_code_cell("x", outputs=[output])]), vault)
    assert output.traceback == ["\x1b[31mE\x1b[0m: no"]


def test_a_parameter_that_holds_others_is_looked_into(vault: Vault) -> None:
    """Lists and mappings are redacted inside, and a name that means a secret makes its whole value one."""
    given = {"urls": [URL], "redis": {"password": "two words"}, "api_token": "a b", "count": 3}
    safe = parameters_without_secrets(given, (), vault)
    assert safe == {
        "urls": [f"redis://:{vault.learn(SECRET)}@db:6379"],
        "redis": {"password": vault.learn("two words")},
        "api_token": vault.learn("a b"),
        "count": 3,
    }


RUNBOOK = """\
---
title: Stub
parameters:
- {name: redis_url, type: str, default: "", help: A URL}
---
# Stub

```{code-cell}
:tags: [setup]

secret = "".join(["Zq7wV-", "bT9xKm2"])
```

## Leaky

```{code-cell}
print("requirepass", secret)
```

```{code-cell}
raise ValueError(f"redis://:{secret}@db")
```
"""


def test_a_runbook_that_prints_and_raises_a_secret_has_its_report(tmp_path: Path) -> None:
    """The run goes on to its report; neither the report nor the terminal has the value."""
    root = tmp_path / "suite"
    for name in ("runbooks", "configs"):
        (root / name).mkdir(parents=True)
    (root / "runbooks" / "stub.md").write_text(RUNBOOK)
    build(Suite(root))
    command = [sys.executable, "-m", "runbooklab", "run", "stub", "--json"]
    done = subprocess.run(command, cwd=root, capture_output=True, timeout=100, check=False)
    assert json.loads(done.stdout)["runbook"] == "stub"
    left = [path.read_bytes() for path in (root / "reports").rglob("*") if path.is_file()]
    assert len(left) >= 4
    assert not [data for data in (*left, done.stdout, done.stderr) if SECRET.encode() in data]
    assert b"this cell raised ValueError: redis://:***secret-" in done.stderr


def test_a_very_long_text_is_kept_without_its_middle(vault: Vault) -> None:
    """A pasted log of megabytes costs no minutes and fills no report; a secret that a cut parts is gone."""
    text = "first " + f"password={SECRET} " * 400_000 + "last"
    safe = parameters_without_secrets({"error_text": text}, (), vault)["error_text"]
    assert safe.startswith("first password=***secret-")
    assert safe.endswith(" last")
    assert "characters left out" in safe
    assert len(safe) == LONGEST_TEXT
    assert parameters_without_secrets({"error_text": safe}, (), vault)["error_text"] == safe
    assert SECRET[:6] not in safe
    assert SECRET[-6:] not in safe
