"""A part of ours that fails, and a clock that is set back: the run goes on and says so."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chaos import Chaos, until

from runbooklab.authoring.invocation import Invocation
from runbooklab.authoring.project import Suite
from runbooklab.execution.launch import Kernel, start_kernel
from runbooklab.execution.output_size import DISPLAY_CHARACTERS, TEXT_CHARACTERS, OutputSize
from runbooklab.execution.publishing import Result
from runbooklab.execution.runner import Request, run

pytestmark = pytest.mark.exhaustive


@pytest.fixture
def chaos(tmp_path: Path) -> Iterator[Chaos]:
    """A small suite; nothing of its runs outlives the test."""
    chaos = Chaos.make(tmp_path / "suite")
    yield chaos
    chaos.end()


def run_here(chaos: Chaos, said: list[str]) -> Result:
    """A run whose runner is this process, so that its parts can be replaced."""
    invocation = Invocation.of(Suite(chaos.root), "stub", {"notes": str(chaos.notes)})
    return run(Request(invocation, chaos.reports, 60.0), said.append)


def no_process(*_: object, **__: object) -> None:
    raise OSError(os.strerror(11))


def broken(*_: object, **__: object) -> None:
    raise ZeroDivisionError("on purpose")


def test_every_probe_raises(chaos):
    """Each is reported as not observed; no check is ok, and the verdict says that nothing is known."""
    do = """
from runbooklab.domain.probe import Probe
def broken(context): raise ZeroDivisionError("a probe, on purpose")
Probe.load = lambda self: broken
from runbooklab.session import start, conclude
start("stub", redis_url="redis://127.0.0.1:1")
conclude()
"""
    done = chaos.run("--json", do=do)
    diagnosis = json.loads(done.stdout)
    assert (done.returncode, diagnosis["verdict"]) == (3, "unknown"), done.stderr
    assert {finding["status"] for finding in diagnosis["findings"]} <= {"unknown", "skipped"}
    assert "ZeroDivisionError: a probe, on purpose" in chaos.reported()
    chaos.assert_clean()


def test_every_check_raises(chaos):
    """Each is unknown, with what it raised."""
    do = """
from msgspec import structs
from runbooklab.domain.rules import Rules
def broken(evidence): raise ZeroDivisionError("a check, on purpose")
checks = Rules.of(("redis",)).checks
for name, check in list(checks.items()):
    checks[name] = structs.replace(check, judge=broken)
from runbooklab.session import start, conclude
start("stub", redis_url="redis://127.0.0.1:1")
conclude()
"""
    done = chaos.run("--json", do=do)
    findings = json.loads(done.stdout)["findings"]
    assert done.returncode in (2, 3), done.stderr
    assert {finding["status"] for finding in findings} == {"unknown"}
    assert all("raised ZeroDivisionError: a check, on purpose" in finding["summary"] for finding in findings)
    chaos.assert_clean()


def test_no_process_can_be_started(chaos, monkeypatch):
    """There is a report all the same, which says that no kernel could be started."""
    monkeypatch.setattr("runbooklab.execution.runner.start_kernel", no_process)
    result = run_here(chaos, [])
    assert result.diagnosis.verdict == "unknown"
    assert "no kernel can be started: Resource temporarily unavailable" in chaos.reported()
    chaos.assert_clean()


def test_the_scratch_folder_vanishes_while_the_kernel_boots(chaos, monkeypatch):
    """Somebody clears temporary files away: the run does not wait for a kernel that it cannot reach."""

    def start_and_lose(folder: Path, **options: Any) -> Kernel:
        def gone() -> bool:  # the kernel may write there meanwhile
            shutil.rmtree(folder, ignore_errors=True)
            return not folder.exists()

        kernel = start_kernel(folder, **options)
        until(lambda: list(folder.glob("k-*")))
        until(gone)
        return kernel

    monkeypatch.setattr("runbooklab.execution.runner.start_kernel", start_and_lose)
    assert run_here(chaos, []).diagnosis.verdict == "unknown"
    assert "The run ended early: the kernel ended: " in chaos.reported()
    chaos.assert_clean()


def test_what_was_gathered_cannot_be_judged(chaos, monkeypatch):
    """The report says so and holds the evidence."""
    monkeypatch.setattr("runbooklab.diagnosis.conclude.conclude", broken)
    result = run_here(chaos, [])
    assert result.diagnosis.verdict == "unknown"
    assert "The evidence could not be judged: ZeroDivisionError: on purpose" in chaos.reported()
    assert result.folder is not None
    assert "planted" in (result.folder / "evidence.json").read_text()
    chaos.assert_clean()


def test_the_report_cannot_be_made(chaos, monkeypatch, tmp_path):
    """The evidence and the diagnosis are kept aside, and one line says where."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("runbooklab.execution.last_gate.artefacts", broken)
    result = run_here(chaos, [])
    assert result.folder is None
    assert "the report could not be drawn: ZeroDivisionError: on purpose" in result.problem
    kept = Path(result.problem.split()[-1])
    assert json.loads((kept / "diagnosis.json").read_text()) == json.loads(result.json)
    assert "planted" in (kept / "evidence.json").read_text()
    assert not chaos.reports.exists()
    chaos.assert_clean()


def test_the_list_cannot_be_made(chaos, monkeypatch):
    """The run keeps its report, and one line says that the list lacks it."""
    monkeypatch.setattr("runbooklab.archive.index_page.rebuild", broken)
    said: list[str] = []
    assert run_here(chaos, said).folder is not None
    assert "was not brought up to date: ZeroDivisionError: on purpose" in said[-1]


def test_another_run_is_stopped_while_it_writes_the_list(chaos, monkeypatch):
    """It is waited for, but not for ever: the run keeps its report and says that the list lacks it."""
    monkeypatch.setattr("runbooklab.archive.index_page.TIMEOUT_S", 0.1)
    chaos.reports.mkdir()
    holder = os.open(chaos.reports, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    said: list[str] = []
    assert run_here(chaos, said).folder is not None
    os.close(holder)
    assert "was not brought up to date: TimeoutError: another process has held it" in said[-1]


def test_a_clock_that_is_set_back(chaos, monkeypatch):
    """Runs are named and listed by the clock as it was; a run that ended before it began is a run as well."""
    times = ["2030-01-01T00:00:00", "2030-01-01T00:00:02", "2021-01-01T00:00:09", "2020-12-31T23:00:00"]
    moments = iter(f"{time}.000Z" for time in times)  # each run asks when it begins and when it ends
    for place in ("runbooklab.words", "runbooklab.notebook.run"):
        monkeypatch.setattr(f"{place}.utc_now", lambda: next(moments))
    run_here(chaos, [])
    run_here(chaos, [])
    earlier, later_run = chaos.runs()
    assert earlier.name.startswith("20210101T000009Z-")
    assert later_run.name.startswith("20300101T000000Z-")
    index = (chaos.reports / "index.html").read_text()
    assert index.index(later_run.name) < index.index(earlier.name)
    chaos.assert_clean()


def message(kind: str, **content: object) -> dict[str, object]:
    return {"msg_type": kind, "header": {"msg_type": kind}, "content": content}


def test_a_cell_that_says_too_much_is_cut_once():
    """Text up to the limit stays, one note follows, and then nothing; other messages pass."""
    size = OutputSize()
    kept = [size.fit(message("stream", name="stderr", text="x" * 400_000)) for _ in range(5)]
    texts = [found["content"]["text"] for found in kept if found]
    assert [text.count("x") for text in texts] == [400_000, 400_000, TEXT_CHARACTERS - 800_200]
    assert texts[-1].endswith("[This cell printed more than 1,000,000 characters; the rest is not kept.]\n")
    status = message("status", execution_state="idle")
    assert size.fit(status) is status


def test_displays_that_are_too_large_are_left_out():
    """A display that does not fit any more becomes one note."""
    size = OutputSize()
    data = {"text/plain": "x" * (DISPLAY_CHARACTERS // 2 + 1)}
    first, second, third = (size.fit(message("display_data", data=data, metadata={})) for _ in range(3))
    assert first is not None
    assert first["content"]["data"] == data
    assert second is not None
    assert second["header"]["msg_type"] == "stream"
    assert third is None


def test_many_empty_messages_come_to_an_end():
    """A message costs something even when it is empty."""
    size = OutputSize()
    kept = [size.fit(message("stream", name="stdout", text="")) for _ in range(TEXT_CHARACTERS // 10)]
    assert sum(found is not None for found in kept) <= TEXT_CHARACTERS // 100


def test_an_error_of_any_length_is_short():
    """An error keeps its name and the beginning of its text."""
    fitted = OutputSize().fit(message("error", ename="E", evalue="x" * 10**6, traceback=["y" * 10**6] * 1000))
    assert fitted is not None
    assert fitted["content"]["ename"] == "E"
    assert len(json.dumps(fitted)) < 2_000_000
