"""The command line: what it says, where, and with which exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runbooklab.cli import COULD_NOT, main
from runbooklab.commands.group import runbook

RUNBOOK = """\
---
title: Stub
parameters:
- {name: redis_url, type: str, default: "", help: A URL}
- {name: count, type: int, default: 1, help: A number}
---
# Stub

## Only

```{code-cell}
print(count)
```
"""


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one runbook, not yet compiled; the current folder is one of its subfolders."""
    for name in ("runbooks", "configs", "deep"):
        (tmp_path / name).mkdir()
    (tmp_path / "runbooks" / "stub.md").write_text(RUNBOOK)
    monkeypatch.chdir(tmp_path / "deep")
    return tmp_path


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Exit status of ``runbook ARGUMENTS`` in this process."""
    monkeypatch.setattr(sys, "argv", ["runbook", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert isinstance(exit_.value.code, int)
    return exit_.value.code


@pytest.mark.parametrize("name", sorted(runbook.commands))
def test_help_shows_an_example(name, monkeypatch, capsys):
    """Every command's help has an example that names the command."""
    assert call(monkeypatch, name, "--help") == 0
    said = capsys.readouterr().out
    assert "Example" in said
    assert f"\n    runbook {name}" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "Missing argument 'SLUG'"),
        (["run", "nothing"], "there is no runbook 'nothing'"),
        (["run", "stubb"], "did you mean 'stub'?"),
        (["run", "stub", "-p", "coutn", "1"], "did you mean 'count'?"),
        (["run", "stub", "-p", "count", "many"], "parameter count must be a whole number"),
        (["run", "stub", "-p", "count", "1_000"], "parameter count must be a whole number"),
        (["run", "stub", "-p", "count=1"], "requires 2 arguments; write -p NAME VALUE"),
        (["run", "stub", "-f", "missing.yaml"], "missing.yaml: cannot be read"),
        (["run", "stub", "--target", "x"], "targets.yaml: cannot be read"),
        (["run", "stub", "--apply", "start-container"], "has no parameter apply"),
        (["run", "stub", "--deadline", "0"], "--deadline"),
        (["run", "stub", "--deadline", "nan"], "--deadline"),
        (["run", "stub", "--confirm", "x"], "--confirm needs --apply"),
        (["run", "stub"], "stub.ipynb: does not exist; compile it with `runbook build`"),
        (["open", "stub"], "stub.ipynb: does not exist; compile it with `runbook build`"),
        (["open", "nothing"], "there is no runbook 'nothing'"),
        (["nonsense"], "No such command 'nonsense'"),
        (["list", "--nonsense"], "No such option"),
    ],
)
def test_mistakes_are_one_line_and_status_3(suite, monkeypatch, capsys, arguments, said):
    """A mistake ends with status 3, one line on stderr and nothing on stdout or on disk."""
    assert call(monkeypatch, *arguments) == COULD_NOT
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    assert said in captured.err
    assert not (suite / "reports").exists()


def test_params_file_that_does_not_parse(suite, monkeypatch, capsys):
    """A broken parameters file is named with its line."""
    (suite / "values.yaml").write_text("count: 1\nredis_url: [\n")
    assert call(monkeypatch, "run", "stub", "-f", str(suite / "values.yaml")) == COULD_NOT
    assert "values.yaml:" in capsys.readouterr().err


def test_unexpected_failure_is_one_line(monkeypatch, capsys):
    """A bug of ours is status 3 and one line too, not a traceback; a variable shows where it is."""

    def broken(_: Path) -> None:
        raise RuntimeError("on\npurpose")

    monkeypatch.setattr("runbooklab.authoring.project.find_suite", broken)
    assert call(monkeypatch, "list") == COULD_NOT
    assert capsys.readouterr().err.startswith("runbook: RuntimeError: on purpose; set RUNBOOKLAB_DEBUG=1")
    monkeypatch.setenv("RUNBOOKLAB_DEBUG", "1")
    with pytest.raises(RuntimeError):
        call(monkeypatch, "list")


@pytest.mark.parametrize("words", [["list"], ["lint"], ["run", "stub"], ["triage"]])
def test_a_folder_that_is_gone_is_named(words, tmp_path, monkeypatch, capsys):
    """A shell may stand in a folder that somebody has deleted: what to do is said in plain words."""
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert call(monkeypatch, *words) == COULD_NOT
    said = capsys.readouterr().err
    assert said == "runbook: the folder that you are in is not there any more; go to another one with cd\n"


def test_interrupt_is_status_3(monkeypatch, capsys):
    """Ctrl-C before anything has begun leaves one line."""

    def interrupt(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("runbooklab.authoring.project.find_suite", interrupt)
    assert call(monkeypatch, "list") == COULD_NOT
    assert capsys.readouterr().err.strip() == "runbook: interrupted"


def test_list(suite, monkeypatch, capsys):
    """Runbooks are listed by name and title, from any folder of the project."""
    assert call(monkeypatch, "list") == 0
    assert capsys.readouterr().out == "stub  Stub\n"


def test_build_and_its_check(suite, monkeypatch, capsys):
    """``build --check`` fails with the notebook's name until ``build`` has been run."""
    notebook = str(suite / "notebooks" / "stub.ipynb")
    assert call(monkeypatch, "build", "--check") == COULD_NOT
    assert notebook in capsys.readouterr().out
    assert call(monkeypatch, "build") == 0
    assert call(monkeypatch, "build", "--check") == 0


def test_build_from_notebook(suite, monkeypatch, capsys):
    """``build --from-notebook`` carries an edit back into the Markdown."""
    call(monkeypatch, "build")
    path = suite / "notebooks" / "stub.ipynb"
    path.write_text(path.read_text().replace("print(count)", "print(count + 1)"))
    assert call(monkeypatch, "build", "--from-notebook", str(path)) == 0
    assert "print(count + 1)" in (suite / "runbooks" / "stub.md").read_text()
    assert call(monkeypatch, "build", "--check", "--from-notebook", str(path)) == COULD_NOT


def test_build_says_where_a_run_is_kept(suite, monkeypatch, capsys):
    """A compiled notebook that was run and saved: ``--check`` says what it is, ``build`` where it goes."""
    call(monkeypatch, "build")
    path = suite / "notebooks" / "stub.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"][-1]["execution_count"] = 1
    path.write_text(json.dumps(notebook))
    capsys.readouterr()
    assert call(monkeypatch, "build", "--check") == COULD_NOT
    assert "holds the outputs of a run" in capsys.readouterr().out
    assert call(monkeypatch, "build") == 0
    (kept,) = (suite / "reports" / "incidents").glob("*/stub.ipynb")
    assert capsys.readouterr() == (f"{path}\n", f"stub.ipynb was run and saved: that is kept in {kept}\n")
    assert call(monkeypatch, "build", "--check") == 0
    assert call(monkeypatch, "build", "--defaults") == COULD_NOT
    assert "--defaults needs --from-notebook" in capsys.readouterr().err


def test_lint_names_file_and_line(suite, monkeypatch, capsys):
    """``lint`` prints each problem with its place; status 3 says that there are some."""
    assert call(monkeypatch, "lint") == COULD_NOT
    assert f"{suite / 'runbooks' / 'stub.md'}:" in capsys.readouterr().out


def run_command(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "runbooklab", *arguments]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **options)


def test_help_and_list_import_nothing_slow(suite):
    """Help and list come at once: no notebook machinery, no client library, no evidence."""
    code = (
        "import sys; sys.argv = ['runbook', sys.argv[1]]\n"
        "from runbooklab.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "slow = {'papermill', 'nbformat', 'nbclient', 'IPython', 'zmq', 'redis', 'docker', 'msgspec'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    for command in ("--help", "list"):
        done = subprocess.run([sys.executable, "-c", code, command], capture_output=True, check=True)
        assert done.stdout.endswith(b"[]\n")


def test_bare_environment(suite):
    """Nothing is needed from the environment: no HOME, no PATH, no locale, no terminal."""
    done = run_command("list", env={}, stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (0, b"stub  Stub\n")


def test_a_locale_without_unicode(suite):
    """A character that the locale does not have is written out instead of ending the command."""
    (suite / "runbooks" / "stub.md").write_text(RUNBOOK.replace("title: Stub", "title: Stüb → ok"))
    done = run_command("list", env={**os.environ, "PYTHONIOENCODING": "latin-1:strict"})
    assert (done.returncode, done.stdout) == (0, b"stub  St\xfcb \\u2192 ok\n")


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_closed_standard_streams(suite, closed):
    """A closed stdin, stdout or stderr changes no exit status."""
    command = f'"$0" -m runbooklab list {closed}; echo "status $?" >"$1"'
    said = suite / "status"
    subprocess.run(["sh", "-c", command, sys.executable, str(said)], check=True, timeout=60)
    assert said.read_text() == "status 0\n"


def test_a_reader_that_goes_away(suite):
    """A pipe that closes early is no failure and no traceback."""
    for number in range(3000):  # more than a pipe holds
        (suite / "runbooks" / f"stub-{number:04}.md").write_text(RUNBOOK)
    command = '"$0" -m runbooklab list 2>"$1" | head -n 1'
    errors = suite / "errors"
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, str(errors)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("stub")
    assert errors.read_text() == ""


def test_no_project_anywhere(tmp_path, monkeypatch, capsys):
    """Outside every project the suite that came with the package is used."""
    monkeypatch.chdir(tmp_path)
    assert call(monkeypatch, "list") == 0
    assert "redis-connection" in capsys.readouterr().out


def test_version(monkeypatch, capsys):
    """``--version`` prints the package's version."""
    from runbooklab import __version__

    assert call(monkeypatch, "--version") == 0
    assert __version__ in capsys.readouterr().out


def test_preflight_json_is_the_diagnosis(suite):
    """``preflight --json`` prints the diagnosis and nothing else, and exits with its verdict."""
    done = run_command(
        "preflight", "stub", "-p", "redis_url", "redis://127.0.0.1:1", "--json",
        env={**os.environ, "DOCKER_HOST": "unix:///nonexistent.sock"},
    )  # fmt: skip
    assert json.loads(done.stdout)["verdict"] == "critical"
    assert (done.returncode, done.stderr) == (2, b"")
    assert not (suite / "reports").exists()
