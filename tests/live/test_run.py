"""``runbook run`` against real Redis servers: verdicts, hanging targets, kernels killed while probes wait."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from redis_servers import listener, redis_server

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct-horse-22"


@pytest.fixture
def no_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run is about Redis on this host: no Docker engine is asked."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")


@pytest.fixture
def silent_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Docker socket that takes connections and never answers."""
    path = tmp_path / "d.sock"
    taken = []
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen(64)

        def accept() -> None:
            while True:
                try:
                    taken.append(server.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
        yield
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)
    for connection in taken:
        connection.close()


def command(reports: Path, **parameters: object) -> list[str]:
    values = [word for name, value in parameters.items() for word in ("-p", name, str(value))]
    options = ["--json", "--reports", str(reports)]
    return [sys.executable, "-m", "runbooklab", "run", "redis-connection", *options, *values]


def run(reports: Path, **parameters: object) -> tuple[int, dict[str, Any]]:
    """Exit status and diagnosis of a run; its folder has all four files."""
    done = subprocess.run(
        command(reports, **parameters), cwd=ROOT, capture_output=True, timeout=100, check=False
    )
    assert done.stdout, done.stderr.decode()
    (folder,) = (reports / "redis-connection").iterdir()
    assert len(list(folder.iterdir())) == 4
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def healthy() -> Iterator[str]:
    """URL of a Redis server that asks for a password."""
    with redis_server("--requirepass", PASSWORD) as server:
        yield server.url(f":{PASSWORD}")


def test_every_cell_runs_and_every_check_is_found(tmp_path, healthy, no_docker):
    """The real notebook runs to its end: no cell fails, and the diagnosis is the kernel's own."""
    status, diagnosis = run(tmp_path, redis_url=healthy, redis_container="", docker_network="")
    assert status == {"ok": 0, "warning": 1}[diagnosis["verdict"]]
    assert diagnosis["checklist"]
    assert "check-redis-container-status" in {finding["section"] for finding in diagnosis["findings"]}
    (folder,) = (tmp_path / "redis-connection").iterdir()
    notebook = json.loads((folder / "report.ipynb").read_text())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
    assert not any(
        output["output_type"] in ("error", "stream") for cell in code for output in cell["outputs"]
    )


def test_no_artefact_holds_the_password(tmp_path, healthy, no_docker):
    """The password got us in, and no byte of the four files holds it."""
    _, diagnosis = run(tmp_path, redis_url=healthy)
    assert {f["id"]: f["status"] for f in diagnosis["findings"]}["redis-authentication"] == "ok"
    (folder,) = (tmp_path / "redis-connection").iterdir()
    for path in folder.iterdir():
        assert PASSWORD.encode() not in path.read_bytes()
    assert (tmp_path / "index.html").is_file()


def test_nothing_listens(tmp_path, no_docker):
    """A refused connection is a critical diagnosis with its report, status 2."""
    status, diagnosis = run(tmp_path, redis_url="redis://127.0.0.1:1")
    assert (status, diagnosis["verdict"]) == (2, "critical")


def test_everything_hangs(tmp_path, silent_docker):
    """A Redis and a Docker engine that never answer end in a report that names both."""
    with listener() as port:
        status, diagnosis = run(tmp_path, redis_url=f"redis://127.0.0.1:{port}", probe_timeout_s=2)
    assert status == {"critical": 2, "unknown": 3}[diagnosis["verdict"]]
    supported = {cause["id"] for cause in diagnosis["causes"] if cause["state"] == "supported"}
    assert "docker-unresponsive" in supported


def waiting_kernel(process: subprocess.Popen[bytes]) -> psutil.Process:
    """The run's kernel, once the verdict's cell waits for probes that hang and evidence is in the scratch."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        for child in psutil.Process(process.pid).children():
            try:
                scratch = Path(child.environ()["RUNBOOKLAB_SCRATCH"])
                evidence = json.loads((scratch / "evidence.json").read_text())
            except (psutil.Error, KeyError, OSError):
                continue
            if all(evidence["observations"][name].get("value") for name in ("address", "tcp")):
                return child
        time.sleep(0.05)
    process.kill()
    raise AssertionError(process.communicate(timeout=10))


@pytest.mark.parametrize("whom", ["kernel", "run"])
def test_what_was_gathered_before_the_end_is_reported(tmp_path, silent_docker, whom):
    """While probes hang the kernel is killed, or Ctrl-C comes: what the other probes saw is in the report."""
    with listener() as port:
        process = subprocess.Popen(
            command(tmp_path, redis_url=f"redis://127.0.0.1:{port}", probe_timeout_s=50),
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        kernel = waiting_kernel(process)
        if whom == "kernel":
            kernel.kill()
        else:
            process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    diagnosis = json.loads(said)
    assert process.returncode in (2, 3)
    assert any(sentence.startswith("The run ended early: ") for sentence in diagnosis["not_observed"])
    assert {f["id"]: f["status"] for f in diagnosis["findings"]}["port-reachable"] == "ok"
    assert not kernel.is_running() or kernel.status() == psutil.STATUS_ZOMBIE


def test_plain_tools(tmp_path, healthy, no_docker):
    """papermill in any folder, then nbconvert with our template: a page with the verdict, no password."""
    environment = {**os.environ, "JUPYTER_PATH": str(ROOT / "share" / "jupyter")}
    notebook = str(ROOT / "notebooks" / "redis-connection.ipynb")
    for words in (
        ["papermill", notebook, "out.ipynb", "-p", "redis_url", healthy, "-p", "redis_container", ""],
        ["jupyter", "nbconvert", "--to", "html", "--template", "incident", "out.ipynb"],
    ):
        program = str(Path(sys.executable).with_name(words[0]))
        done = subprocess.run(
            [program, *words[1:]],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        assert PASSWORD.encode() not in done.stdout + done.stderr
    page = (tmp_path / "out.html").read_text()
    assert "answers" in page
    for path in tmp_path.iterdir():
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes()
