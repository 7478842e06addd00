"""``runbook triage`` asks runbooks that declare their checks, if it is known what they are about."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fake_servers import closed_port
from machine import lacking
from runbooklab.domains.generic.lab.http_situations import secured
from runbooklab.domains.generic.lab.testbed import DeclaredTestbed
from runbooklab.lab.testbed import Unavailable

ROOT = Path(__file__).resolve().parents[2]
QUEUE = """---
title: The queue
symptoms:
  - "`The queue is … and takes nothing`"
parameters:
  - {name: queue, type: str, default: "127.0.0.1:PORT"}
  - {name: probe_timeout_s, type: float, default: 3.0}
---

# The queue

```{check} queue-port
tcp: ${queue}
fail: refused
pass: open
```

```{check} queue-folder
file: FOLDER
fail: not exists
pass: exists
```

```{cause} queue-gone
title: Nothing listens for the queue
when: queue-port.refused
```

```{cause} queue-folder-gone
title: The queue's folder is not there
when: queue-folder.exists == false and queue-port.refused
confidence: 0.5
```
"""


def triage(*arguments: str, cwd: Path = ROOT) -> dict[str, Any]:
    """What it says as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "runbooklab", "triage", "--json", *arguments],
        cwd=cwd, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def verdicts(answer: dict[str, Any]) -> dict[str, str]:
    """Runbook -> verdict."""
    return {each["runbook"]: each["verdict"] for each in answer["subjects"]}


def test_a_server_that_the_text_names_is_asked() -> None:
    """curl says which address has an expired certificate: it is looked at, and that cause comes first."""
    with DeclaredTestbed() as bed:
        try:
            url = secured(bed, starts=-40, ends=-10).parameters["url"]
        except Unavailable as error:
            lacking(str(error))
        answer = triage(f"curl: (60) SSL certificate problem: certificate has expired, {url}.")
    first = answer["causes"][0]
    assert (first["cause"]["id"], first["runbook"]) == ("http-certificate-expired", "http-service")
    assert url in first["command"]


def test_a_default_server_that_is_not_there_is_no_alarm() -> None:
    """The text is a symptom of the runbook, and nobody said whom to ask."""
    answer = triage("SSL certificate problem: self-signed certificate")
    assert verdicts(answer)["http-service"] == "unknown"
    assert "http-service" not in {each["runbook"] for each in answer["causes"]}


@pytest.mark.parametrize(
    ("text", "runbook"),
    [
        (
            "FATAL: remaining connection slots are reserved for non-replication connections",
            "postgres-connections",
        ),
        ("cp: error writing '/no/such/folder/x': No space left on device", "disk-space"),
        ("Job for nginx.service failed because the control process exited with error code.", "service-start"),
        ("upstream prematurely closed connection: 502 Bad Gateway", "http-service"),
    ],
)
def test_an_error_message_leads_to_its_runbook(text: str, runbook: str) -> None:
    """It is asked, whatever comes of it; what the text names and is not here is no alarm."""
    answer = triage(text)
    assert runbook in verdicts(answer)
    assert runbook not in {each["runbook"] for each in answer["causes"]}


def test_a_project_s_own_runbook_is_asked_like_ours(tmp_path: Path) -> None:
    """By its symptom alone its default is not taken for the target; named, it is."""
    port = str(closed_port())
    (tmp_path / "configs").mkdir()
    (tmp_path / "runbooks").mkdir()
    text = QUEUE.replace("PORT", port, 1).replace("FOLDER", str(tmp_path))
    (tmp_path / "runbooks" / "queue.md").write_text(text)
    assert "queue" not in verdicts(triage("something else", "-p", "probe_timeout_s", "2", cwd=tmp_path))
    assert verdicts(triage("The queue is full and takes nothing", cwd=tmp_path))["queue"] == "unknown"
    named = triage("-p", "queue", f"localhost:{port}", cwd=tmp_path)
    assert [each["cause"]["id"] for each in named["causes"]] == ["queue-gone"]
