"""Only expired runs are removed, and the commands over the stored runs say what they do."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from archive_samples import add, days, runbook
from report_samples import diagnosis
from runbooklab.archive.index import entries
from runbooklab.archive.retention import REMOVING, Limits, age, measured, plan, remove, size
from runbooklab.words import size as in_units

NOW = datetime(2026, 3, 10, tzinfo=UTC)


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


def test_a_file_of_one_s_own_pins_a_run(tmp_path: Path) -> None:
    """Also a folder or a link; what a run or an export of it writes pins nothing, and counts by its size."""
    plain, noted, linked = (add(tmp_path, day) for day in (1, 2, 3))
    (plain / "report.pdf").write_bytes(b"0" * 5_000)
    (noted / "KEEP").touch()
    (linked / "report.html").symlink_to(plain / "report.pdf")
    found, pinned = measured(tmp_path, entries(tmp_path))
    assert found[-1].size_bytes == 5_000 + (plain / "diagnosis.json").stat().st_size
    planned = plan(found, Limits(keep=0), NOW, pinned)
    assert days(planned.gone) == [1]
    assert (planned.of_incidents, planned.pinned) == (0, 2)


def test_a_run_that_came_to_an_incident_meanwhile_stays(tmp_path: Path) -> None:
    """What its diagnosis says now counts, not what the index or the plan says."""
    folder = add(tmp_path, 1)
    found = entries(tmp_path)
    (folder / "diagnosis.json").write_bytes(msgspec.json.encode(diagnosis(incident="INC-1")))
    removed, problems = remove(tmp_path, found)
    assert removed == []
    assert "has changed since" in problems[0]
    assert folder.exists()


def test_a_run_that_is_gone_already_is_no_problem(tmp_path: Path) -> None:
    """Two removals at a time."""
    folder = add(tmp_path, 1)
    found = entries(tmp_path)
    shutil.rmtree(folder)
    assert remove(tmp_path, found) == ([], [])


def test_nothing_outside_is_removed(tmp_path: Path) -> None:
    """Neither through a link in a runbook's place, nor what only looks like a removal's rest."""
    reports, outside = tmp_path / "reports", tmp_path / "outside"
    add(reports, 1)
    found = entries(reports)
    (reports / "redis-connection").rename(outside)
    (outside / f"{REMOVING}20260101T000000Z-00000000").mkdir()
    (reports / "redis-connection").symlink_to(outside)
    (reports / "other" / f"{REMOVING}notes").mkdir(parents=True)
    removed, problems = remove(reports, found)
    assert removed == []
    assert len(problems) == 1
    assert len(list(outside.iterdir())) == 2
    assert (reports / "other" / f"{REMOVING}notes").exists()


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


def test_prune_removes_and_lists_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --yes: it says how much went, and the list of runs forgets it."""
    first, second = add(tmp_path, 1), add(tmp_path, 2)
    add(tmp_path, 3, incident="INC-3", parameters={"redis_url": "redis://other:6379"})
    taken = (first / "diagnosis.json").stat().st_size
    assert runbook(["prune", "--reports", str(tmp_path), "--keep", "1", "--yes"]) == 0
    assert f"removed 1 run, {in_units(taken)}" in capsys.readouterr().err
    assert (first.exists(), second.exists()) == (False, True)
    page = (tmp_path / "index.html").read_text()
    assert second.name in page
    assert first.name not in page


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "say what to keep"),
        (["--older-than", "soon"], "an age is a number"),
        (["--max-size", "much"], "a size is a number"),
        (["--keep", "0"], "there is no terminal to confirm on; add --yes"),
        (["--keep", "0", "--reports", "/nowhere/at/all"], "is not a folder"),
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
    assert first.startswith(
        "critical  redis-connection/20260302T120000Z-00000002  redis://localhost:6379  The Redis container"
    )
    assert "\x1b" not in second
    assert runbook(["runs", "--reports", str(tmp_path), "--incident", "INC-7", "--json"]) == 0
    assert [run["incident"] for run in json.loads(capsys.readouterr().out)] == ["INC-7"]
