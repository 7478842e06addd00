"""Printing a report: whole or not at all, never longer than its deadline, with nothing left behind."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from runbooklab.execution.pdf import NotPrinted, print_pdf
from stored_runs import browser

PRINTS = 'printf "%%PDF-1.4\\n%%%%EOF\\n" > "$made"'


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH besides the system's own; temporary files are kept below it as well."""
    folder = tmp_path / "programs"
    (folder / "tmp").mkdir(parents=True)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "tmp"))
    (tmp_path / "report.html").write_text("<p>x")
    return folder


def test_it_is_written_whole(programs: Path, tmp_path: Path) -> None:
    """The browser's PDF is what stands in the file, and its working folder is gone."""
    browser(programs, "google-chrome", PRINTS)
    print_pdf(tmp_path / "report.html", tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes() == b"%PDF-1.4\n%%EOF\n"
    assert list((programs / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo on purpose >&2; exit 7", "left none: on purpose"),
        ("exit 0", "left none"),
        ('printf "%%PDF-1.4 half" > "$made"', "left none"),
    ],
)
def test_half_a_pdf_is_none(programs: Path, tmp_path: Path, script: str, said: str) -> None:
    """If the browser fails, or leaves half of it, there is no file, and one line says so."""
    browser(programs, "chromium", script)
    with pytest.raises(NotPrinted, match=said):
        print_pdf(tmp_path / "report.html", tmp_path / "report.pdf")
    assert not (tmp_path / "report.pdf").exists()
    assert list((programs / "tmp").iterdir()) == []


def test_a_browser_that_hangs_is_ended(programs: Path, tmp_path: Path) -> None:
    """At the deadline the browser and all it started are dead."""
    browser(programs, "chromium", f"/bin/sleep 600 & echo $! $$ > {tmp_path / 'pids'}; wait")
    with pytest.raises(NotPrinted, match=r"did not end within 1\.5 s"):
        print_pdf(tmp_path / "report.html", tmp_path / "report.pdf", deadline_s=1.5)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    processes = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


def test_a_browser_does_not_outlive_whoever_prints(programs: Path, tmp_path: Path) -> None:
    """It dies with the process that is killed while it waits, though that runs it from a thread."""
    browser(programs, "chromium", f"echo $$ > {tmp_path / 'pid'}; exec /bin/sleep 600")
    printing = """
import sys, threading
from pathlib import Path
from runbooklab.execution.pdf import print_pdf
threading.Thread(target=print_pdf, args=[Path(sys.argv[1]), Path(sys.argv[2])]).start()
"""
    files = [str(tmp_path / name) for name in ("report.html", "report.pdf")]
    with subprocess.Popen([sys.executable, "-c", printing, *files]) as process:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            assert process.poll() is None
            time.sleep(0.02)
        started = psutil.Process(int((tmp_path / "pid").read_text()))
        process.kill()
    _, alive = psutil.wait_procs([started], timeout=10)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


def test_without_a_browser_it_says_what_it_looked_for(programs: Path, tmp_path: Path) -> None:
    """The line names the programs."""
    with pytest.raises(NotPrinted, match="none of chromium, chromium-browser, google-chrome"):
        print_pdf(tmp_path / "report.html", tmp_path / "report.pdf")


def test_a_report_that_is_not_there(programs: Path, tmp_path: Path) -> None:
    """A browser's own error page is not printed."""
    browser(programs, "chromium", PRINTS)
    with pytest.raises(NotPrinted, match="there is no "):
        print_pdf(tmp_path / "nothing.html", tmp_path / "report.pdf")


def test_a_folder_that_cannot_be_written(programs: Path, tmp_path: Path) -> None:
    """It is one line too."""
    browser(programs, "chromium", PRINTS)
    with pytest.raises(NotPrinted, match="No such file or directory"):
        print_pdf(tmp_path / "report.html", tmp_path / "nowhere" / "report.pdf")
