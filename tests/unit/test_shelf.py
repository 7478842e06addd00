"""The index of runs says what the folders say, and only what had its time is removed."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest
from report_samples import diagnosis

from runbooklab.cli import main
from runbooklab.shelf.entry import Entry
from runbooklab.shelf.retention import REMOVING, Limits, age, plan, remove, size
from runbooklab.shelf.store import NAME, Shelf, entries, look

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def add(reports: Path, day: int, slug: str = "redis-connection", **fields: object) -> Path:
    """A run of that day in March."""
    started = f"2026-03-{day:02}T12:00:00.000Z"
    run = diagnosis(**({"incident": None, "started_at": started, "runbook": slug} | fields))
    folder = reports / slug / f"202603{day:02}T120000Z-{day:08x}"
    folder.mkdir(parents=True)
    (folder / "diagnosis.json").write_bytes(msgspec.json.encode(run))
    return folder


def runbook(arguments: Sequence[str]) -> int:
    """The command line's exit status."""
    with mock.patch.object(sys, "argv", ["runbook", *arguments]), pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def days(found: Sequence[Entry]) -> list[int]:
    return [int(entry.name[6:8]) for entry in found]


# --- the index ---------------------------------------------------------------------------------


def test_a_run_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the index has is not read from its folder again."""
    add(tmp_path, 1)
    first = entries(tmp_path)

    def read(*_: object) -> Entry:
        raise AssertionError("read again")

    monkeypatch.setattr("runbooklab.shelf.store.entry_of", read)
    assert entries(tmp_path) == first
    assert [entry.verdict for entry in first] == ["critical"]


def test_the_index_follows_the_folders(tmp_path: Path) -> None:
    """New runs come in, removed ones go, and a file that was changed is read anew."""
    first, second = add(tmp_path, 1), add(tmp_path, 2)
    assert days(entries(tmp_path)) == [2, 1]
    shutil.rmtree(first)
    (second / "diagnosis.json").write_bytes(msgspec.json.encode(diagnosis(verdict="ok", summary="otherwise")))
    add(tmp_path, 3)
    found = entries(tmp_path)
    assert days(found) == [3, 2]
    assert found[1].summary == "otherwise"


def damaged(index: Path) -> None:
    index.write_bytes(b"no database at all" * 500)


def of_another_version(index: Path) -> None:
    with sqlite3.connect(index) as other:
        other.execute("PRAGMA user_version = 99")
        other.execute("DROP TABLE runs")


def a_folder(index: Path) -> None:
    index.unlink()
    index.mkdir()


def truncated(index: Path) -> None:
    index.write_bytes(index.read_bytes()[:700])


def with_other_columns(index: Path) -> None:
    with closing(sqlite3.connect(index)) as other, other:
        other.execute("DROP TABLE runs")
        other.execute("CREATE TABLE runs (folder, verdict)")


def with_an_unknown_verdict(index: Path) -> None:
    with closing(sqlite3.connect(index)) as other, other:
        other.execute("UPDATE runs SET verdict = 'purple'")


def with_other_types(index: Path) -> None:
    with closing(sqlite3.connect(index)) as other, other:
        other.execute("UPDATE runs SET summary = x'00ff', took_ms = 'long'")


def a_link(index: Path) -> None:
    index.rename(index.with_name("elsewhere"))
    index.symlink_to(index.with_name("elsewhere"))


HARM = (
    Path.unlink, damaged, of_another_version, truncated, with_other_columns, with_an_unknown_verdict,
    with_other_types, a_link,
)  # fmt: skip


@pytest.mark.parametrize("harm", HARM)
def test_a_lost_index_is_made_anew(
    tmp_path: Path, harm: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the folders, and once: the next listing reads nothing again."""
    add(tmp_path, 1)
    before = entries(tmp_path)
    harm(tmp_path / NAME)
    assert look(tmp_path) == Shelf(before)
    monkeypatch.setattr("runbooklab.shelf.store.entry_of", None)
    assert look(tmp_path) == Shelf(before)
    assert not (tmp_path / NAME).is_symlink()


def test_an_index_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    """What stands in its place and is no index of ours stays; the runs are read, and it is said why."""
    add(tmp_path, 1)
    before = entries(tmp_path)
    a_folder(tmp_path / NAME)
    assert look(tmp_path) == Shelf(before, "it is no file")


def test_an_index_without_room_is_done_without(tmp_path: Path) -> None:
    """What it knows still counts, and what it cannot take is read."""
    add(tmp_path, 1)
    entries(tmp_path)
    add(tmp_path, 2, summary="long " * 10_000)
    opened = sqlite3.connect

    def full(*given: Any, **named: Any) -> sqlite3.Connection:
        index = opened(*given, **named)
        index.execute("PRAGMA max_page_count = 1")
        return index

    with mock.patch("sqlite3.connect", full):
        seen = look(tmp_path)
    assert days(seen.runs) == [2, 1]
    assert seen.problem == "database or disk is full"
    assert look(tmp_path) == Shelf(seen.runs)


def test_what_would_never_be_read_to_its_end_is_no_run(tmp_path: Path) -> None:
    """A pipe in the place of a diagnosis."""
    folder = tmp_path / "redis-connection" / "20260301T120000Z-00000001"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "diagnosis.json")
    assert entries(tmp_path) == []


def test_a_folder_whose_name_is_no_text_is_no_run(tmp_path: Path) -> None:
    """And it does not keep the others from being listed."""
    other = add(tmp_path, 1)
    shutil.copytree(other, other.with_name(os.fsdecode(b"20260301T120000Z-\xff")))
    assert [entry.name for entry in entries(tmp_path)] == [other.name]


def test_a_removed_run_that_is_being_read_is_no_run_that_cannot_be_read(tmp_path: Path) -> None:
    """It may go between the look at the folder and the look at its file."""
    add(tmp_path, 1)
    with mock.patch("runbooklab.shelf.store._stamps", return_value={"redis-connection/gone": "1-2"}):
        assert entries(tmp_path) == []


def test_an_index_that_another_holds_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that stands still while it writes holds up nobody for long."""
    monkeypatch.setattr("runbooklab.shelf.store.PATIENCE_S", 0.05)
    add(tmp_path, 1)
    entries(tmp_path)
    add(tmp_path, 2)
    holder = sqlite3.connect(tmp_path / NAME, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    seen = look(tmp_path)
    holder.close()
    assert days(seen.runs) == [2, 1]
    assert seen.problem == "database is locked"


def test_a_link_is_no_run(tmp_path: Path) -> None:
    """What lies elsewhere is nobody's business here."""
    outside = add(tmp_path / "outside", 1)
    reports = tmp_path / "reports"
    (reports / "redis-connection").mkdir(parents=True)
    (reports / "redis-connection" / outside.name).symlink_to(outside)
    assert entries(reports) == []


# --- what had its time ---------------------------------------------------------------------------


def test_each_limit_says_what_goes(tmp_path: Path) -> None:
    """Beyond the newest of a runbook and target, older than an age, or beyond a size in all."""
    for day in range(1, 6):
        add(tmp_path, day)
    found = entries(tmp_path)
    each = found[0].size_bytes
    assert days(plan(found, Limits(keep=3), NOW).gone) == [1, 2]
    assert days(plan(found, Limits(older_than=timedelta(days=6)), NOW).gone) == [1, 2, 3]
    assert days(plan(found, Limits(most_bytes=2 * each + 1), NOW).gone) == [1, 2, 3]
    assert days(plan(found, Limits(keep=4, older_than=timedelta(days=7)), NOW).gone) == [1, 2]
    assert plan(found, Limits(), NOW).gone == ()


def test_runs_are_counted_by_runbook_and_target(tmp_path: Path) -> None:
    """A busy target does not push out the runs of a quiet one."""
    for day in (2, 3, 4):
        add(tmp_path, day)
    add(tmp_path, 1, parameters={"redis_url": "redis://quiet:6379"})
    add(tmp_path, 1, slug="worker-registration")
    assert days(plan(entries(tmp_path), Limits(keep=1), NOW).gone) == [2, 3]


def test_what_belongs_to_an_incident_stays(tmp_path: Path) -> None:
    """Whatever the limits; it is counted."""
    add(tmp_path, 1, incident="INC-1")
    add(tmp_path, 2)
    planned = plan(entries(tmp_path), Limits(keep=0, older_than=timedelta(0), most_bytes=0), NOW)
    assert days(planned.gone) == [2]
    assert planned.of_incidents == 1


def test_what_is_no_run_of_ours_stays(tmp_path: Path) -> None:
    """By its name, or because it can't be read."""
    named = add(tmp_path, 1)
    named.rename(named.with_name("notes-of-the-postmortem"))
    (add(tmp_path, 2) / "diagnosis.json").write_text("{")
    assert plan(entries(tmp_path), Limits(keep=0), NOW).gone == ()


def test_removing_leaves_the_others_and_what_a_killed_removal_left_goes(tmp_path: Path) -> None:
    """A run is there or it is not."""
    add(tmp_path, 1)
    kept = add(tmp_path, 2)
    left = tmp_path / "redis-connection" / f"{REMOVING}20260101T000000Z-00000000"
    left.mkdir()
    removed, problems = remove(tmp_path, entries(tmp_path)[1:])
    assert (days(removed), problems) == ([1], [])
    assert list((tmp_path / "redis-connection").iterdir()) == [kept]


def test_a_run_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    """Between the plan and the removal somebody may have put a link there."""
    folder, outside = add(tmp_path / "reports", 1), tmp_path / "outside"
    found = entries(tmp_path / "reports")
    folder.rename(outside)
    folder.symlink_to(outside)
    removed, problems = remove(tmp_path / "reports", found)
    assert removed == []
    assert len(problems) == 1
    assert (outside / "diagnosis.json").exists()


@pytest.mark.parametrize("text", ["", "90", "d", "-1d", "9x", "1d1h"])
def test_an_age_that_is_none_is_refused(text: str) -> None:
    """With what an age is."""
    with pytest.raises(ValueError, match="an age is a number"):
        age(text)


@pytest.mark.parametrize(("text", "amount"), [("0", 0), ("1KB", 1024), ("1.5 MiB", 1_572_864), ("2g", 2**31)])
def test_a_size_may_be_written_in_many_ways(text: str, amount: int) -> None:
    """A kilobyte has 1024 bytes."""
    assert size(text) == amount


# --- the commands --------------------------------------------------------------------------------


def test_prune_shows_what_would_go_and_removes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --dry-run."""
    first = add(tmp_path, 1)
    add(tmp_path, 2)
    assert runbook(["prune", "--reports", str(tmp_path), "--keep", "1", "--dry-run", "--json"]) == 0
    seen = capsys.readouterr()
    assert [entry["folder"] for entry in json.loads(seen.out)] == [f"redis-connection/{first.name}"]
    assert first.name in seen.err
    assert first.exists()


def test_prune_removes_and_lists_anew(tmp_path: Path) -> None:
    """With --yes; the list of runs forgets what went."""
    first, second = add(tmp_path, 1), add(tmp_path, 2)
    assert runbook(["prune", "--reports", str(tmp_path), "--keep", "1", "--yes"]) == 0
    assert (first.exists(), second.exists()) == (False, True)
    page = (tmp_path / "index.html").read_text()
    assert second.name in page
    assert first.name not in page


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "say what may stay"),
        (["--older-than", "soon"], "an age is a number"),
        (["--max-size", "much"], "a size is a number"),
        (["--keep", "0"], "nobody can be asked here; add --yes"),
        (["--keep", "0", "--reports", "/nowhere/at/all"], "is no folder"),
    ],
)
def test_prune_that_cannot_be_done_is_one_line(
    tmp_path: Path,
    arguments: list[str],
    line: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With exit status 3, and nothing is removed."""
    run = add(tmp_path, 1)
    monkeypatch.setattr("sys.stdin", None)
    assert runbook(["prune", "--reports", str(tmp_path), *arguments]) == 3
    assert line in capsys.readouterr().err
    assert run.exists()


def test_runs_are_listed_newest_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that are asked for, without what a terminal would obey."""
    add(tmp_path, 1, verdict="ok", causes=(), summary="Redis \x1b[31manswers.")
    add(tmp_path, 2, incident="INC-7")
    assert runbook(["runs", "--reports", str(tmp_path)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("critical  redis-connection/20260302T120000Z-00000002  The Redis container")
    assert "\x1b" not in second
    assert runbook(["runs", "--reports", str(tmp_path), "--incident", "INC-7", "--json"]) == 0
    assert [run["incident"] for run in json.loads(capsys.readouterr().out)] == ["INC-7"]
