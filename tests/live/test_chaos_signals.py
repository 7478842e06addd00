"""A run that is asked to stop, or killed, at any moment: a whole report or none, and nothing stays."""

from __future__ import annotations

import fcntl
import json
import os
import random
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from chaos import Chaos

pytestmark = pytest.mark.exhaustive

#: Before Python has got to our code a signal ends the process in its own way.
EARLY = {-signal.SIGINT, -signal.SIGTERM, -signal.SIGHUP}


@pytest.fixture
def chaos(tmp_path: Path) -> Iterator[Chaos]:
    """A small suite; nothing of its runs outlives the test."""
    chaos = Chaos.make(tmp_path / "suite")
    yield chaos
    chaos.end()


def let_run(process: subprocess.Popen[str], seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=seconds)


def ignoring(number: int) -> Callable[[], object]:
    return partial(signal.signal, number, signal.SIG_IGN)


def blocking(*numbers: int) -> Callable[[], object]:
    return partial(signal.pthread_sigmask, signal.SIG_BLOCK, numbers)


def take_terminal(terminal: int) -> None:
    """Make it the controlling terminal of this process, which leads a session."""
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


@pytest.mark.parametrize("seed", range(4))
def test_told_to_stop_at_any_moment(chaos, seed):
    """Once or twice, by any of three signals: one of the four statuses, no traceback, nothing half done."""
    chance = random.Random(seed)
    process = chaos.start()
    for _ in range(1 + seed % 2):
        let_run(process, chance.uniform(0, 1.8))
        process.send_signal(chance.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP]))
    _, said = process.communicate(timeout=60)
    if process.returncode not in EARLY:
        assert process.returncode == 3, said
        assert "Traceback" not in said
    chaos.assert_clean()


def test_the_same_signal_twice_at_once(chaos):
    """As timeout(1) sends it, to the process and to its group: one request to stop, so there is a report."""
    process = chaos.start_waiting()
    for _ in range(3):
        process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3, said
    assert "it was terminated (SIGTERM)" in chaos.reported()
    chaos.assert_clean()


def test_ctrl_c_that_the_starter_ignores(chaos):
    """A run that was started deaf to Ctrl-C, as by nohup, stays so; SIGTERM still ends it with a report."""
    process = chaos.start_waiting(preexec_fn=ignoring(signal.SIGINT))
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3, said
    assert "it was terminated (SIGTERM)" in chaos.reported()
    assert "Ctrl-C" not in chaos.reported()
    chaos.assert_clean()


def test_signals_that_the_starter_blocks(chaos):
    """A starter that holds signals back by accident does not make a run deaf to them."""
    process = chaos.start_waiting(preexec_fn=blocking(signal.SIGTERM, signal.SIGHUP, signal.SIGINT))
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert "its terminal was closed (SIGHUP)" in chaos.reported()
    chaos.assert_clean()


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment(chaos, seed):
    """SIGKILL leaves no half folder and no process; the next run clears away what it could not itself."""
    process = chaos.start()
    let_run(process, random.Random(seed).uniform(0.2, 1.8))
    process.kill()
    process.communicate(timeout=60)
    chaos.assert_no_process()
    before = chaos.runs()
    assert chaos.run().returncode == 3
    assert len(chaos.runs()) == len(before) + 1
    chaos.assert_clean()


def test_killed_while_the_kernel_works(chaos):
    """The kernel ends by itself, though its cell sleeps; its scratch folder goes with the next run."""
    process = chaos.start_waiting()
    process.kill()
    process.communicate(timeout=60)
    chaos.assert_no_process()
    assert chaos.runs() == []
    chaos.run()
    chaos.assert_clean()


@pytest.mark.parametrize(
    ("engine", "number"),
    [
        ([], signal.SIGTERM),
        (["--engine", "runbooklab"], signal.SIGTERM),
        (["--engine", "runbooklab"], signal.SIGINT),
    ],
)
def test_plain_papermill_is_told_to_stop(chaos, engine, number):
    """It ends its kernel, and our engine its scratch folder too; the notebook that it wrote is whole."""
    notebook = chaos.root / "notebooks" / "stub.ipynb"
    words = [sys.executable, "-W", "ignore", "-m", "papermill", str(notebook), "out.ipynb", *engine]
    values = {"notes": str(chaos.notes), "where": "Middle", "what": "wait()"}
    given = [word for name, value in values.items() for word in ("-p", name, value)]
    process = subprocess.Popen(
        [*words, *given], cwd=chaos.root, env=chaos.environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    chaos.until_it_waits(process)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode != 0
    chaos.assert_no_process()
    json.loads((chaos.root / "out.ipynb").read_text())
    scratch = [Path(line) for line in chaos.notes.read_text().split()]
    assert [path for path in scratch if path != Path() and path.exists()] == []


def test_a_terminal_that_closes(chaos):
    """A run in a terminal of its own gets SIGHUP when the terminal goes, and still leaves its report."""
    master, slave = os.openpty()
    process = chaos.start_waiting(
        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        preexec_fn=partial(take_terminal, slave),
    )  # fmt: skip
    os.close(slave)
    os.close(master)
    process.wait(timeout=60)
    assert "its terminal was closed (SIGHUP)" in chaos.reported()
    chaos.assert_clean()
