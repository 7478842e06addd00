"""The papermill engine, and what keeps passwords out of what papermill itself writes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from runbooklab.execution.launch import start_kernel
from runbooklab.notebook.scratch import REPLAY_VARIABLE

PASSWORD = "hunter22pw"
DEAD_KERNEL = 138  # papermill's own exit status for it
URL = f"redis://:{PASSWORD}@127.0.0.1:1/0"

FRONT_MATTER = """\
title: Stub
parameters:
- {name: redis_url, type: str, default: "", help: A URL}
- {name: api_key, type: str, default: "", help: A key, secret: true}
"""

REVEAL = """\
from runbooklab.notebook.scratch import Runner
vault = Runner.from_environment().vault()
print(len(vault.reveal(redis_url)), len(vault.reveal(api_key)))
"""


def notebook(*sources: str, ours: bool = True) -> Any:
    """A notebook with a parameters cell and a code cell for each source."""
    cells = [new_code_cell('redis_url = ""\napi_key = ""', metadata={"tags": ["parameters"]})]
    cells += [new_code_cell(source) for source in sources]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    if ours:
        metadata["runbooklab"] = {"slug": "stub", "front_matter": FRONT_MATTER}
    return new_notebook(cells=[new_markdown_cell("# Stub"), *cells], metadata=metadata)


def papermill(folder: Path, content: Any, *arguments: str) -> tuple[subprocess.CompletedProcess[str], bytes]:
    """Run plain papermill in a folder of its own; what it said, and the notebook that it wrote."""
    nbformat.write(content, folder / "in.ipynb")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "papermill", "in.ipynb", "out.ipynb", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    return done, (folder / "out.ipynb").read_bytes()


def outputs(written: bytes) -> list[str]:
    """The text of each code cell's first output, "" if it has none."""
    cells = [cell for cell in json.loads(written)["cells"] if cell["cell_type"] == "code"]
    return ["".join(cell["outputs"][0].get("text", ())) if cell["outputs"] else "" for cell in cells]


@pytest.mark.parametrize("engine", [[], ["--engine", "nbclient"], ["--engine", "runbooklab"]])
def test_plain_papermill_writes_no_password(tmp_path, engine):
    """With each engine the kernel works with the real password, and no byte of the result holds it."""
    values = ["-p", "redis_url", URL, "-p", "api_key", "s3cretkey"]
    done, written = papermill(tmp_path, notebook(REVEAL), *engine, *values)
    assert done.returncode == 0, done.stderr
    assert f"{len(URL)} 9\n" in outputs(written)
    for secret in (PASSWORD, "s3cretkey"):
        assert secret.encode() not in written
        assert secret not in done.stdout + done.stderr
    assert b"***secret-" in written


def test_password_of_an_aborted_papermill(tmp_path):
    """papermill saves before the first cell and when a cell raises: there is no password then either."""
    done, written = papermill(tmp_path, notebook("1/0"), "-p", "redis_url", URL, "--log-output")
    assert done.returncode == 1
    assert PASSWORD.encode() not in written
    assert PASSWORD not in done.stdout + done.stderr


def test_password_that_was_edited_into_the_notebook(tmp_path):
    """A URL which a person wrote into the parameters cell is cleaned as well, and still works."""
    content = notebook(REVEAL)
    content.cells[1].source = f'redis_url = "{URL}"\napi_key = ""'
    done, written = papermill(tmp_path, content)
    assert done.returncode == 0, done.stderr
    assert f"{len(URL)} 0\n" in outputs(written)
    assert PASSWORD.encode() not in written


def test_notebooks_of_others_are_left_alone(tmp_path):
    """A notebook that is none of ours is executed as papermill does it, parameters unchanged."""
    done, written = papermill(tmp_path, notebook("print(redis_url)", ours=False), "-p", "redis_url", URL)
    assert done.returncode == 0, done.stderr
    assert f"{URL}\n" in outputs(written)
    assert json.loads(written)["metadata"]["papermill"]["parameters"] == {"redis_url": URL}


def test_a_run_is_live_though_jupyterlab_replays(tmp_path, monkeypatch):
    """In a terminal of the JupyterLab of ``runbook open REPORT`` a kernel of ours knows of no replay."""
    monkeypatch.setenv(REPLAY_VARIABLE, "/a/stored/run")
    source = f"import os; print(os.environ.get({REPLAY_VARIABLE!r}))"
    _, written = papermill(tmp_path, notebook(source), "--engine", "runbooklab")
    assert "None\n" in outputs(written)


def test_a_cell_that_raises_stops_nothing(tmp_path):
    """Our engine runs the cells below; papermill still exits 1 and marks the cell."""
    done, written = papermill(tmp_path, notebook("1/0", "print('after')"), "--engine", "runbooklab")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert "after\n" in outputs(written)


def test_a_killed_kernel_ends_the_run(tmp_path):
    """After the kernel's death the cell is marked as failed, and the ones below have no count."""
    kill = f"import os; print('last words', flush=True); os.kill(os.getpid(), {int(signal.SIGKILL)})"
    done, written = papermill(tmp_path, notebook(kill, "print('never')"), "--engine", "runbooklab")
    failed, after = json.loads(written)["cells"][-2:]
    assert failed["metadata"]["papermill"]["status"] == "failed"
    assert after["execution_count"] is None
    assert after["outputs"] == []
    assert done.returncode == DEAD_KERNEL
    assert "SIGKILL" in done.stderr


def test_a_kernel_that_cannot_start(tmp_path):
    """A kernel that dies at once ends the run instead of hanging it."""
    (tmp_path / "ipykernel").mkdir()
    (tmp_path / "ipykernel" / "__init__.py").write_text("raise SystemExit('broken on purpose')")
    nbformat.write(notebook("print(1)"), tmp_path / "in.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "papermill", "in.ipynb", "out.ipynb", "--engine", "runbooklab"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert outputs((tmp_path / "out.ipynb").read_bytes()) == ["", ""]
    assert done.returncode == DEAD_KERNEL
    assert "broken on purpose" in done.stderr


@pytest.mark.parametrize(("number", "said"), [(9, "signal 9 (SIGKILL)"), (40, "signal 40")])
def test_a_kernel_keeps_its_process_id_until_it_is_ended(tmp_path, number, said):
    """Another process cannot get the id while a run may still kill by it; how the kernel ended is known."""
    kernel = start_kernel(tmp_path)
    os.kill(kernel.process.pid, number)
    deadline = time.monotonic() + 60
    while kernel.alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert kernel.how_it_ended() == said
    assert psutil.Process(kernel.process.pid).status() == psutil.STATUS_ZOMBIE
    kernel.end()
    assert not psutil.pid_exists(kernel.process.pid)
    assert (kernel.alive(), kernel.how_it_ended()) == (False, said)
    kernel.kill()


def test_a_kernel_of_a_program_that_ignores_its_children(tmp_path):
    """A service may have Linux forget ended children: the kernel's end is noticed all the same."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        kernel = start_kernel(tmp_path)
        assert kernel.alive()
        kernel.end()
        assert not kernel.alive()
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_folder_too_deep_for_sockets(tmp_path):
    """If the scratch folder's path is too long for a Unix socket, the kernel is reached over loopback."""
    from papermill.engines import NotebookExecutionManager

    from runbooklab.execution.attempt import Attempt
    from runbooklab.execution.client import execute

    folder = tmp_path / ("deep" * 25)
    folder.mkdir()
    content = notebook("print('reached')")
    content.metadata["papermill"] = {}
    manager = NotebookExecutionManager(content, progress_bar=False)
    manager.notebook_start()
    attempt = Attempt(start_kernel(folder))
    try:
        execute(manager, attempt)
    finally:
        attempt.kernel.end()
    assert attempt.kernel.connection["transport"] == "tcp"
    assert (attempt.problem, content.cells[-1].outputs[0].text) == ("", "reached\n")
