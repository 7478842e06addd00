"""Runs that version 0.1.0 stored: every command that reads stored runs reads them, and they mean the same.

How ``schema-1/`` was made: real runs of ``runbook run`` by version 0.1.0 (evidence.json without a schema
number) on 2026-11-29, from a copy of the suite in /srv/runbooklab-golden, with the host name "opshost". The
Redis of the first three was the container redis-cache (port 16379, two workers registered):

    stopped-container  docker stop redis-cache; incident INC-7001
    remedy-applied     the same, then --apply start-container; incident INC-7001
    healthy            the same container, running
    wrong-password     a redis-server of that host with a requirepass; URL and error text had another one
    port-conflict      the port-conflicts runbook; redis-queue could not start: its port was python3's

They are bytes as they were written: never format, renew or repair them. Of healthy and wrong-password
report.ipynb was left out to keep this small; report.html carries the notebook.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from machine import lacking

ROOT = Path(__file__).resolve().parents[2]
STORED = Path(__file__).with_name("schema-1")
STATUS = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}
INCIDENT = "INC-7001"
#: The passwords of wrong-password: the one in the URL, and the server's own.
SECRETS = (b"walnut-kestrel-93", b"plum-harbour-41-quartz")


@dataclass(frozen=True)
class Golden:
    """What a stored run says; ``primary`` is the id of its primary cause, "" where it names none."""

    name: str
    runbook: str
    stamp: str
    verdict: str
    primary: str = ""

    @property
    def stored_as(self) -> str:
        """Its folder in a reports folder."""
        return f"{self.runbook}/{self.stamp}"

    @property
    def files(self) -> list[Path]:
        return sorted((STORED / self.name).iterdir())


_REDIS, _PORTS = "redis-connection", "port-conflicts"
RUNS = (
    Golden("healthy", _REDIS, "20261129T132611Z-bf729486", "ok"),
    Golden("stopped-container", _REDIS, "20261129T132606Z-fbaf31c9", "critical", "container-stopped"),
    Golden("remedy-applied", _REDIS, "20261129T132607Z-467e9019", "ok"),
    Golden("wrong-password", _REDIS, "20261129T132614Z-ccfe1cf5", "critical", "auth-wrong-credentials"),
    Golden("port-conflict", _PORTS, "20261129T132617Z-8519ae98", "critical", "port-conflict-process"),
)
BY_NAME = {run.name: run for run in RUNS}
WHOLE = ("stopped-container", "remedy-applied", "port-conflict")
FILES = [(run.name, path.name) for run in RUNS for path in run.files]

every_run = pytest.mark.parametrize("name", BY_NAME)
every_whole_run = pytest.mark.parametrize("name", WHOLE)
every_file = pytest.mark.parametrize(("name", "file"), FILES)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A reports folder with copies of all runs."""
    for run in RUNS:
        shutil.copytree(STORED / run.name, tmp_path / "reports" / run.stored_as)
    return tmp_path / "reports"


def of(reports: Path, name: str) -> Path:
    """The folder of a run in a reports folder."""
    return reports / BY_NAME[name].stored_as


def runbook(
    *arguments: str | Path, cwd: Path, status: int = 0, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """``runbook ARGUMENTS``, which must end with that exit status."""
    done = subprocess.run(
        [sys.executable, "-m", "runbooklab", *map(str, arguments)],
        cwd=cwd, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
        capture_output=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == status, (done.stdout + done.stderr).decode()[-3000:]
    return done


def read(path: Path) -> Any:
    return json.loads(path.read_bytes())


def primary(diagnosis: dict[str, Any]) -> str:
    return next((cause["id"] for cause in diagnosis["causes"] if cause["primary"]), "")


def ids(things: list[dict[str, Any]]) -> set[str]:
    return {thing["id"] for thing in things}


def statuses(diagnosis: dict[str, Any]) -> dict[str, str]:
    return {finding["id"]: finding["status"] for finding in diagnosis["findings"]}


def free_of_secrets(folder: Path) -> bool:
    """Whether no file below has a planted password; names the file where one has."""
    for path in folder.rglob("*"):
        if path.is_file():
            assert not any(secret in path.read_bytes() for secret in SECRETS), path
    return True


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
    for field in ("run_id", "runbook", "incident", "started_at", "audit", "ledger"):
        assert now[field] == stored[field], field
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


@pytest.mark.parametrize("form", ["", "report.html", "diagnosis.json"])
@every_run
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


@every_file
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
