"""A signal in each phase of a run, not only at moments that chance picks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chaos import Chaos

pytestmark = pytest.mark.exhaustive

#: What a run goes through, in this order: module and what to call there.
PHASES = (
    "runbooklab.commands.own_process:_raise_open_files",
    "runbooklab.execution.runner:run",
    "runbooklab.execution.runner:scratch_folder",
    "runbooklab.execution.runner:start_kernel",
    "runbooklab.execution.stop_control:StopControl.watch",
    "runbooklab.execution.runner:execute_notebook",
    "runbooklab.execution.launch:Kernel.end",
    "runbooklab.execution.runner:outcome",
    "runbooklab.execution.runner:publish",
    "runbooklab.execution.publishing:through_the_gate",
    "runbooklab.execution.private_folder:PrivateFolder._find_room",
    "runbooklab.execution.run_folder:RunFolder.write",
    "runbooklab.execution.run_folder:_write_synced",
    "runbooklab.archive.index_page:rebuild",
    "runbooklab.commands.run:_print_summary",
)

#: ``runbook`` that sends itself SIGTERM as often as said when it is about to call what is named.
PROGRAM = """
import importlib, os, signal, sys, time
from functools import reduce

phase, times = sys.argv.pop(1), int(sys.argv.pop(1))
module, _, path = phase.partition(":")
*owners, name = path.split(".")
owner = reduce(getattr, owners, importlib.import_module(module))
called = getattr(owner, name)

def send_and_call(*arguments, **options):
    global times
    while times:
        times -= 1
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.6 if times else 0)
    return called(*arguments, **options)

setattr(owner, name, send_and_call)
from runbooklab.cli import main
main()
"""


@pytest.fixture
def chaos(tmp_path: Path) -> Iterator[Chaos]:
    """A small suite; nothing of its runs outlives the test."""
    chaos = Chaos.make(tmp_path / "suite")
    yield chaos
    chaos.end()


def run(chaos: Chaos, phase: str, times: int) -> tuple[int, str]:
    program = [sys.executable, "-c", PROGRAM, phase, str(times)]
    done = chaos.execute([*program, "run", "stub", "-p", "notes", str(chaos.notes)])
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize("phase", PHASES)
def test_one_signal_leaves_a_report(chaos, phase):
    """Whatever the run is at when it is asked to end: a whole report, listed, and nothing else."""
    status, said = run(chaos, phase, 1)
    begun = phase != PHASES[0]  # else there is nothing to report, and one line says so
    assert (status, len(chaos.runs())) == (3, int(begun)), said
    chaos.assert_clean()


@pytest.mark.parametrize("phase", PHASES)
def test_two_signals_leave_a_whole_report_or_none(chaos, phase):
    """A second one, half a second later, ends the process: nothing is half-written, and no process stays."""
    status, said = run(chaos, phase, 2)
    assert (status, len(chaos.runs()) <= 1) == (3, True), said
    chaos.assert_no_process()
    assert [path for path in chaos.root.rglob(".*") if "reports" in path.parts] == []
