"""Runs that version 0.1.0 stored verify, replay and open, and mean the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from golden_runs.stored import (
    BY_NAME,
    ROOT,
    STATUS,
    STORED,
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


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, Any]]:
    """``replayed(name)``: the diagnosis of a run that was judged again, once for all tests.

    The replay must have its verdict's exit status and leave the files of the run as they were.
    """

    @cache
    def diagnosis(name: str) -> dict[str, Any]:
        run = shutil.copytree(STORED / name, tmp_path_factory.mktemp("replayed") / name)
        done = runbook("replay", run, "--json", cwd=run.parent, status=STATUS[BY_NAME[name].verdict])
        assert {path.name: path.read_bytes() for path in run.iterdir()} == {
            path.name: path.read_bytes() for path in BY_NAME[name].files
        }
        again: dict[str, Any] = json.loads(done.stdout)["diagnosis"]
        return again

    return diagnosis


@every_run
def test_a_run_is_judged_as_it_was(replayed: Callable[[str], dict[str, Any]], name: str) -> None:
    """Judged again, the evidence gives the same verdict and primary cause, and no file is written."""
    golden, diagnosis = BY_NAME[name], replayed(name)
    assert (diagnosis["verdict"], primary(diagnosis)) == (golden.verdict, golden.primary)


@every_run
def test_no_finding_is_lost(replayed: Callable[[str], dict[str, Any]], name: str) -> None:
    """Judged again, every finding that the run had is there and has the status it had."""
    stored, now = read(STORED / name / "diagnosis.json"), replayed(name)
    assert statuses(stored).items() <= statuses(now).items()
    assert ids(stored["causes"]) <= ids(now["causes"])


@every_run
def test_what_was_done_and_when_stays_told(replayed: Callable[[str], dict[str, Any]], name: str) -> None:
    """A replay keeps the run's id, runbook, incident, start, audit and the ledger of what was read."""
    stored, now = read(STORED / name / "diagnosis.json"), replayed(name)
    for field in ("run_id", "runbook", "incident", "started_at", "ledger"):
        assert now[field] == stored[field], field
    for act, told in zip(now["audit"], stored["audit"], strict=True):
        assert {**act, **told} == act  # fields of later releases are added, and empty
    acts = [(act["remedy"], act["outcome"]) for act in now["audit"]]
    assert acts == ([("start-container", "done")] if name == "remedy-applied" else [])


def test_a_replay_says_the_verdict_to_a_reader(reports: Path) -> None:
    """Without --json the replay is a text that names the verdict and the run, and it writes nothing."""
    run = of(reports, "stopped-container")
    said = runbook("replay", run, cwd=reports, status=2).stdout.decode()
    assert "CRITICAL" in said
    assert "fbaf31c9" in said
    assert {path.name: path.read_bytes() for path in run.iterdir()} == {
        path.name: path.read_bytes() for path in BY_NAME["stopped-container"].files
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


@pytest.mark.parametrize("name", ["remedy-applied", "port-conflict"])
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
