"""``runbook new``, and the ten-minute path of docs/writing-runbooks.md, which is walked as it is written."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path

import pytest

from stored_runs import call

COULD_NOT = 3
PAGE = (Path(__file__).parents[3] / "docs" / "writing-runbooks.md").read_text()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the current folder."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))  # what it trusts is noted there
    for name in ("runbooks", "configs"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_runbook_lints_clean_and_builds(project, monkeypatch, capsys):
    """Nothing need be changed first; its path is on stdout, what to do next on stderr."""
    assert call(monkeypatch, "new", "queue-is-slow") == 0
    out, err = capsys.readouterr()
    assert out == f"{project / 'runbooks' / 'queue-is-slow.md'}\n"
    assert "runbook lint && runbook build && runbook open queue-is-slow" in err
    assert call(monkeypatch, "lint") == 0
    assert call(monkeypatch, "build") == 0
    assert call(monkeypatch, "list") == 0
    assert "queue-is-slow  Queue is slow" in capsys.readouterr().out


@pytest.mark.parametrize(
    "title", ['Says "no": why?', "{braces} and `ticks`", "Störung: # 7", "- a list", "'"]
)
def test_any_title_makes_a_valid_runbook(project, monkeypatch, capsys, title):
    """What means something in YAML or Markdown is text in a title."""
    assert call(monkeypatch, "new", "x", "--title", title) == 0
    assert call(monkeypatch, "lint") == 0
    capsys.readouterr()
    assert call(monkeypatch, "list") == 0
    assert capsys.readouterr().out == f"x  {title}\n"


def test_nothing_is_overwritten(project, monkeypatch, capsys):
    """Neither a runbook nor a notebook of that name."""
    (project / "runbooks" / "x.md").write_text("mine")
    (project / "notebooks").mkdir()
    (project / "notebooks" / "y.ipynb").write_text("mine")
    for slug in ("x", "y"):
        assert call(monkeypatch, "new", slug) == COULD_NOT
        assert "exists already" in capsys.readouterr().err
    assert (project / "runbooks" / "x.md").read_text() == "mine"
    assert not (project / "runbooks" / "y.md").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["new", "Queue"], "cannot name a runbook"),
        (["new", "../x"], "cannot name a runbook"),
        (["new", "x", "--title", " "], "a title is one line"),
        (["new", "x", "--title", "a\nb"], "a title is one line"),
        (["new"], "Missing argument"),
    ],
)
def test_mistakes_are_one_line(project, monkeypatch, capsys, arguments, said):
    """They end with status 3, and no file is written."""
    assert call(monkeypatch, *arguments) == COULD_NOT
    captured = capsys.readouterr()
    assert (captured.out, len(captured.err.splitlines())) == ("", 1)
    assert said in captured.err
    assert list((project / "runbooks").iterdir()) == []


def test_outside_of_a_project_nothing_is_written_to_the_installed_suite(tmp_path, monkeypatch, capsys):
    """The command says what makes a project."""
    monkeypatch.chdir(tmp_path)
    assert call(monkeypatch, "new", "x") == COULD_NOT
    assert "make folders runbooks/ and configs/" in capsys.readouterr().err


def test_the_ten_minute_path(project, monkeypatch, capsys):
    """Each command of the page is run, each edit made: a runbook is begun, built, opened and carried back."""
    section = PAGE.partition("## In ten minutes")[2].partition("\n## ")[0]
    commands = [
        line
        for fence in re.findall(r"^```bash\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
        for line in fence.splitlines()
    ]
    text, code = (
        re.sub("(?m)^    ", "", block)
        for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", section, re.MULTILINE)
    )
    monkeypatch.setattr(os, "execv", lambda *_: None)
    for name in ("JUPYTER_CONFIG_PATH", "RUNBOOKLAB_OPEN", "RUNBOOKLAB_SUITE", "RUNBOOKLAB_LAB_SECRETS"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    runbook = project / "runbooks" / "queue-is-slow.md"
    done = []
    for command in commands:
        words = shlex.split(command)
        assert words[0] == "runbook"
        done.append(words[1])
        status = call(monkeypatch, *words[1:])
        monkeypatch.chdir(project)
        assert status == 0 or words[1] == "run", capsys.readouterr().err
        if words[1] == "new":
            before, _, after = runbook.read_text().partition("### 1. The first thing to look at")
            runbook.write_text(before + text.strip() + "\n\n" + after[after.index("## Resolution") :])
        elif words[1] == "open":
            (path,) = (project / "reports" / "incidents" / "try").glob("*.ipynb")
            notebook = json.loads(path.read_text())
            cell = next(
                cell for cell in notebook["cells"] if 'check("redis-latency")' in "".join(cell["source"])
            )
            cell["source"] = code.strip()
            path.write_text(json.dumps(notebook))
    assert done == ["new", "lint", "build", "open", "build", "run"]
    assert code.strip() in runbook.read_text()
    assert "6379" not in runbook.read_text().partition("---\n\n")[0]
    assert call(monkeypatch, "build", "--check") == 0
    assert list((project / "reports" / "queue-is-slow").glob("*/report.html"))
