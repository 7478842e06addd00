"""What ``runbook open`` says in the terminal, and what it does if the notebook is open already."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest
from triage import INCIDENT, RUNBOOK, TOKEN, Desk, environment, runbook_open

from runbooklab.lab.ports import free_port

#: Nothing listens there, and no engine is asked.
NOWHERE = {"redis_container": "", "docker_network": "", "probe_timeout_s": 0.3}


def test_an_open_notebook_is_not_opened_twice(tmp_path: Path) -> None:
    """The terminal shows one address; opened again, that one is shown and no second JupyterLab starts."""
    parameters = {**NOWHERE, "redis_url": f"redis://127.0.0.1:{free_port()}/0"}
    with runbook_open(tmp_path, parameters) as desk:
        wait_for_session(desk)
        incident, address, ctrl_c = desk.log.read_text().splitlines()
        assert incident.startswith(f"Incident {INCIDENT} is in ")
        path = f"lab/workspaces/runbook-{INCIDENT}/tree/reports/incidents/{INCIDENT}/{RUNBOOK}.ipynb"
        assert address.startswith(f"JupyterLab is at {desk.url}/{path}?token=")
        assert ctrl_c == "Stop it with Ctrl-C."
        for unused in ("lsp/status", "scheduler/jobs"):
            with pytest.raises(HTTPError, match="404"):
                desk.request(unused)
        before = desk.notebook.stat().st_mtime_ns
        again = opened_again(desk)
        assert again.returncode == 0
        assert again.stderr == f"Incident {INCIDENT} is open already, at {desk.url}/{path}?token={TOKEN}\n"
        with urllib.request.urlopen(again.stderr.split()[-1], timeout=30) as page:
            assert page.status == 200
        other = opened_again(desk, "-p", "redis_url", "redis://127.0.0.1:1/0")
        assert (other.returncode, desk.notebook.stat().st_mtime_ns) == (3, before)
        assert "other values of redis_url" in other.stderr
    assert not re.search(r"^\[[ID] ", desk.log.read_text(), re.MULTILINE), "no line of Jupyter's own"


def wait_for_session(desk: Desk) -> None:
    """Until the server has started the notebook's kernel."""
    for _ in range(240):
        if json.loads(desk.request("api/sessions")):
            return
        time.sleep(0.125)
    raise AssertionError(desk.log.read_text())


def opened_again(desk: Desk, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same command, once more, where a proxy is set up that must not be asked."""
    command = [
        sys.executable, "-m", "runbooklab", "open", RUNBOOK, "--incident", INCIDENT, "--no-browser",
        *arguments,
    ]  # fmt: skip
    variables = {**environment(desk.base), "http_proxy": "http://127.0.0.1:1", "no_proxy": ""}
    return subprocess.run(
        command, cwd=desk.suite, env=variables, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
