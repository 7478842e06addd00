"""``runbook run`` on a small runbook: a report or one clear line, whatever happens, and nothing left."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from stub_suite import SECTIONS, stub_suite

PASSWORD = "hunter22pw"


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A project whose runbook does as its parameters say."""
    return stub_suite(tmp_path / "suite").root


def command(suite: Path, *arguments: str) -> list[str]:
    mark = str(suite.parent / "mark")
    return [sys.executable, "-m", "runbooklab", "run", "stub", "-p", "mark", mark, *arguments]


def run(suite: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    options = {"cwd": suite, "capture_output": True, "text": True, "timeout": 100, "check": False, **options}
    return subprocess.run(command(suite, *arguments), **options)


def the_run(suite: Path) -> Path:
    """The folder of the only run; nothing but it is in the runbook's folder."""
    (folder,) = (suite / "reports" / "stub").iterdir()
    return folder


def diagnosis_of(suite: Path) -> dict[str, Any]:
    diagnosis: dict[str, Any] = json.loads((the_run(suite) / "diagnosis.json").read_text())
    return diagnosis


def reported(suite: Path) -> str:
    return " ".join(diagnosis_of(suite)["not_observed"])


def assert_nothing_left(suite: Path) -> None:
    """No process of the run lives, and its scratch folder is gone."""
    pids = [int(pid) for pid in (suite.parent / "mark").read_text().split()] if waiting(suite) else []
    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], timeout=10)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    assert not Path((suite.parent / "scratch").read_text()).exists()


def waiting(suite: Path) -> bool:
    mark = suite.parent / "mark"
    return mark.exists() and bool(mark.read_text())


@pytest.fixture
def started(suite: Path) -> Iterator[subprocess.Popen[str]]:
    """A run whose middle section waits for ten minutes, and has begun to."""
    arguments = command(suite, "-p", "where", "Middle", "-p", "what", "wait")
    process = subprocess.Popen(
        arguments, cwd=suite, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not waiting(suite) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert waiting(suite), process.communicate(timeout=10)
    yield process
    process.kill()
    process.communicate(timeout=10)


Ran = tuple[Path, subprocess.CompletedProcess[str]]


def ran(base: Path, *arguments: str) -> Ran:
    """A project, and its only run, which was given a password."""
    project = stub_suite(base / "suite").root
    return project, run(project, "-p", "redis_url", f"redis://:{PASSWORD}@127.0.0.1:1/0", *arguments)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A run that says where its report is."""
    return ran(tmp_path_factory.mktemp("plain"), "--incident", "INC-42")


@pytest.fixture(scope="module")
def in_json(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A run that says its diagnosis as JSON."""
    return ran(tmp_path_factory.mktemp("json"), "--json")


def test_a_run_leaves_four_files(plain):
    """stdout is the report's path; the folder holds the four files; the notebook carries the diagnosis."""
    project, done = plain
    folder = the_run(project)
    assert done.stdout == f"{folder / 'report.html'}\n"
    assert sorted(path.name for path in folder.iterdir()) == [
        "diagnosis.json", "evidence.json", "report.html", "report.ipynb",
    ]  # fmt: skip
    diagnosis = diagnosis_of(project)
    assert (diagnosis["runbook"], diagnosis["incident"]) == ("stub", "INC-42")
    assert folder.name.endswith(diagnosis["run_id"][:8])
    notebook = json.loads((folder / "report.ipynb").read_text())
    carried = notebook["cells"][-1]["outputs"][-1]["data"]
    assert carried["application/vnd.runbooklab.diagnosis+json"] == diagnosis
    evidence = carried["application/vnd.runbooklab.evidence+json"]
    assert evidence == json.loads((folder / "evidence.json").read_text())
    assert evidence["target"]["values"]["redis_container"] == "planted-in-the-kernel"
    assert_nothing_left(project)


@pytest.mark.parametrize("way", ["plain", "in_json"])
def test_the_password_is_used_and_never_written(request, way):
    """The kernel's cells get a token, and no file and no line of output holds the password."""
    project, done = request.getfixturevalue(way)
    assert PASSWORD not in done.stdout + done.stderr
    for path in the_run(project).iterdir():
        assert PASSWORD.encode() not in path.read_bytes()
    assert "***secret-" in diagnosis_of(project)["parameters"]["redis_url"]


def test_json_is_all_there_is_on_stdout(in_json):
    """With --json stdout is diagnosis.json, and the exit status is its verdict."""
    project, done = in_json
    assert done.stdout == (the_run(project) / "diagnosis.json").read_text()
    assert done.returncode == 3
    assert json.loads(done.stdout)["verdict"] == "unknown"


@pytest.mark.parametrize("section", SECTIONS)
def test_a_kernel_killed_in_any_section(suite, section):
    """What was gathered until then is reported, the sections that did not run are named."""
    done = run(suite, "-p", "where", section, "-p", "what", "kill")
    assert done.returncode == 3
    assert "The run ended early: the kernel ended: signal 9 (SIGKILL)" in reported(suite)
    not_run = ", ".join(SECTIONS[SECTIONS.index(section) :])
    assert f"Not run: {not_run}." in reported(suite)
    assert "planted-in-the-kernel" in (the_run(suite) / "evidence.json").read_text()
    assert_nothing_left(suite)


def test_a_cell_that_raises(suite):
    """The cells below it run; the verdict is unknown and says which section raised what."""
    done = run(suite, "-p", "where", "Middle", "-p", "what", "raise")
    assert done.returncode == 3
    assert "A cell of section 'Middle' raised ValueError: on purpose" in reported(suite)
    assert "Not run" not in reported(suite)


def test_the_deadline(suite):
    """A run that takes too long ends with a report of what was gathered."""
    done = run(suite, "-p", "where", "Middle", "-p", "what", "wait", "--deadline", "4")
    assert done.returncode == 3
    assert "The run ended early: its deadline of 4 s passed." in reported(suite)
    assert "planted-in-the-kernel" in (the_run(suite) / "evidence.json").read_text()
    assert_nothing_left(suite)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal(suite, started, number):
    """Ctrl-C and its like end a run with a report of what was gathered, and with every process it had."""
    started.send_signal(number)
    _, said = started.communicate(timeout=60)
    assert started.returncode == 3, said
    assert number.name in reported(suite) or "Ctrl-C" in reported(suite)
    assert "Not run: Middle, Last." in reported(suite)
    assert_nothing_left(suite)


@pytest.mark.parametrize("pause_s", [0.0, 0.1, 0.6])
def test_a_second_signal(suite, started, pause_s):
    """A second Ctrl-C ends at once; there is a whole folder or none."""
    started.send_signal(signal.SIGINT)
    time.sleep(pause_s)
    started.send_signal(signal.SIGINT)
    started.communicate(timeout=60)
    assert started.returncode == 3
    folders = list((suite / "reports").glob("stub/*")) if (suite / "reports").exists() else []
    assert all(len(list(folder.iterdir())) == 4 for folder in folders)
    assert_nothing_left(suite)


#: What Python says if it is interrupted before it runs any program.
PYTHON_WAS_NOT_UP = ("Fatal Python error: init_import_site", "Could not import runpy module")


@pytest.mark.parametrize("pause_s", [0.05, 0.2, 0.5, 0.8, 1.2])
def test_a_signal_at_any_moment(suite, pause_s):
    """However early Ctrl-C comes: one line or a report, never a traceback or a process that stays."""
    process = subprocess.Popen(
        command(suite), cwd=suite, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(pause_s)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    if (suite / "reports").exists():
        assert len(list(the_run(suite).iterdir())) == 4
    if process.returncode != -signal.SIGINT and not said.startswith(PYTHON_WAS_NOT_UP):
        assert process.returncode == 3
        assert "Traceback" not in said


def test_ctrl_c_within_a_callback_is_not_lost():
    """Python drops what a callback of a weak reference raises, with a traceback; imports have such ones."""
    code = (
        "import os, signal, time, weakref\n"
        "from runbooklab import cli\n"
        "class Thing: pass\n"
        "def invoke():\n"
        "    thing = Thing()\n"
        "    reference = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGINT))\n"
        "    del thing\n"
        "    time.sleep(1)\n"
        "    return 0\n"
        "cli._invoke = invoke\n"
        "cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (3, "runbook: interrupted\n")


def test_a_signal_where_signals_were_held_back(suite):
    """A starter that blocks Ctrl-C, as some schedulers do, does not make a run deaf to it."""
    process = subprocess.Popen(
        command(suite, "-p", "where", "Middle", "-p", "what", "wait"),
        cwd=suite,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}),
    )
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 3, said
    assert "Traceback" not in said


def test_kill_9_takes_the_kernel_along(suite, started):
    """When the run itself is killed its kernel dies too, and no folder appears."""
    started.kill()
    started.wait(timeout=10)
    kernel = int((suite.parent / "mark").read_text().split()[0])
    _, alive = psutil.wait_procs([psutil.Process(kernel)] if psutil.pid_exists(kernel) else [], timeout=10)
    child = psutil.Process(int((suite.parent / "mark").read_text().split()[1]))
    child.kill()  # ours: what a cell's code starts outside our care
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    assert not (suite / "reports").exists()


def test_a_secret_that_slipped_through(suite):
    """The last gate: a known secret that reached the evidence is taken out, and the report is written."""
    done = run(suite, "-p", "leak", "xx SECRET xx", "--json")
    assert "s3cret-met-on-the-way" not in done.stdout + done.stderr
    (folder,) = (suite / "reports" / "stub").glob("*Z-*")
    assert json.loads((folder / "evidence.json").read_text())["hostname"] == "xx ***secret-0a0b0c0d*** xx"
    assert not any(b"s3cret-met-on-the-way" in path.read_bytes() for path in folder.iterdir())


def test_reports_folder_that_cannot_be_written(suite):
    """One clear line and status 3; the diagnosis is on stdout, so that nothing is lost."""
    (suite / "file").write_text("mine")
    done = run(suite, "--reports", "file")
    assert done.returncode == 3
    assert "the report cannot be written: " in done.stderr
    assert json.loads(done.stdout)["runbook"] == "stub"
    assert (suite / "file").read_text() == "mine"
    kept = Path(done.stderr.split()[-1])
    assert json.loads((kept / "diagnosis.json").read_text()) == json.loads(done.stdout)
    shutil.rmtree(kept)


def test_the_list_of_runs(suite, plain):
    """The list of runs has the run; if it cannot be written, the run keeps its report and says so."""
    project, _ = plain
    assert the_run(project).name in (project / "reports" / "index.html").read_text()
    (suite / "blocked" / "index.html" / "x").mkdir(parents=True)
    done = run(suite, "--reports", "blocked")
    assert "was not brought up to date" in done.stderr
    assert len(list((suite / "blocked" / "stub").iterdir())) == 1


def test_a_bare_environment_without_a_terminal(suite):
    """cron's environment and less: no variables at all, stdin and stderr closed."""
    shell = ["sh", "-c", '"$@" <&- 2>&-', "sh", *command(suite)]
    done = subprocess.run(shell, cwd=suite, env={}, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout == f"{the_run(suite) / 'report.html'}\n"


def test_overlapping_runs(suite):
    """Runs that overlap do not disturb one another."""
    processes = [
        subprocess.Popen(command(suite), cwd=suite, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for process in processes:
        process.communicate(timeout=100)
    folders = list((suite / "reports" / "stub").iterdir())
    assert len(folders) == 3
    assert all(len(list(folder.iterdir())) == 4 for folder in folders)


def test_the_user_s_ipython_is_left_alone(suite, tmp_path):
    """Neither does a start-up file of the user's run, nor does a run leave anything in the home folder."""
    startup = tmp_path / "home" / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "spoil.py").write_text("raise SystemExit")
    state = tmp_path / "state"
    before = sorted((tmp_path / "home").rglob("*"))
    run(suite, env={**os.environ, "HOME": str(tmp_path / "home"), "XDG_STATE_HOME": str(state)})
    assert "Not run" not in reported(suite)
    assert sorted((tmp_path / "home").rglob("*")) == before
