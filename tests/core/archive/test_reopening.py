"""``runbook open report.html``: the run's notebook again, in replay mode, which touches nothing."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evidence_samples import down
from report_samples import concluded
from runbooklab.apply.apply import Consent
from runbooklab.archive.reopen import stored_notebook, write_replay
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.mime import FINDING_MIME, VIEW_MIME
from runbooklab.notebook import person, session
from runbooklab.notebook.kernel_session import KernelSession
from runbooklab.notebook.person import Asked
from runbooklab.notebook.replayed_run import REFUSED, ReplayedRun
from runbooklab.notebook.scratch import REPLAY_VARIABLE
from runbooklab.report.embedded_run import EmbeddedRun
from runbooklab.report.from_notebook import concluded_in, render_notebook
from runbooklab.report.outputs import text_of
from stored_runs import call, stored


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run that saw Redis down."""
    return stored(tmp_path / "run", down())


@pytest.fixture
def quiet_session(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The session of a notebook that has begun nothing yet; what its cells display."""
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    monkeypatch.setattr(session, "_session", KernelSession())
    return shown


def texts(outputs: list[dict[str, Any]]) -> str:
    return "\n".join(str(data.get("text/plain")) for data in outputs)


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


# --- the notebook ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "report.html", "report.ipynb"])
def test_a_run_comes_back_from_each_of_its_forms(
    run: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The notebook says above that it is a replay; diagnosis and evidence lie beside it."""
    assert call(monkeypatch, "open", run / name, "--extract", tmp_path / "x") == 0
    path = tmp_path / "x" / "redis-connection-replay.ipynb"
    assert capsys.readouterr().out == f"{path}\n"
    cells = json.loads(path.read_text())["cells"]
    assert source(cells[0]).startswith("**This is a replay** of run `3f2a9c1b77d0`")
    reported = [source(cell) for cell in cells if "replay(" in source(cell)]
    assert len(reported) == 1
    assert reported[0].index(f"replay({str(tmp_path / 'x')!r})") < reported[0].index("start(")
    for kind, kept in ((Diagnosis, "diagnosis.json"), (Evidence, "evidence.json")):
        was, now = (
            msgspec.json.decode((folder / kept).read_bytes(), type=kind) for folder in (run, path.parent)
        )
        assert was == now


def test_a_real_headless_run_of_the_replay_touches_nothing(tmp_path: Path) -> None:
    """papermill runs all cells; nobody connects to the target, which by now would be another's.

    The verdict is the stored one, each verdict says that it is a replay, and the page of it too. And what
    a page carries can be drawn again as the cells had drawn it.
    """
    import papermill

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        address = f"redis://127.0.0.1:{listener.getsockname()[1]}"
        evidence = down()
        evidence = msgspec.structs.replace(evidence, target=evidence.target.having(redis_url=address))
        path = write_replay(stored_notebook(stored(tmp_path / "run", evidence)), tmp_path / "x")
        out = tmp_path / "out.ipynb"
        papermill.execute_notebook(str(path), str(out), {"redis_url": address}, progress_bar=False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    book = json.loads(out.read_text())
    found = concluded_in(book)
    assert found is not None
    then, now = concluded(evidence), found[0]
    assert (now.verdict, now.summary, now.causes) == (then.verdict, then.summary, then.causes)
    assert (now.run_id, now.finished_at, now.ledger) == (then.run_id, then.finished_at, then.ledger)
    assert now.provenance.replayed_at
    assert now.provenance.diagnosis_sha256 == ""
    outputs = [output for cell in book["cells"] for output in cell.get("outputs", ())]
    assert {output["output_type"] for output in outputs} == {"display_data"}
    assert str(outputs).count("Replay of run 3f2a9c1b77d0") >= 6  # HTML and text of start, diagnose, conclude
    page = render_notebook(book)
    assert "stored evidence judged again, nothing was observed" in page

    redrawn = stored_notebook(_file(tmp_path / "page.html", page)).notebook
    assert redrawn is not None
    for cell, before in zip(redrawn["cells"], book["cells"], strict=True):
        for output, had in zip(cell.get("outputs", ()), before.get("outputs", ()), strict=True):
            for mime in ("text/html", "text/plain"):
                assert output["data"][mime] == text_of(had["data"][mime])


def _file(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


# --- what its cells can do -------------------------------------------------------------------


def test_no_remedy_acts_in_a_replay(
    run: Path, quiet_session: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No button is shown to the person there, and an act is refused by name."""
    monkeypatch.setattr(person, "asked", lambda: Asked("message", "cell", 0.0))
    monkeypatch.setattr("runbooklab.notebook.card.Card", lambda *_: pytest.fail("a button in a replay"))
    session.replay(str(run))
    session.start("redis-connection", redis_url="redis://127.0.0.1:1", apply="start-container")
    session.remedy("start-container")
    assert any(data.get(VIEW_MIME, {}).get("kind") == "remedy" for data in quiet_session)
    run = session.current()
    acts = run.apply(run.plan("start-container"), Consent(asked_by="a test"), "")
    assert {(act.outcome, act.output) for act in acts} == {("refused", REFUSED)}
    assert session.current().diagnosis().audit == concluded(down()).audit


def test_looking_again_is_the_same_evidence(run: Path) -> None:
    """A cell that is run twice shows what was stored, and probes nothing."""
    replayed = ReplayedRun(run)
    before, evidence = replayed.finding("redis-ping"), replayed.evidence()
    replayed.look_again()
    assert replayed.finding("redis-ping") == before
    assert replayed.evidence() is evidence


@pytest.mark.parametrize("how", ["cell", "environment"])
def test_a_replay_that_cannot_be_read_starts_nothing(
    tmp_path: Path, quiet_session: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """If the stored run is gone, the cells say so, and never observe live instead."""
    monkeypatch.setattr(
        "runbooklab.notebook.live_run.Collection", lambda *_, **__: pytest.fail("a live probe")
    )
    if how == "cell":
        session.replay(str(tmp_path / "gone"))
    else:
        monkeypatch.setenv(REPLAY_VARIABLE, str(tmp_path / "gone"))
    session.start("redis-connection")
    session.diagnose()
    assert [data[FINDING_MIME]["status"] for data in quiet_session] == ["unknown", "unknown"]
    assert texts(quiet_session).count("gone/diagnosis.json: cannot be read") == 2


def test_a_changed_judgement_is_said_above_the_verdict(tmp_path: Path) -> None:
    """If today's rules judge differently from the run's, the notice gives the number of differences."""
    run = msgspec.structs.replace(concluded(down()), verdict="ok", summary="All is well.")
    assert "from the judgement of" in ReplayedRun(stored(tmp_path / "run", down(), run)).notice
    assert "from the judgement of" not in ReplayedRun(stored(tmp_path / "same", down())).notice


# --- the command -----------------------------------------------------------------------------


def test_open_starts_jupyterlab_on_the_replay(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It serves a private folder with the replay alone, and every kernel of it is set to replay."""
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _, argv: started.append(argv))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv(REPLAY_VARIABLE, "to be put back")
    monkeypatch.chdir(tmp_path)
    assert call(monkeypatch, "open", run / "report.html", "--no-browser") == 0
    folder = Path(os.environ[REPLAY_VARIABLE])
    assert folder.stat().st_mode & 0o777 == 0o700
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["diagnosis.json", "evidence.json", "redis-connection-replay.ipynb"]
    assert started[0][:3] == [sys.executable, "-m", "runbooklab.commands.lab_server"]
    assert {
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/workspaces/runbook-{folder.name}/tree/redis-connection-replay.ipynb",
    } <= set(started[0])  # fmt: skip


def test_a_changed_report_is_opened_with_a_warning(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its cells may not be what they were: that is said before anybody runs them."""
    page = (run / "report.html").read_bytes()
    (run / "report.html").write_bytes(page.replace(b"<h2", b"<h2 ", 1))
    assert call(monkeypatch, "open", run / "report.html", "--extract", tmp_path / "x") == 0
    assert "This run was changed (report.html: page)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("redis-connection", "--extract", "x"), "--extract is for a report"),
        (("missing.html",), "missing.html: cannot be read"),
        (("./",), "report.ipynb: cannot be read"),
        (("notes.html",), "has no embedded run"),
        (("notes.ipynb",), "holds no diagnosis"),
        (("broken.ipynb",), "is not a readable notebook"),
        (("list.ipynb",), "is not a readable notebook"),
    ],
)
def test_what_cannot_be_opened_is_said_in_a_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    """Exit status 3, and nothing is started."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("started"))
    for name, content in (
        ("notes.html", "{}"), ("notes.ipynb", "{}"), ("broken.ipynb", "{"), ("list.ipynb", "[]")
    ):  # fmt: skip
        Path(name).write_text(content)
    assert call(monkeypatch, "open", *arguments) == 3
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1


def test_what_a_stored_run_is_called_makes_no_path_and_no_markup(run: Path, tmp_path: Path) -> None:
    """A hostile report chooses neither where the replay is written nor what its first cell says."""
    back = stored_notebook(run)
    hostile = msgspec.structs.replace(back.diagnosis, runbook="../../etc/x", run_id="<img src=x>`[a](b)")
    path = write_replay(EmbeddedRun(back.notebook, hostile, back.evidence), tmp_path / "x")
    assert path == tmp_path / "x" / "-etc-x-replay.ipynb"
    assert "run `imgsrcxab`" in source(json.loads(path.read_text())["cells"][0])
