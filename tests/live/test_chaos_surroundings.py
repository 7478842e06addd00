"""Odd surroundings: streams, limits, users, folders, and many runs at once."""

from __future__ import annotations

import json
import os
import resource
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from chaos import Chaos, assert_one_line

import runbooklab
from machine import lacking

pytestmark = pytest.mark.exhaustive

NOBODY = 65534


@pytest.fixture
def chaos(tmp_path: Path) -> Iterator[Chaos]:
    """A small suite; nothing of its runs outlives the test."""
    chaos = Chaos.make(tmp_path / "suite")
    yield chaos
    chaos.end()


def limit(what: int, most: int) -> Callable[[], None]:
    return partial(resource.setrlimit, what, (most, most))


@pytest.mark.parametrize(
    ("redirections", "expected"),
    [("<&- >&- 2>&-", 3), ("--json >&-", 3), ("--json | head -c 1", 0), ("2>&1 | head -1", 0)],
)
def test_streams_that_are_closed(chaos, redirections, expected):
    """Closed from the start or early: the report is there, and nothing is said about it."""
    done = chaos.execute(["bash", "-c", f'"$@" {redirections}', "bash", *chaos.command()])
    assert done.returncode == expected, done.stderr
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert len(chaos.runs()) == 1
    chaos.assert_clean()


def test_few_open_files(chaos):
    """Sixty-four are enough; if fewer are allowed, one line says how many, before anything begins."""
    done = chaos.run(preexec_fn=limit(resource.RLIMIT_NOFILE, 64))
    assert (done.returncode, len(chaos.runs())) == (3, 1), done.stderr
    assert "ended early" not in chaos.reported()
    done = chaos.run(preexec_fn=limit(resource.RLIMIT_NOFILE, 16))
    assert (done.returncode, len(chaos.runs())) == (3, 1)
    assert_one_line(done.stderr, "a process may open only 16 files here, and a run needs 64", "ulimit -n")
    chaos.assert_clean()


def test_small_files_only(chaos):
    """A limit on the size of files that no run can keep is said, before anything begins."""
    done = chaos.run(preexec_fn=limit(resource.RLIMIT_FSIZE, 100_000))
    assert done.returncode == 3
    assert_one_line(done.stderr, "File too large; set ulimit -f unlimited")
    chaos.assert_clean()


@pytest.mark.parametrize("mask", [0o077, 0o000])
def test_the_umask_counts(chaos, mask):
    """A run's folder, its files and the list of runs are as open as the user's other files, not more."""
    assert chaos.run(preexec_fn=partial(os.umask, mask)).returncode == 3
    (run,) = chaos.runs()
    assert stat.S_IMODE(run.stat().st_mode) == 0o777 & ~mask
    for path in (*run.iterdir(), chaos.reports / "index.html"):
        assert stat.S_IMODE(path.stat().st_mode) & mask == 0
    chaos.assert_clean()


def test_an_environment_without_anything(chaos):
    """No HOME that exists, no TMPDIR that exists, no terminal, a C locale."""
    environment = chaos.environment(
        HOME="/nonexistent", TMPDIR="/nonexistent", LANG="C", LC_ALL="C", TERM="", XDG_STATE_HOME=""
    )
    done = chaos.run(env=environment)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "ended early" not in chaos.reported()
    chaos.assert_clean()


def of_nobody(command: list[str], chaos: Chaos) -> list[str]:
    """The command as user 65534 runs it; skips if that user cannot, for a reason that is not ours."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    same = f"python{sys.version_info.major}.{sys.version_info.minor}"
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    source = str(Path(runbooklab.__file__).parents[1])
    path = os.pathsep.join([source, sysconfig.get_path("purelib")])
    said = ""
    for program in (sys.executable, shutil.which(same, path="/usr/local/bin:/usr/bin")):
        words = [*become, "env", f"PYTHONPATH={path}", "HOME=/nonexistent", str(program)]
        check = chaos.execute([*words, "-c", "import runbooklab, zmq, msgspec"], cwd="/")
        if check.returncode == 0:
            return [*words, *command[1:]]
        said = check.stderr
    return lacking(f"no Python here can be used by another user: {said}")


def test_another_user_s_checkout(chaos, tmp_path):
    """A user who may only read the suite: one line, the files kept where they may write."""
    top = Path(tempfile.gettempdir())
    for folder in (tmp_path, *tmp_path.parents):
        if top in folder.parents:  # pytest's own folders, closed to others
            folder.chmod(0o755)
    done = chaos.execute(of_nobody(chaos.command("-p", "notes", "/dev/null"), chaos))
    assert done.returncode == 3, done.stderr
    assert_one_line(done.stderr, "the report cannot be written: Permission denied", "are kept in ")
    kept = Path(done.stderr.split()[-1])
    assert kept.stat().st_uid == NOBODY
    assert json.loads((kept / "diagnosis.json").read_text()) == json.loads(done.stdout)
    shutil.rmtree(kept)
    assert not chaos.reports.exists()
    chaos.assert_clean()


def test_sixteen_runs_at_once(chaos):
    """Sixteen whole folders, and a list that names each of them."""
    processes = [chaos.start(stdout=subprocess.DEVNULL) for _ in range(16)]
    said = [process.communicate(timeout=150)[1] for process in processes]
    assert [process.returncode for process in processes] == [3] * 16, said
    assert len(chaos.runs()) == 16
    assert not any("was not brought up to date" in text for text in said)
    chaos.assert_clean()
