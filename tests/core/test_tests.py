"""The tests themselves: green however they are started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Prints what a program that a test starts finds: its signals and whether iptables' folder is on its PATH.
SEEN = """
import os, signal
numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
ignored = [one.name for one in numbers if signal.getsignal(one) is signal.SIG_IGN]
held = [one.name for one in signal.pthread_sigmask(signal.SIG_BLOCK, ()) if one in numbers]
print(ignored, held, "/usr/sbin" in os.environ["PATH"].split(":"))
"""
PROBE = f"""
import subprocess, sys

def test_it():
    assert subprocess.run([sys.executable, "-c", {SEEN!r}], capture_output=True, text=True).stdout == \\
        "[] [] True\\n"
"""
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def _ignore() -> None:
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def _hold_back() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


@pytest.mark.parametrize(("prepare", "path"), [(_ignore, None), (_hold_back, None), (None, "/usr/bin:/bin")])
def test_what_tests_start_is_as_in_a_plain_shell(
    tmp_path: Path, prepare: Callable[[], None] | None, path: str | None
) -> None:
    """Under nohup, from cron or from a starter that blocks signals, test programs see default signals."""
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (tmp_path / "test_probe.py").write_text(PROBE)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=environment | ({"PATH": path} if path else {}),
        preexec_fn=prepare,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout


def test_without_a_docker_engine_live_tests_skip_and_the_run_is_green() -> None:
    """What is lacking is said, and nothing that the lack leaves behind fails the run."""
    environment = {**os.environ, "DOCKER_HOST": "unix:///nowhere/docker.sock", "CI": ""}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/live/test_apply_live.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "no Docker engine answers" in done.stdout
    assert done.returncode == 0, done.stderr
