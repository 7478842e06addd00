"""Whatever a kernel does or suffers, a report says what happened and what is missing, and nothing stays."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from chaos import Chaos, until

pytestmark = pytest.mark.exhaustive


@pytest.fixture
def chaos(tmp_path: Path) -> Iterator[Chaos]:
    """A small suite; nothing of its runs outlives the test."""
    chaos = Chaos.make(tmp_path / "suite")
    yield chaos
    chaos.end()


@pytest.mark.parametrize(
    ("do", "reported"),
    [
        ("sys.exit(3)", "A cell of section 'Middle' raised SystemExit: 3"),
        ("raise ValueError('first' + chr(10) + 'second')", "raised ValueError: first second"),
        ("os._exit(0)", "The run ended early: the kernel ended: status 0. Not run: Middle, Last."),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11 (SIGSEGV). Not run: Middle, Last."),
        (
            "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30)); bytearray(2 << 30)",
            "A cell of section 'Middle' raised MemoryError",
        ),
        ("os.closerange(3, 500)", "Not run: Middle, Last."),
    ],
)
def test_a_cell_that_goes_wrong(chaos, do, reported):
    """What a cell does to itself or to its kernel is reported in one sentence, with its section."""
    done = chaos.run(do=do)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert reported in chaos.reported()
    chaos.assert_clean()


@pytest.mark.parametrize(
    "do",
    [
        "os.kill(os.getpid(), signal.SIGSTOP)",
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        "while True: print('y' * 1000)",
    ],
    ids=["stopped", "deaf", "endless output"],
)
def test_a_cell_that_never_ends(chaos, do):
    """The deadline ends it with all that it started; the section that was cut off is named."""
    done = chaos.run("--deadline", "3", do=do)
    assert done.returncode == 3, done.stderr
    assert "The run ended early: its deadline of 3 s passed. Not run: " in chaos.reported()
    assert "Last." in chaos.reported()
    chaos.assert_clean()


def test_a_deadline_that_has_passed_at_once(chaos):
    """Even a run with no time has a report, which says that nothing was observed."""
    assert chaos.run("--deadline", "0.01").returncode == 3
    assert "its deadline of 0.01 s passed" in chaos.reported()
    assert "Nothing was observed" in chaos.reported()
    chaos.assert_clean()


@pytest.mark.parametrize("do", ["print('x' * 100_000_000)", "raise ValueError('x' * 100_000_000)"])
def test_an_output_of_100_megabytes(chaos, do):
    """What a cell says is cut, and says so; the report stays a file that can be mailed."""
    assert chaos.run(do=do).returncode == 3
    (run,) = chaos.runs()
    assert all(file.stat().st_size < 5_000_000 for file in run.iterdir())
    if do.startswith("print"):
        assert "This cell printed more than 1,000,000 characters" in (run / "report.ipynb").read_text()
    chaos.assert_clean()


@pytest.mark.parametrize("seed", range(2))
def test_a_kernel_killed_at_any_moment(chaos, seed):
    """From its first instruction on: the run goes on to a whole report that says so, or was done already."""
    process = chaos.start("--json")
    until(lambda: process.poll() is not None or psutil.Process(process.pid).children())
    kernels = psutil.Process(process.pid).children() if process.poll() is None else []
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=random.Random(seed).uniform(0, 1))
    for kernel in kernels:
        with suppress(psutil.NoSuchProcess):
            kernel.kill()
    said, errors = process.communicate(timeout=60)
    assert process.returncode == 3, errors
    assert "Traceback" not in errors
    diagnosis = json.loads(said)
    (run,) = chaos.runs()
    assert json.loads((run / "diagnosis.json").read_text()) == diagnosis
    chaos.assert_clean()


def test_ipykernel_is_missing(chaos, tmp_path):
    """A kernel that cannot start is a report that names the reason."""
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "ipykernel.py").write_text("raise ImportError('there is no ipykernel')")
    done = chaos.run(env=chaos.environment(PYTHONPATH=str(tmp_path / "without")))
    assert done.returncode == 3
    assert "the kernel ended: status 1: ImportError: there is no ipykernel" in chaos.reported()
    assert "Traceback" not in done.stderr
    chaos.assert_clean()


def test_a_kernelspec_that_is_not_there(chaos):
    """The notebook's kernelspec is for JupyterLab: a run starts its own kernel, and does not mind."""
    path = chaos.root / "notebooks" / "stub.ipynb"
    notebook = json.loads(path.read_text())
    notebook["metadata"]["kernelspec"]["name"] = "no-such-kernel"
    path.write_text(json.dumps(notebook))
    assert chaos.run().returncode == 3
    assert "ended early" not in chaos.reported()
    chaos.assert_clean()
