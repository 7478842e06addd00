"""Runs that version 0.1.0 stored are compared, bundled, exported, listed, pruned and redacted."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from golden_runs.stored import (
    BY_NAME,
    FILES,
    INCIDENT,
    ROOT,
    RUNS,
    STORED,
    every_whole_run,
    free_of_secrets,
    ids,
    of,
    primary,
    read,
    runbook,
    statuses,
)
from machine import lacking

pytestmark = pytest.mark.exhaustive

# --- diff --------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["", "report.html", "diagnosis.json"])
def test_two_runs_are_compared(reports: Path, tmp_path: Path, form: str) -> None:
    """Before and after the remedy: the cause that went, the verdicts, and the findings that changed."""
    before, after = (of(reports, name) / form for name in ("stopped-container", "remedy-applied"))
    done = runbook("diff", before, after, "--json", "--html", tmp_path / "d.html", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert [found[side]["verdict"] for side in ("before", "after")] == ["critical", "ok"]
    assert [found[side]["primary_id"] for side in ("before", "after")] == ["container-stopped", ""]
    assert "container-stopped" in ids(found["vanished"])
    assert not found["appeared"]
    changed = {finding["id"]: (finding["was"], finding["now"]) for finding in found["findings"]}
    assert changed["redis-ping"] == ("critical", "ok")
    assert (tmp_path / "d.html").stat().st_size > 1000


def test_a_run_differs_in_nothing_from_itself(reports: Path) -> None:
    """The folder and the page of one run tell the same, so no cause and no finding is otherwise."""
    run = of(reports, "wrong-password")
    found = json.loads(runbook("diff", run, run / "report.html", "--json", cwd=reports).stdout)
    assert not found["appeared"] + found["vanished"] + found["findings"]


# --- bundle ------------------------------------------------------------------------------------


def test_an_incident_is_bundled(reports: Path, tmp_path: Path) -> None:
    """The two runs of the incident and no other are in the zip, byte for byte, with index and sums."""
    runbook("bundle", "--incident", INCIDENT, "--reports", reports, "-o", "all.zip", cwd=tmp_path)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert {"index.html", "SHA256SUMS"} <= packed.keys()
    runs = [path for name in ("stopped-container", "remedy-applied") for path in BY_NAME[name].files]
    assert sorted(data for name, data in packed.items() if "/" in name) == sorted(
        path.read_bytes() for path in runs
    )


@every_whole_run
def test_any_run_is_bundled(reports: Path, tmp_path: Path, name: str) -> None:
    """A run that is named is packed, and nothing in it is taken for a secret."""
    runbook("bundle", of(reports, name), "-o", "one.zip", cwd=tmp_path)
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert {Path(path).name for path in archive.namelist() if "/" in path} == {
            path.name for path in BY_NAME[name].files
        }


# --- export ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "form"),
    [
        *((name, "") for name in BY_NAME),
        ("wrong-password", "report.html"),
        ("wrong-password", "diagnosis.json"),
    ],
)
def test_the_texts_are_exported(reports: Path, tmp_path: Path, name: str, form: str) -> None:
    """The short text names verdict and primary cause, the postmortem is drafted, and no secret is in them."""
    golden = BY_NAME[name]
    said = runbook(
        "export", of(reports, name) / form, "--format", "md", "--postmortem", "-o", tmp_path / "out",
        cwd=tmp_path,
    ).stdout.decode()  # fmt: skip
    for text in (said, (tmp_path / "out" / "report.md").read_text()):
        assert golden.verdict.upper() in text
        assert golden.primary in text
    assert (tmp_path / "out" / "postmortem.md").read_text().startswith("# ")
    assert free_of_secrets(tmp_path / "out")


def test_the_texts_are_written_beside_the_run(reports: Path) -> None:
    """Without -o the files lie in the run's folder, and its other files stay as they were."""
    run = of(reports, "port-conflict")
    runbook("export", run, "--format", "md", "--postmortem", cwd=reports)
    assert {"report.md", "postmortem.md"} <= {path.name for path in run.iterdir()}
    runbook("verify", run / "report.html", cwd=reports)


@pytest.mark.browser
def test_a_pdf_is_exported(reports: Path, tmp_path: Path) -> None:
    """A Chromium prints the stored run as a PDF."""
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        lacking("no Chromium to print with")
    run = of(reports, "stopped-container")
    runbook("export", run, "--format", "pdf", "-o", tmp_path / "out", cwd=tmp_path)
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF")


# --- runs, index, prune ------------------------------------------------------------------------


def listed(reports: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    """Folder to what ``runbook runs`` tells of the run in it."""
    done = runbook("runs", *arguments, "--reports", reports, "--json", cwd=reports)
    return {run["folder"]: run for run in json.loads(done.stdout)}


def test_all_runs_are_listed(reports: Path) -> None:
    """Each run is there with its runbook, verdict, start and incident."""
    runs = listed(reports)
    assert runs.keys() == {run.stored_as for run in RUNS}
    for run in RUNS:
        stored = read(reports / run.stored_as / "diagnosis.json")
        told = runs[run.stored_as]
        assert (told["runbook"], told["verdict"]) == (run.runbook, run.verdict)
        assert (told["started_at"], told["incident"]) == (stored["started_at"], stored["incident"] or "")
        assert told["summary"]
        assert told["cause"] or not run.primary


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("port-conflicts",), {"port-conflict"}),
        (("--verdict", "ok"), {"healthy", "remedy-applied"}),
        (("--incident", INCIDENT), {"stopped-container", "remedy-applied"}),
        (("--limit", "1"), {"port-conflict"}),
    ],
)
def test_runs_are_found_by_what_they_say(reports: Path, arguments: tuple[str, ...], names: set[str]) -> None:
    """Runbook, verdict and incident choose among stored runs, and the newest comes first."""
    assert listed(reports, *arguments).keys() == {BY_NAME[name].stored_as for name in names}


def test_the_list_is_text_too(reports: Path) -> None:
    """Without --json each run has its line."""
    said = runbook("runs", "--reports", reports, cwd=reports).stdout.decode()
    assert all(run.stored_as in said for run in RUNS)


def test_a_new_run_lists_them_in_the_index(reports: Path) -> None:
    """The index that the next run writes leads to every stored page; the stored runs stay as they are."""
    runbook(
        "run", "redis-connection", "-p", "redis_url", "redis://127.0.0.1:1", "-p", "redis_container", "",
        "-p", "docker_network", "", "--reports", reports,
        cwd=ROOT, status=2, DOCKER_HOST="unix:///nonexistent/docker.sock",
    )  # fmt: skip
    index = (reports / "index.html").read_text()
    assert all(f"{run.stored_as}/report.html" in index for run in RUNS)
    assert len(listed(reports)) == len(RUNS) + 1
    for run in RUNS:
        for path in run.files:
            assert (reports / run.stored_as / path.name).read_bytes() == path.read_bytes()


def test_pruning_takes_runs_and_keeps_those_of_an_incident(reports: Path) -> None:
    """Stored runs that are whole or not are known for runs: what is in no incident goes, the rest stays."""
    runbook("prune", "--keep", "0", "--yes", "--reports", reports, cwd=reports)
    left = {f"{path.parent.parent.name}/{path.parent.name}" for path in reports.glob("*/*/diagnosis.json")}
    assert left == {BY_NAME[name].stored_as for name in ("stopped-container", "remedy-applied")}


# --- redact ------------------------------------------------------------------------------------


#: Of each runbook, and with a secret; the other two have files of the same kinds about the same container.
REDACTED = [
    (name, file) for name, file in FILES if name in ("remedy-applied", "wrong-password", "port-conflict")
]


@pytest.mark.parametrize(("name", "file"), REDACTED)
def test_a_file_is_redacted_once_more(reports: Path, tmp_path: Path, name: str, file: str) -> None:
    """Each file can be given to ``redact``, which keeps its form, and the verdict of a diagnosis."""
    path = of(reports, name) / file
    runbook("redact", path, "-o", tmp_path / file, cwd=tmp_path)
    if file == "report.html":
        assert (tmp_path / file).stat().st_size > path.stat().st_size / 2
        return
    before, after = read(path), read(tmp_path / file)
    assert after.keys() == before.keys()
    if file == "diagnosis.json":
        assert (after["verdict"], primary(after)) == (before["verdict"], primary(before))
        assert statuses(after) == statuses(before)


# --- what the runs themselves are --------------------------------------------------------------


def test_the_stored_runs_are_those_of_the_table() -> None:
    """No run was renewed: each says the verdict and cause of this file, and none has a planted password."""
    assert {path.name for path in STORED.iterdir()} == BY_NAME.keys()
    for run in RUNS:
        diagnosis = read(STORED / run.name / "diagnosis.json")
        assert (diagnosis["verdict"], primary(diagnosis)) == (run.verdict, run.primary)
        assert diagnosis["provenance"]["version"] == "0.1.0"
        assert "schema_version" not in read(STORED / run.name / "evidence.json")
    assert free_of_secrets(STORED)
