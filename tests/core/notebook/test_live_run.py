"""A live run beside others in its process."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from runbooklab.authoring.project import Suite
from runbooklab.domain import registry
from runbooklab.domain.check import Check
from runbooklab.domain.domain import Domain
from runbooklab.domain.judgement import ok
from runbooklab.model.evidence import Evidence
from runbooklab.notebook import views
from runbooklab.notebook.live_run import LiveRun
from runbooklab.notebook.scratch import FOLDER_VARIABLE, RUN_ID_VARIABLE, Runner
from runbooklab.redaction import TOKEN


@pytest.fixture(autouse=True)
def of_another_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The scratch folder of a run whose kernel started this process."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setenv(RUN_ID_VARIABLE, "of-another-run")
    return tmp_path


def test_a_run_without_a_runner_leaves_nothing_for_one(of_another_run):
    """``runbook preflight`` in a cell of a runbook: what that cell's run has gathered stays as it is."""
    run = LiveRun("stub", {"redis_url": "redis://127.0.0.1:1"}, suite=Suite(of_another_run))
    run.keep(run.diagnosis())
    assert run.about.run_id != "of-another-run"
    assert list(of_another_run.iterdir()) == []


def test_a_run_with_a_runner_leaves_it_what_it_saw(of_another_run):
    """As the cells of a notebook have it: the runner is the one that the environment names."""
    runner = Runner.from_environment()
    run = LiveRun("stub", {"redis_url": "redis://127.0.0.1:1"}, suite=Suite(of_another_run), runner=runner)
    run.keep(run.diagnosis())
    assert run.about.run_id == "of-another-run"
    assert {"evidence.json", "diagnosis.json"} <= {path.name for path in of_another_run.iterdir()}


def test_a_log_takes_no_word_out_of_the_titles_of_a_domain_of_others(of_another_run, monkeypatch):
    """As in the report: a word goes where the log calls it a password, and stays elsewhere."""
    check = Check("loose-flange", "The flange is tight", lambda evidence: ok("It is."), needs=())
    valve = Domain("valve", "Valve", Evidence, checks=(check,))
    monkeypatch.setattr(registry, "domain", lambda name: valve)
    run = LiveRun("stub", {}, uses=["valve"], suite=Suite(of_another_run))
    shown = run.redact("The flange is tight: password=flange")
    assert shown.startswith("The flange is tight: password=")
    assert TOKEN.search(shown)


def test_a_cell_speaks_the_words_of_its_own_domains(of_another_run):
    """The verdict of a runbook that is not about Redis has its plain words, as the report has."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        run = LiveRun("stub", {"ports": f"{port}:web"}, uses=["ports"], suite=Suite(of_another_run))
        shown = views.verdict(run, live=True)
    assert "In plain words" in shown["text/html"]
    assert "A port belongs to one program at a time" in shown["text/plain"]


def test_each_look_is_judged_once(of_another_run):
    """Also if its evidence is where that of the look before was in memory."""
    judged: list[int] = []

    class Counted(LiveRun):
        seen = None

        def look_again(self):
            self.seen = None

        def evidence(self):
            if self.seen is None:
                self.seen = Evidence()
            return self.seen

        def _judge(self, evidence):
            judged.append(id(evidence))
            return super()._judge(evidence)

    run = Counted("stub", {}, suite=Suite(of_another_run))
    for look in range(1, 50):
        run.look_again()
        assert run.diagnosis() is not None
        assert run.diagnosis() is not None
        assert len(judged) == look
