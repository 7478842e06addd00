"""``runbook incident``: everything that one incident left, in the order of time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from archive_samples import add
from runbooklab.incident.working_copy import open_copy
from runbooklab.model.conclusions import AuditEntry
from runbooklab.model.mime import DIAGNOSIS_MIME
from stored_runs import call

COULD_NOT = 3


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one compiled runbook; the current folder is its root."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))  # what it trusts is noted there
    for name in ("runbooks", "configs"):
        (tmp_path / name).mkdir()
    text = (
        "---\ntitle: Stub\nparameters:\n- {name: incident, type: str, default: '', help: x}\n---\n# Stub\n\n"
    )
    (tmp_path / "runbooks" / "stub.md").write_text(f"{text}```{{code-cell}}\nconclude()\n```\n")
    monkeypatch.chdir(tmp_path)
    assert call(monkeypatch, "build") == 0
    return tmp_path


def opened(suite: Path, incident: str, verdict: str = "", at: str = "") -> Path:
    """A working copy, perhaps with the output of a diagnosis."""
    parent = suite / "reports" / "incidents"
    path = open_copy(suite / "notebooks" / "stub.ipynb", "stub", {}, parent, incident).path
    notebook = nbformat.read(path, 4)
    notebook.metadata["runbooklab"]["working_copy"]["opened_at"] = "2026-03-01T10:00:00.000Z"
    if verdict:
        data = {DIAGNOSIS_MIME: {"verdict": verdict, "finished_at": at, "summary": "It is down."}}
        notebook.cells[-1].outputs = [nbformat.v4.new_output("display_data", data)]
    nbformat.write(notebook, path)
    return path


def test_everything_of_an_incident_in_the_order_of_time(suite, monkeypatch, capsys):
    """Notebook, run and acts of both are told with time, verdict, command and place; others' are not."""
    path = opened(suite, "INC-42", "critical", "2026-03-01T10:00:09.500Z")
    opened(suite, "INC-7")
    act = {
        "at": "2026-03-01T10:01:00.000Z",
        "remedy": "start",
        "command": "docker start x",
        "outcome": "done",
    }
    (path.parent / "audit.jsonl").write_text(json.dumps(act) + "\n")
    run_audit = AuditEntry(
        "2026-03-01T12:00:10.000Z", "restart", "docker restart x", "failed", "", "apply=restart"
    )
    run = add(suite / "reports", 1, incident="INC-42", audit=(run_audit,))
    capsys.readouterr()
    assert call(monkeypatch, "incident", "INC-42") == 0
    assert capsys.readouterr().out.splitlines() == [
        f"2026-03-01 10:00:00  notebook  critical at 10:00:09  {path}",
        "2026-03-01 10:01:00  act       done      docker start x  (start)",
        f"2026-03-01 12:00:00  run       critical  {run}",
        "2026-03-01 12:00:10  act       failed    docker restart x  (restart, asked for by apply=restart)",
    ]
    assert call(monkeypatch, "incident", "INC-42", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["id"], told["folder"]) == ("INC-42", str(path.parent))
    assert [item["kind"] for item in told["items"]] == ["notebook", "act", "run", "act"]
    assert told["items"][0]["summary"] == "It is down."


def test_without_an_id_the_incidents_are_listed(suite, monkeypatch, capsys):
    """Each with its last time and what it has; free text stays readable."""
    opened(suite, "inc 42/7")
    add(suite / "reports", 2, incident="INC-9", audit=())
    add(suite / "reports", 3)
    capsys.readouterr()
    assert call(monkeypatch, "incident") == 0
    assert capsys.readouterr().out.splitlines() == [
        "2026-03-01 10:00:00  inc 42/7  1 notebook",
        "2026-03-02 12:00:00  INC-9  1 run",
    ]
    assert call(monkeypatch, "incident", "--json") == 0
    assert [each["id"] for each in json.loads(capsys.readouterr().out)] == ["inc 42/7", "INC-9"]
    assert call(monkeypatch, "incident", "inc 42/7") == 0


def test_an_unknown_id_is_one_line(suite, monkeypatch, capsys):
    """The nearest is named; without any incident, the command says so."""
    assert call(monkeypatch, "incident") == 0
    assert capsys.readouterr().err.endswith("no incidents\n")
    opened(suite, "INC-42")
    for wrong, said in (("INC-43", "did you mean 'INC-42'?"), ("../..", "see `runbook incident`")):
        assert call(monkeypatch, "incident", wrong) == COULD_NOT
        captured = capsys.readouterr()
        assert (captured.out, len(captured.err.splitlines())) == ("", 1)
        assert said in captured.err


def test_what_cannot_be_read_is_said_and_hides_nothing(suite, monkeypatch, capsys):
    """A damaged notebook or audit line is named; the rest is listed; no control character is printed."""
    path = opened(suite, "INC-1")
    (path.parent / "broken.ipynb").write_text("{")
    act = json.dumps({"at": "2026-03-01T10:01:00Z", "command": "a\x1b[31m\nb", "outcome": "done"})
    (path.parent / "audit.jsonl").write_text(f"{act}\nnonsense\n" + "[" * 5000 + "\n")
    capsys.readouterr()
    assert call(monkeypatch, "incident", "INC-1") == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 2
    assert "\x1b" not in out
    assert "broken.ipynb: is not a notebook" in err
    assert "audit.jsonl:2: is not an act, nor is 1 more line\n" in err


def damaged(path: Path, **parts: object) -> None:
    """A notebook beside ``path`` and of its content, whose last cell has other ``parts``."""
    content = json.loads(path.read_text())
    content["cells"][-1] |= parts
    (path.parent / "stub-2.ipynb").write_text(json.dumps(content))


@pytest.mark.parametrize(
    "parts", [{"outputs": 5}, {"outputs": [1]}, {"metadata": {"tags": 5}}, {"source": 5}]
)
def test_a_damaged_notebook_breaks_nothing_for_others(suite, monkeypatch, capsys, parts):
    """It is named; the other notebooks and incidents are listed; to open it again is one line."""
    damaged(opened(suite, "INC-1"), **parts)
    opened(suite, "INC-2")
    capsys.readouterr()
    for arguments, lines in (((), 2), (("INC-1",), 1)):
        assert call(monkeypatch, "incident", *arguments) == 0
        out, err = capsys.readouterr()
        assert len(out.splitlines()) == lines
        assert len(err.splitlines()) == 1
        assert "stub-2.ipynb: is not a notebook: in cell" in err
    assert call(monkeypatch, "open", "stub", "--incident", "INC-1") == COULD_NOT
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert "stub-2.ipynb: is not a notebook: in cell" in err


def test_text_that_is_no_unicode_is_written_out(suite, monkeypatch, capsysbinary):
    """A file's name of other bytes, and half of a surrogate pair, are UTF-8 in the list and in the JSON."""
    path = opened(suite, "INC-1", "critical", "2026-03-01T10:00:09.500Z")
    path.with_name("a\udcff.ipynb").write_text(path.read_text().replace('"critical"', r'"\ud800"'))
    path.unlink()
    (path.parent / "audit.jsonl").write_text(
        '{"at": "\\ud801", "command": "\\ud802", "outcome": "\\udcfe"}\n'
    )
    capsysbinary.readouterr()
    assert call(monkeypatch, "incident", "INC-1") == 0
    listed = capsysbinary.readouterr().out.decode()
    assert all(text in listed for text in (r"a\xff.ipynb", r"\ud800", r"\ud802", r"\xfe"))
    assert call(monkeypatch, "incident", "INC-1", "--json") == 0
    items = json.loads(capsysbinary.readouterr().out.decode())["items"]
    told = {item["kind"]: item for item in items}
    assert told["notebook"]["path"].endswith(r"/a\xff.ipynb")
    assert told["notebook"]["verdict"] == r"\ud800"
    assert (told["act"]["at"], told["act"]["command"]) == (r"\ud801", r"\ud802")
    assert call(monkeypatch, "incident", "--json") == 0
    json.loads(capsysbinary.readouterr().out.decode())


def test_a_copy_that_cannot_be_written_again_is_one_line(suite, monkeypatch, capsys):
    """Half of a surrogate pair has no UTF-8: the copy stays as it is, and the line names it."""
    path = opened(suite, "INC-1", "critical")
    before = path.read_text().replace("It is down.", r"\ud800").replace(r"str = \"\"", r"str = \"INC-1\"")
    path.write_text(before)
    capsys.readouterr()
    assert call(monkeypatch, "open", "stub", "--incident", "INC-1") == COULD_NOT
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert f"{path}: the notebook would not be valid" in err
    assert path.read_text() == before


def test_a_damaged_audit_file_is_one_line(suite, monkeypatch, capsys):
    """However many of its lines are no acts, one line gives their number and the first."""
    path = opened(suite, "INC-1")
    act = json.dumps({"at": "2026-03-01T10:01:00Z", "command": "x", "outcome": "done"})
    (path.parent / "audit.jsonl").write_text(f"{act}\n" + "5\n" * 3000 + f"{act}\n")
    capsys.readouterr()
    assert call(monkeypatch, "incident", "INC-1") == 0
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 3
    assert err == f"{path.parent / 'audit.jsonl'}:2: is not an act, nor are 2,999 more lines\n"


def test_a_copied_folder_is_named(suite, monkeypatch, capsys):
    """Another folder with the incident's id is left out of the list, and one line says so."""
    path = opened(suite, "INC-1")
    copied = shutil.copytree(path.parent, path.parent.with_name("INC-1-copy"))
    capsys.readouterr()
    assert call(monkeypatch, "incident", "INC-1") == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [f"2026-03-01 10:00:00  notebook  not run   {path}"]
    assert err.startswith(f"{copied}: is left out: it has the same id as INC-1; ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("incident",),
        ("bundle", "--reports", "reports", "--incident"),
        ("bundle", "reports", "--incident"),
        ("open", "stub", "--incident"),
        ("open", "report.html", "--incident"),
        ("run", "stub", "--incident"),
        ("runs", "--incident"),
    ],
)
@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_id_is_refused_by_all_commands(suite, monkeypatch, capsys, arguments, empty):
    """A variable of a script that was not set never means another incident, or none."""
    capsys.readouterr()
    assert call(monkeypatch, *arguments, empty) == COULD_NOT
    assert capsys.readouterr() == (
        "",
        "runbook: an incident's id cannot be empty; write for example INC-42\n",
    )
    assert not (suite / "reports").exists()
