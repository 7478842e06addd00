"""``runbook export`` and the formats of ``runbook run``: other forms of a run, or one clear line."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import msgspec
import pytest
from test_cli_run import run, suite, the_run  # noqa: F401 # suite is a fixture

from evidence_samples import down, healthy
from report_samples import STOPPED, diagnosis
from runbooklab.incident.folder import made_folder
from stored_runs import browser, call, stored

PRINTS = 'printf "%%PDF-1.4\\n%%%%EOF\\n" > "$made"'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``folder`` copies."""
    return stored(tmp_path_factory.mktemp("made"), down(), incident="INC-42")


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A stored run of ours."""
    return shutil.copytree(made, tmp_path / "run")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH."""
    (tmp_path / "programs").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    return tmp_path / "programs"


def test_the_files_lie_beside_the_run(folder, programs, monkeypatch, capsys):
    """Each file that is asked for is written, and its path printed."""
    browser(programs, "chromium", PRINTS)
    assert call(monkeypatch, "export", folder, "--format", "pdf", "--postmortem") == 0
    assert capsys.readouterr().out == f"{folder / 'postmortem.md'}\n{folder / 'report.pdf'}\n"
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    assert "# Postmortem: INC-42, Redis" in (folder / "postmortem.md").read_text()
    assert not (folder / "report.md").exists()


def test_the_short_text_is_on_stdout(folder, monkeypatch, capsys):
    """On stdout it names the report by its whole path; in the file the report lies beside it."""
    assert call(monkeypatch, "export", folder, "--format", "md") == 0
    said = capsys.readouterr().out
    assert said.startswith("**CRITICAL: Redis is stopped: ")
    assert said.endswith(f"**Report:** `{folder / 'report.html'}`\n")
    assert (folder / "report.md").read_text().endswith("**Report:** [report.html](report.html)\n")


def test_written_elsewhere_they_name_the_report_by_its_path(folder, tmp_path, monkeypatch, capsys):
    """-o makes the folder, and a link that would lead nowhere is none."""
    assert (
        call(monkeypatch, "export", folder / "diagnosis.json", "--postmortem", "-o", tmp_path / "a" / "b")
        == 0
    )
    assert f"`{folder / 'report.html'}`" in (tmp_path / "a" / "b" / "postmortem.md").read_text()


def test_formats_may_be_one_list_or_several_options(folder, programs, monkeypatch, capsys):
    """``--format md,pdf`` and ``--format md --format pdf`` are the same."""
    browser(programs, "chromium", PRINTS)
    for options in (["--format", "md,pdf"], ["--format", "md", "--format", "PDF"]):
        (folder / "report.pdf").unlink(missing_ok=True)
        assert call(monkeypatch, "export", folder, *options) == 0
        assert (folder / "report.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "nothing to write: name --format md"),
        (["run", "--format", "html"], "nothing to write"),
        (["run", "--format", "docx"], "'docx' is none of html, md, pdf"),
        (["run", "--format", "md,"], "'' is none of html, md, pdf"),
        (["run", "--format", "pdf"], "none of chromium, chromium-browser"),
        (["nowhere", "--format", "md"], "nowhere: cannot be read: No such file"),
        (["/dev/null", "--format", "md"], "it is a device, not a file"),
        (["run/evidence.json", "--format", "md"], "holds evidence, and no diagnosis"),
        (["run/report.ipynb", "--format", "md"], "is not as version"),
        (["run", "--format", "md", "-o", "run/report.html"], "cannot be made"),
    ],
)
def test_mistakes_are_one_line_and_status_3(folder, programs, tmp_path, monkeypatch, capsys, arguments, said):
    """What cannot be done is said in one line, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    before = sorted(path.name for path in folder.iterdir())
    assert call(monkeypatch, "export", *arguments) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert said in captured.err
    assert sorted(path.name for path in folder.iterdir()) == before


def test_what_looks_like_a_secret_stops_it(tmp_path, monkeypatch, capsys):
    """A run that was edited, or written by something else, does not get its password into a text."""
    reported = msgspec.structs.replace(STOPPED, summary="It listens at redis://:hunter22pw@localhost:6379.")
    folder = stored(tmp_path / "run", healthy(), diagnosis(findings=(reported,)))
    assert call(monkeypatch, "export", folder, "--postmortem", "--format", "md") == 3
    captured = capsys.readouterr()
    assert "what looks like a secret would stand in postmortem.md" in captured.err
    assert "hunter22pw" not in captured.err + captured.out
    assert not (folder / "postmortem.md").exists()
    assert not (folder / "report.md").exists()


# --- runbook run -------------------------------------------------------------------------------


def test_a_run_leaves_what_is_asked_for(suite, tmp_path):  # noqa: F811 # the fixture
    """The texts are in the run's folder with the rest, the PDF beside them, and stdout is the short text."""
    browser(tmp_path, "chromium", PRINTS)
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = run(suite, "--format", "md,pdf", "--postmortem", "--incident", "INC-42", env=environment)
    folder = the_run(suite)
    assert sorted(path.name for path in folder.iterdir()) == [
        "diagnosis.json", "evidence.json", "postmortem.md", "report.html", "report.ipynb", "report.md",
        "report.pdf",
    ]  # fmt: skip
    assert done.returncode == 3
    assert done.stdout.startswith("**UNKNOWN: ")
    assert done.stdout.endswith(f"**Report:** `{folder / 'report.html'}`\n")
    assert "# Postmortem: INC-42, Stub" in (folder / "postmortem.md").read_text()


def test_a_run_without_a_browser_keeps_its_status(suite, tmp_path):  # noqa: F811 # the fixture
    """One line says that there is no PDF; the report is there, and with --json stdout is the diagnosis."""
    done = run(
        suite, "--format", "pdf", "--format", "md", "--json", env={**os.environ, "PATH": str(tmp_path)}
    )
    folder = the_run(suite)
    assert done.returncode == 3
    assert done.stdout == (folder / "diagnosis.json").read_text()
    (line,) = [line for line in done.stderr.splitlines() if "PDF" in line]
    assert line.startswith("runbook: no PDF was made: none of chromium, chromium-browser, google-chrome")
    assert sorted(path.name for path in folder.iterdir())[-2:] == ["report.ipynb", "report.md"]


# --- what was done from the incident's notebooks -------------------------------------------------

ACT = {
    "runbook": "redis-connection", "at": "2026-03-01T13:00:00.000Z", "remedy": "restart-container",
    "command": "docker restart redis-tts", "outcome": "done", "output": "redis-tts", "asked_by": "button",
    "because": "critical: Redis is stopped.", "undo": ["docker stop redis-tts"],
}  # fmt: skip


def acted(parent: Path, *lines: str) -> Path:
    """The audit file of INC-42 below ``parent`` with ``lines``, :data:`ACT` if there are none."""
    path = made_folder(parent, "INC-42") / "audit.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines or [json.dumps(ACT)]))
    return path


@pytest.fixture
def in_reports(made: Path, tmp_path: Path) -> Path:
    """A stored run of INC-42 where runs are: in a reports folder that is nobody's current one."""
    return shutil.copytree(made, tmp_path / "reports" / "redis-connection" / "20260301T120000Z-3f2a9c1b")


def drafted(folder: Path, heading: str = "Remedy") -> str:
    return (folder / "postmortem.md").read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("form", ["", "diagnosis.json", "report.html"])
def test_a_draft_tells_what_notebooks_of_the_incident_did(in_reports, form, monkeypatch, capsys):
    """The audit file in the run's reports folder is read, however the run is named; stderr is empty."""
    acted(in_reports.parent.parent / "incidents")
    assert call(monkeypatch, "export", in_reports / form, "--postmortem") == 0
    assert capsys.readouterr().err == ""
    assert (
        "| 2026-03-01 13:00:00 | Notebook after this run | done | restart-container | `docker restart"
        " redis-tts` | redis-tts | button | critical: Redis is stopped. | `docker stop redis-tts` |"
    ) in drafted(in_reports)
    assert "| Notebook after this run | done: docker restart redis-tts |" in drafted(in_reports, "Timeline")


def test_acts_elsewhere_are_named_with_dir(in_reports, tmp_path, monkeypatch, capsys):
    """``--dir`` is what ``runbook open`` was given; it means nothing without a draft."""
    acted(tmp_path / "elsewhere")
    assert call(monkeypatch, "export", in_reports, "--postmortem", "--dir", tmp_path / "elsewhere") == 0
    assert "docker restart redis-tts" in drafted(in_reports)
    assert call(monkeypatch, "export", in_reports, "--format", "md", "--dir", tmp_path / "elsewhere") == 3
    assert "--dir needs --postmortem" in capsys.readouterr().err


def test_acts_of_other_incidents_are_not_told(made, tmp_path, monkeypatch):
    """A run without an incident has no notebooks, nor has one of an incident without a folder."""
    acted(tmp_path / "reports" / "incidents")
    for name, incident in (("a", None), ("b", "INC-7")):
        run = stored(tmp_path / "reports" / "redis-connection" / name, down(), incident=incident)
        assert call(monkeypatch, "export", run, "--postmortem") == 0
        assert "docker restart redis-tts" not in drafted(run)


def as_link(path: Path) -> None:
    path.rename(path.with_name("acts"))
    path.symlink_to(path.with_name("acts"))


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.write_text(f"{json.dumps(ACT)}\nnonsense\n[1]\n"), ":2: is not an act, nor is 1"),
        (lambda path: path.write_bytes(b"\x00\xff" * 9), ":1: is not an act"),
        (lambda path: path.write_text(json.dumps({**ACT, "outcome": "perhaps"})), ":1: is not an act"),
        (as_link, ": is a link"),
        (as_folder, ": cannot be read: it is a folder"),
    ],
)
def test_a_damaged_audit_file_is_one_line(in_reports, damage, said, monkeypatch, capsys):
    """What cannot be read is said in one line, and the draft is written with the rest."""
    path = acted(in_reports.parent.parent / "incidents")
    damage(path)
    assert call(monkeypatch, "export", in_reports, "--postmortem") == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{path}{said}")
    assert "## Remedy" in (in_reports / "postmortem.md").read_text()


def test_a_secret_that_somebody_wrote_into_the_audit_file_is_replaced(in_reports, monkeypatch, capsys):
    """In a command, in its output, in an undo: the draft has a token there."""
    said = "redis-cli -u redis://:hunter22pw@localhost ping"
    acted(
        in_reports.parent.parent / "incidents",
        json.dumps({**ACT, "command": said, "output": said, "because": said, "undo": [said]}),
    )
    assert call(monkeypatch, "export", in_reports, "--postmortem") == 0
    text = (in_reports / "postmortem.md").read_text()
    assert "hunter22pw" not in text
    assert "redis-cli -u redis://:\\*\\*\\*secret-" in text or "redis-cli -u redis://:***secret-" in text


def test_a_run_s_draft_tells_what_notebooks_did_before_it(suite):  # noqa: F811 # the fixture
    """``runbook run --postmortem`` reads the incident's audit file; a damaged line of it is said once."""
    path = acted(suite / "reports" / "incidents", json.dumps(ACT), "nonsense")
    done = run(suite, "--postmortem", "--incident", "INC-42")
    assert f"{path}:2: is not an act\n" in done.stderr
    assert "| Notebook before this run | done | restart-container |" in drafted(the_run(suite))
