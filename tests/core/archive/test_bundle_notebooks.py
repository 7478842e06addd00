"""``runbook bundle --incident`` of what a person left in JupyterLab: notebooks, their pages, the acts."""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import Tag
from msgspec.structs import replace
from nbconvert.exporters import get_exporter

from evidence_samples import down, healthy
from report_samples import HOSTILE, RUNBOOK, concluded, diagnosis, executed
from runbooklab.archive import bundled
from runbooklab.archive.secret_scan import suspects
from runbooklab.authoring.moved_links import moved_targets
from runbooklab.incident.folder import made_folder
from runbooklab.incident.working_copy import made_of
from stored_runs import call, stored

COULD_NOT = 3
SECRET = "hunter22pw"
RUN = "redis-connection/20260301T120000Z-3f2a9c1b"
ACT = {
    "runbook": "redis-connection",
    "at": "2026-03-01T11:32:00.000Z",
    "remedy": "start-container",
    "command": "docker start redis-tts",
    "outcome": "done",
    "output": "redis-tts",
    "asked_by": "button",
}


def short(notebook: dict[str, Any]) -> dict[str, Any]:
    """Its beginning and its last cell: there is less to draw."""
    return {**notebook, "cells": [*notebook["cells"][:4], notebook["cells"][-1]]}


def copy(folder: Path, name: str, notebook: dict[str, Any], opened_at: str) -> Path:
    """A working copy as JupyterLab saved it."""
    links = moved_targets(notebook["cells"], RUNBOOK.parent, folder)
    made = made_of(notebook, {}, "INC-42", links)
    made["metadata"]["runbooklab"]["working_copy"]["opened_at"] = opened_at
    path = folder / name
    path.write_text(json.dumps(made, indent=1))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``folder`` copies: a copy that was run and one that was not, and one act; no stored run."""
    reports = tmp_path_factory.mktemp("made") / "reports"
    folder = made_folder(reports / "incidents", "INC-42")
    run = concluded(
        down(), started_at="2026-03-01T11:30:00.000Z", finished_at="2026-03-01T11:31:00.000Z", incident=None
    )
    copy(folder, "redis-connection.ipynb", short(executed(run, down())), "2026-03-01T11:29:00.000Z")
    copy(
        folder, "redis-connection-2.ipynb", short(json.loads(RUNBOOK.read_text())), "2026-03-01T11:40:00.000Z"
    )
    (folder / "audit.jsonl").write_text(json.dumps(ACT) + "\n")
    made_folder(reports / "incidents", "INC-7")
    return reports


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The incident's folder; the current folder holds ``reports``."""
    shutil.copytree(made, tmp_path / "reports")
    monkeypatch.chdir(tmp_path)
    return Path("reports/incidents/INC-42")


def bundle(monkeypatch: pytest.MonkeyPatch, *more: str | Path) -> int:
    """Exit status of ``runbook bundle --incident INC-42 --reports reports -o x.zip``."""
    return call(monkeypatch, "bundle", "--incident", "INC-42", "--reports", "reports", "-o", "x.zip", *more)


def opened() -> zipfile.ZipFile:
    """The zip that :func:`bundle` wrote, every member of it whole."""
    archive = zipfile.ZipFile(io.BytesIO(Path("x.zip").read_bytes()))
    assert archive.testzip() is None
    return archive


def index() -> Tag:
    return BeautifulSoup(opened().read("index.html"), "html.parser")


def said(part: Tag) -> str:
    return " ".join(part.get_text(" ").split())


def test_an_incident_of_notebooks_alone_is_one_zip(folder, monkeypatch, capsys):
    """Each working copy with its page, and the acts, are there byte for byte, without any stored run."""
    assert call(monkeypatch, "bundle", "--incident", "INC-42", "--reports", "reports") == 0
    assert capsys.readouterr() == ("INC-42.zip\n", "")
    with zipfile.ZipFile("INC-42.zip") as archive:
        assert archive.namelist() == [
            "SHA256SUMS",
            "index.html",
            "notebooks/redis-connection.ipynb",
            "notebooks/redis-connection.html",
            "notebooks/audit.jsonl",
            "notebooks/redis-connection-2.ipynb",
            "notebooks/redis-connection-2.html",
        ]
        for path in (*folder.glob("*.ipynb"), folder / "audit.jsonl"):
            assert archive.read(f"notebooks/{path.name}") == path.read_bytes()


def test_a_notebooks_page_is_the_one_that_nbconvert_draws(folder, monkeypatch):
    """The page is the incident report of ``jupyter nbconvert``, also of a copy that was never run."""
    assert bundle(monkeypatch) == 0
    for path in folder.glob("*.ipynb"):
        drawn, _ = get_exporter("incident_report")().from_filename(str(path))
        assert opened().read(f"notebooks/{path.stem}.html").decode() == drawn


def test_the_index_tells_all_in_the_order_of_time(folder, monkeypatch):
    """Notebooks, acts and runs stand in one list by their times, with verdict, summary and changes."""
    stored(Path("reports") / RUN, healthy(), incident="INC-42", verdict="ok")
    assert bundle(monkeypatch) == 0
    parts = index().select("main > section")
    assert [part["aria-label"].split()[0] for part in parts] == ["Notebook", "Changes", "Notebook", "Run"]
    first, changes, second, run = map(said, parts)
    assert "Critical Redis is stopped" in first
    assert "opened 2026-03-01 11:29:00 UTC, verdict of 2026-03-01 11:31:00 UTC" in first
    assert "Root cause" in first
    assert "2026-03-01 11:32:00 done button start-container docker start redis-tts" in changes
    assert "Not run" in second
    assert "OK" in run
    assert "2 notebooks and 1 run" in said(index())
    assert {link["href"] for link in index().select("a")} == set(opened().namelist()) - {
        "SHA256SUMS",
        "index.html",
    }


def test_what_the_notebook_changed_stands_by_it(folder, monkeypatch):
    """A verdict after a fix names the remedy, as a run's does."""
    run = diagnosis(verdict="ok", summary="Redis answers.")
    copy(
        folder,
        "redis-connection.ipynb",
        executed(concluded(healthy(), audit=run.audit)),
        "2026-03-01T11:29:00Z",
    )
    assert bundle(monkeypatch) == 0
    assert "Changed 1 act: start-container" in said(index().select("main > section")[0])


def test_the_same_files_give_the_same_bytes(folder, monkeypatch):
    """Neither the files' times nor their place make a difference; times in the zip are the notebooks' own."""
    assert bundle(monkeypatch) == 0
    once = Path("x.zip").read_bytes()
    for path in folder.iterdir():
        os.utime(path, (1_000_000_000, 1_000_000_000))
    shutil.move("reports/incidents", "elsewhere")
    assert bundle(monkeypatch, "--dir", "elsewhere") == 0
    assert Path("x.zip").read_bytes() == once
    times = {entry.filename: entry.date_time for entry in opened().infolist()}
    assert times["notebooks/redis-connection.html"] == (2026, 3, 1, 11, 31, 0)
    assert times["notebooks/audit.jsonl"] == (2026, 3, 1, 11, 32, 0)
    assert times["notebooks/redis-connection-2.ipynb"] == times["index.html"] == (2026, 3, 1, 11, 40, 0)


def with_output(path: Path, text: str) -> None:
    """A program that knows no secrets printed ``text`` into the notebook."""
    notebook = json.loads(path.read_text())
    notebook["cells"][-1]["outputs"].append({"output_type": "stream", "name": "stdout", "text": text})
    path.write_text(json.dumps(notebook))


def with_cell(path: Path, source: str) -> None:
    """A person wrote ``source`` into a cell of their own."""
    notebook = json.loads(path.read_text())
    notebook["cells"].append({"cell_type": "markdown", "id": "mine", "metadata": {}, "source": source})
    path.write_text(json.dumps(notebook))


def with_act(path: Path, command: str) -> None:
    path.write_text(json.dumps(ACT | {"command": command}) + "\n")


@pytest.mark.parametrize(
    ("name", "put"),
    [
        ("redis-connection.ipynb", with_output),
        ("redis-connection-2.ipynb", with_cell),
        ("audit.jsonl", with_act),
    ],
)
def test_what_looks_like_a_secret_stops_it(folder, monkeypatch, capsys, name, put):
    """A password in an output, a person's own cell or an act is named by its file, and nothing is written."""
    put(folder / name, f"redis-cli -u redis://:{SECRET}@db:6379 ping")
    assert bundle(monkeypatch) == COULD_NOT
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert f"what looks like a secret stands in {name} (after " in err
    assert SECRET not in err
    assert not Path("x.zip").exists()
    assert bundle(monkeypatch, "--unchecked") == 0
    assert SECRET.encode() in opened().read(f"notebooks/{name}")


def test_a_page_is_drawn_without_secrets(folder, monkeypatch):
    """What a program printed into the notebook has its token in the page, even ``--unchecked``."""
    with_output(folder / "redis-connection.ipynb", f"redis://:{SECRET}@db:6379/0")
    assert bundle(monkeypatch, "--unchecked") == 0
    assert SECRET.encode() not in opened().read("notebooks/redis-connection.html")
    assert b"***secret-" in opened().read("notebooks/redis-connection.html")


def test_examples_in_a_runbook_are_no_secrets(folder, monkeypatch):
    """A whole runbook passes with the examples in its prose, also if its values were changed."""
    book = json.loads(RUNBOOK.read_text())
    assert suspects({"redis-connection.ipynb": RUNBOOK.read_bytes()})
    cell = next(cell for cell in book["cells"] if "parameters" in cell["metadata"].get("tags", ()))
    cell["source"] = "".join(cell["source"]).replace('redis_url: str = ""', 'redis_url: str = "redis://db"')
    copy(folder, "redis-connection.ipynb", book, "2026-03-01T11:29:00.000Z")
    assert bundle(monkeypatch) == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"nbformat": 4, "cells": [', "it is not JSON"),
        ('{"nbformat": 4, "metadata": {}, "cells": [1]}', "in cell 1, the kind is not known"),
    ],
)
def test_a_damaged_notebook_is_named_and_the_rest_is_bundled(folder, monkeypatch, capsys, text, fault):
    """One line on stderr says what is missing, and the index says it to who opens the zip."""
    path = folder / "redis-connection-3.ipynb"
    path.write_text(text)
    assert bundle(monkeypatch) == 0
    out, err = capsys.readouterr()
    assert out == "x.zip\n"
    assert err == f"{path}: is not a notebook: {fault}; it is not in the bundle\n"
    assert not [name for name in opened().namelist() if "connection-3" in name]
    assert f"redis-connection-3.ipynb: is not a notebook: {fault}" in said(index())
    assert str(folder) not in str(index())


def test_a_copied_folder_is_named_and_left_out(folder, monkeypatch, capsys):
    """Of two folders with the incident's id its own is bundled; stderr and the index name the other."""
    copied = shutil.copytree(folder, folder.with_name("INC-42-copy"))
    (copied / "redis-connection.ipynb").unlink()
    assert bundle(monkeypatch) == 0
    err = capsys.readouterr().err
    assert err.startswith(f"{copied}: is left out: it has the same id as INC-42; ")
    assert "notebooks/redis-connection.ipynb" in opened().namelist()
    assert "INC-42-copy: is left out" in said(index())


def test_a_zip_never_takes_the_place_of_a_pipe(folder, monkeypatch, capsys):
    """What -o names and is no file stays as it is; one line says so."""
    os.mkfifo("x.zip")
    assert bundle(monkeypatch) == COULD_NOT
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert "x.zip: cannot be written: it is a named pipe, not a file" in err
    assert Path("x.zip").is_fifo()


def test_damaged_notebooks_alone_are_no_bundle(folder, monkeypatch, capsys):
    """If nothing of an incident can be read, each file is named and no zip is written."""
    (folder / "audit.jsonl").unlink()
    for path in folder.glob("*.ipynb"):
        path.write_text("")
    assert bundle(monkeypatch) == COULD_NOT
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("is not a notebook: it is not JSON") == 2
    assert "holds nothing of incident 'INC-42' that can be read" in err
    assert not Path("x.zip").exists()


def test_a_notebook_that_cannot_be_drawn_goes_along(folder, monkeypatch, capsys):
    """What a person saved is there without its page, which is named as missing."""

    def fails(*_: object) -> str:
        raise ValueError

    monkeypatch.setattr("runbooklab.jupyter.kept_for_bundle.render_notebook", fails)
    assert bundle(monkeypatch) == 0
    assert "redis-connection.ipynb: its page cannot be drawn" in capsys.readouterr().err
    assert "notebooks/redis-connection.ipynb" in opened().namelist()
    assert "notebooks/redis-connection.html" not in opened().namelist()


def test_a_line_that_is_no_act_is_named_and_the_file_is_there(folder, monkeypatch, capsys):
    """The file goes along as it is; the index tells the acts that can be read."""
    with (folder / "audit.jsonl").open("a") as file:
        file.write('nonsense\n{"at": 7}\n')
    assert bundle(monkeypatch) == 0
    assert capsys.readouterr().err == f"{folder / 'audit.jsonl'}:2: is not an act, nor is 1 more line\n"
    assert b"nonsense" in opened().read("notebooks/audit.jsonl")
    assert "audit.jsonl:2: is not an act" in said(index())


def test_no_link_is_followed(folder, monkeypatch, capsys):
    """A notebook or an audit file that is a link is named and stays; hidden files are nobody's."""
    elsewhere = Path("elsewhere.ipynb").absolute()
    elsewhere.write_bytes(RUNBOOK.read_bytes())
    (folder / "linked.ipynb").symlink_to(elsewhere)
    (folder / ".~redis-connection.ipynb").write_text("{")
    (folder / "audit.jsonl").rename("acts")
    (folder / "audit.jsonl").symlink_to(Path("acts").absolute())
    assert bundle(monkeypatch) == 0
    assert capsys.readouterr().err.splitlines() == [
        f"{folder / name}: is a link; it is not in the bundle" for name in ("linked.ipynb", "audit.jsonl")
    ]
    assert {Path(name).name for name in opened().namelist() if "/" in name} == {
        f"redis-connection{number}.{kind}" for number in ("", "-2") for kind in ("ipynb", "html")
    }


def test_a_folder_that_is_a_link_is_no_incidents(folder, monkeypatch, capsys):
    """What it leads to is not bundled."""
    shutil.move(folder, "elsewhere")
    folder.symlink_to(Path("elsewhere").absolute())
    assert bundle(monkeypatch) == COULD_NOT
    assert "holds nothing of incident 'INC-42'" in capsys.readouterr().err


def test_the_bundle_has_a_bound(folder, monkeypatch, capsys):
    """Notebooks that together are too large are refused in one line, and nothing is written."""
    monkeypatch.setattr(bundled, "MOST_BYTES", 1 << 20)
    with_output(folder / "redis-connection.ipynb", "x" * (2 << 20))
    assert bundle(monkeypatch) == COULD_NOT
    err = capsys.readouterr().err
    assert "redis-connection.ipynb: makes the bundle larger than 1 MiB" in err
    assert len(err.splitlines()) == 1
    assert not Path("x.zip").exists()


def test_names_are_safe(folder, monkeypatch):
    """A person's file name becomes one that every system takes; two of them stay two."""
    for name in ("a b.ipynb", "a-b.ipynb", "ä<b>.ipynb"):
        copy(folder, name, short(json.loads(RUNBOOK.read_text())), "2026-03-01T12:00:00.000Z")
    assert bundle(monkeypatch) == 0
    names = [name for name in opened().namelist() if name.startswith("notebooks/") and "redis" not in name]
    assert len(names) == 7
    assert all(name.isascii() and not set(name) & set(" <>") for name in names)


def test_hostile_text_is_shown_in_the_index(folder, monkeypatch):
    """Nothing in a notebook or an act becomes markup."""
    evil = HOSTILE.replace("\udc80", "")
    copy(
        folder, "redis-connection.ipynb", executed(replace(concluded(down()), summary=evil, title=evil)), evil
    )
    with_act(folder / "audit.jsonl", evil)
    assert bundle(monkeypatch, "--unchecked") == 0
    assert len(index().find_all("script")) == 1
    assert index().select("img, iframe, [onmouseover], [onerror]") == []


def test_a_notebook_of_ones_own_goes_along(folder, monkeypatch):
    """A notebook that is no runbook's has its page; run without a verdict it is not called "not run"."""
    own = {
        "cells": [
            {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": "1 + 1"}
        ],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 4,
    }  # fmt: skip
    (folder / "Untitled.ipynb").write_text(json.dumps(own))
    assert bundle(monkeypatch) == 0
    last = index().select("main > section")[-1]
    assert "No verdict" in said(last)
    assert "Untitled" in said(last)
    assert "1 + 1" in opened().read("notebooks/Untitled.html").decode()


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (["--dir", "reports/incidents"], "--reports and --dir need --incident"),
        (["--incident", "INC-7", "--reports", "reports"], "holds nothing of incident 'INC-7'"),
        (["--incident", "INC-42", "--reports", "reports", "--dir", "nowhere"], "holds nothing of incident"),
    ],
)
def test_mistakes_are_one_line_and_status_3(folder, monkeypatch, capsys, arguments, wrong):
    """An incident without anything in it, or looked for in another place, is named."""
    assert call(monkeypatch, "bundle", *arguments) == COULD_NOT
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert wrong in err
    assert [path.name for path in Path().iterdir()] == ["reports"]
