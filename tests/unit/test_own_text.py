"""Words of our own cannot be made secrets, neither by accident nor by whoever writes into a log."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from runbooklab.authoring.build import build
from runbooklab.own_text import stands_in_every_report
from runbooklab.project import Suite
from runbooklab.redaction import clean
from runbooklab.secrets import TOKEN, Vault

OURS = (
    "Timeline", "imeline", "critical", "nothing listens", "utf-8", "python3", "width=device-width",
    "2026-03-01", "2026-03-01T12:00:00.000Z", "12:00:00", "3.11.2", "10.0.0.5", "10.0.0.5:6379", "fe80::1",
)  # fmt: skip
SECRETS = ("hunter22pw", "letmein", "Tr0ub4dor&3", "12345678", "correct horse battery", "p@ss", "redis123")


@pytest.mark.parametrize("value", OURS)
def test_a_word_of_our_own_is_replaced_as_a_credential_only(value: str) -> None:
    """It goes after ``password=`` and stays elsewhere; the gate does not refuse a report for it."""
    vault = Vault(b"a key for tests")
    cleaned = clean(f'{value} password="{value}" {value}', vault)
    assert cleaned.startswith(f"{value} password=")
    assert TOKEN.search(cleaned)
    assert not vault.leaks(value.encode())


@pytest.mark.parametrize("value", SECRETS)
def test_a_password_is_none_of_our_words(value: str) -> None:
    """What people take for passwords stands in no text of ours."""
    assert not stands_in_every_report(value)


RUNBOOK = """\
---
title: Stub
parameters:
- {name: redis_url, type: str, default: "", help: A URL}
---
# Stub

```{code-cell}
:tags: [setup]

for word in WORDS:
    print(f"password={word}")
```
"""


def test_a_log_cannot_deny_a_report(tmp_path: Path) -> None:
    """A run that meets our own words as passwords leaves its report, with those words in it."""
    root = tmp_path / "suite"
    for name in ("runbooks", "configs"):
        (root / name).mkdir(parents=True)
    (root / "runbooks" / "stub.md").write_text(RUNBOOK.replace("WORDS", repr(OURS)))
    build(Suite(root))
    command = [sys.executable, "-m", "runbooklab", "run", "stub", "--json"]
    done = subprocess.run(command, cwd=root, capture_output=True, timeout=100, check=False)
    assert b"would have held a secret" not in done.stderr
    (page,) = (root / "reports" / "stub").glob("*/report.html")
    assert "Provenance" in page.read_text()
    assert json.loads((page.parent / "report.ipynb").read_text())["nbformat"] == 4
