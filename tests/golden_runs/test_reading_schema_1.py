"""Runs that version 0.1.0 stored verify, replay and open, and mean the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from golden_runs.stored import (
    BY_NAME,
    ROOT,
    STATUS,
    WHOLE,
    every_file,
    every_run,
    every_whole_run,
    free_of_secrets,
    ids,
    of,
    primary,
    read,
    runbook,
    statuses,
)

pytestmark = pytest.mark.exhaustive

# --- verify ------------------------------------------------------------------------------------


@every_whole_run
def test_a_whole_run_is_intact(reports: Path, name: str) -> None:
    """The folder of a run is as it was written, and no part of it is accused."""
    found = json.loads(runbook("verify", of(reports, name), "--json", cwd=reports).stdout)
    assert found["state"] == "as written"
    assert "changed" not in {part["state"] for part in found["parts"]}
    assert {part["file"] for part in found["parts"]} == {path.name for path in BY_NAME[name].files}


@every_file
def test_each_file_of_a_run_is_intact(reports: Path, name: str, file: str) -> None:
    """Each file that a run wrote is as it was written when it is asked for alone."""
    runbook("verify", of(reports, name) / file, cwd=reports)


@every_file
def test_one_changed_byte_is_found(reports: Path, name: str, file: str) -> None:
    """One digit of a date changed in any file of a run is a change, with exit status 2."""
    path = of(reports, name) / file
    data = path.read_bytes()
    assert b"2026-11-29" in data
    path.write_bytes(data.replace(b"2026-11-29", b"2026-11-28", 1))
    runbook("verify", path, cwd=reports, status=2)


# --- replay ------------------------------------------------------------------------------------


@every_run
def test_a_run_is_judged_as_it_was(reports: Path, name: str) -> None:
    """Judged again, the evidence gives the same verdict and primary cause, and its exit status."""
    golden = BY_NAME[name]
    done = runbook("replay", of(reports, name), "--json", cwd=reports, status=STATUS[golden.verdict])
    diagnosis = json.loads(done.stdout)["diagnosis"]
    assert (diagnosis["verdict"], primary(diagnosis)) == (golden.verdict, golden.primary)


@every_run
def test_no_finding_is_lost(reports: Path, name: str) -> None:
    """Judged again, every finding that the run had is there and has the status it had."""
    stored = read(of(reports, name) / "diagnosis.json")
    done = runbook(
        "replay", of(reports, name), "--json", cwd=reports, status=STATUS[BY_NAME[name].verdict]
    )  # fmt: skip
    now = json.loads(done.stdout)["diagnosis"]
    assert statuses(stored).items() <= statuses(now).items()
    assert ids(stored["causes"]) <= ids(now["causes"])


@every_run
def test_what_was_done_and_when_stays_told(reports: Path, name: str) -> None:
    """A replay keeps the run's id, runbook, incident, start, audit and the ledger of what was read."""
    stored = read(of(reports, name) / "diagnosis.json")
    done = runbook(
        "replay", of(reports, name), "--json", cwd=reports, status=STATUS[BY_NAME[name].verdict]
    )  # fmt: skip
    now = json.loads(done.stdout)["diagnosis"]
    for field in ("run_id", "runbook", "incident", "started_at", "ledger"):
        assert now[field] == stored[field], field
    for act, told in zip(now["audit"], stored["audit"], strict=True):
        assert {**act, **told} == act  # fields of later releases are added, and empty
    acts = [(act["remedy"], act["outcome"]) for act in now["audit"]]
    assert acts == ([("start-container", "done")] if name == "remedy-applied" else [])


def test_a_replay_says_the_verdict_to_a_reader(reports: Path) -> None:
    """Without --json the replay is a text that names the verdict and the run."""
    said = runbook("replay", of(reports, "stopped-container"), cwd=reports, status=2).stdout.decode()
    assert "CRITICAL" in said
    assert "fbaf31c9" in said


@every_run
def test_a_replay_writes_nothing(reports: Path, name: str) -> None:
    """The files of the run are byte for byte what they were."""
    runbook("replay", of(reports, name), cwd=reports, status=STATUS[BY_NAME[name].verdict])
    assert {path.name: path.read_bytes() for path in of(reports, name).iterdir()} == {
        path.name: path.read_bytes() for path in BY_NAME[name].files
    }


# --- open --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "form"),
    [
        *((name, "report.html") for name in BY_NAME),
        *((name, form) for name in WHOLE for form in ("", "report.ipynb")),
    ],
)
def test_a_run_comes_back_as_a_notebook(reports: Path, tmp_path: Path, name: str, form: str) -> None:
    """Page, notebook and folder each give the notebook in replay mode, diagnosis and evidence beside it."""
    golden, folder = BY_NAME[name], tmp_path / "again"
    runbook("open", of(reports, name) / form, "--extract", folder, cwd=tmp_path)
    book = read(folder / f"{golden.runbook}-replay.ipynb")
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert sum("replay(" in "".join(cell["source"]) for cell in code) == 1
    assert len(code) > 5
    diagnosis = read(folder / "diagnosis.json")
    stored = read(of(reports, name) / "diagnosis.json")
    assert (diagnosis["run_id"], diagnosis["verdict"]) == (stored["run_id"], golden.verdict)
    assert statuses(diagnosis) == statuses(stored)
    assert (folder / "evidence.json").is_file()
    assert free_of_secrets(folder)


@pytest.mark.parametrize("name", ["stopped-container", "port-conflict"])
def test_the_notebook_runs_against_the_stored_evidence(reports: Path, tmp_path: Path, name: str) -> None:
    """papermill runs all cells of the replay without an error, and they come to the stored verdict."""
    golden, folder = BY_NAME[name], tmp_path / "again"
    runbook("open", of(reports, name) / "report.html", "--extract", folder, cwd=tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "papermill", folder / f"{golden.runbook}-replay.ipynb", folder / "out.ipynb"],
        cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    outputs = [output for cell in read(folder / "out.ipynb")["cells"] for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output["output_type"] == "error"]
    concluded = [
        value
        for output in outputs
        for value in output.get("data", {}).values()
        if isinstance(value, dict) and {"verdict", "causes"} <= value.keys()
    ]
    assert concluded
    assert (concluded[-1]["verdict"], primary(concluded[-1])) == (golden.verdict, golden.primary)


@every_whole_run
def test_the_page_can_be_drawn_from_the_notebook(reports: Path, tmp_path: Path, name: str) -> None:
    """nbconvert with the incident template makes a page of the stored notebook, and the page verifies."""
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "html", "--template", "incident",
         of(reports, name) / "report.ipynb", "--output-dir", tmp_path, "--output", "drawn"],
        cwd=tmp_path, env={**os.environ, "JUPYTER_PATH": str(ROOT / "share" / "jupyter")},
        stdin=subprocess.DEVNULL, capture_output=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    runbook("verify", tmp_path / "drawn.html", cwd=tmp_path)
    runbook("open", tmp_path / "drawn.html", "--extract", tmp_path / "again", cwd=tmp_path)
    assert read(tmp_path / "again" / "diagnosis.json")["verdict"] == BY_NAME[name].verdict
