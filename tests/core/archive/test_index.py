"""The index of runs says what the folders say."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest

from archive_samples import add, days
from report_samples import diagnosis
from runbooklab.archive.entry import Entry
from runbooklab.archive.index import NAME, Listing, entries, read_index
from runbooklab.domains.generic.records import Seen
from runbooklab.model.declared import Declaration, Declarations, DeclaredParameter
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Observation


def test_a_run_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the index has is not read from its folder again."""
    add(tmp_path, 1)
    first = entries(tmp_path)

    def read(*_: object) -> Entry:
        raise AssertionError("read again")

    monkeypatch.setattr("runbooklab.archive.index.entry_of", read)
    assert entries(tmp_path) == first
    assert [entry.verdict for entry in first] == ["critical"]


def test_the_index_follows_the_folders(tmp_path: Path) -> None:
    """New runs come in, removed ones go, and a file that was changed is read again."""
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
def test_a_lost_index_is_force_recreated(
    tmp_path: Path, harm: Callable[[Path], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the folders, and once: the next listing reads nothing again."""
    add(tmp_path, 1)
    before = entries(tmp_path)
    harm(tmp_path / NAME)
    assert read_index(tmp_path) == Listing(before)
    monkeypatch.setattr("runbooklab.archive.index.entry_of", None)
    assert read_index(tmp_path) == Listing(before)
    assert not (tmp_path / NAME).is_symlink()


def test_an_index_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    """What stands in its place and is no index of ours stays; the runs are read, and it is said why."""
    add(tmp_path, 1)
    before = entries(tmp_path)
    a_folder(tmp_path / NAME)
    assert read_index(tmp_path) == Listing(before, "it is no file")


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
        seen = read_index(tmp_path)
    assert days(seen.runs) == [2, 1]
    assert seen.problem == "database or disk is full"
    assert read_index(tmp_path) == Listing(seen.runs)


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
    """It may go between reading the folder and reading its file."""
    add(tmp_path, 1)
    with mock.patch("runbooklab.archive.index._stamps", return_value={"redis-connection/gone": "1-2"}):
        assert entries(tmp_path) == []


def test_an_index_that_another_holds_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that stands still while it writes holds up nobody for long."""
    monkeypatch.setattr("runbooklab.archive.index.TIMEOUT_S", 0.05)
    add(tmp_path, 1)
    entries(tmp_path)
    add(tmp_path, 2)
    holder = sqlite3.connect(tmp_path / NAME, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    seen = read_index(tmp_path)
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


def test_a_secret_address_is_in_the_index_by_its_server(tmp_path: Path) -> None:
    """The row of a run whose runbook declares its checks names the server that they found in the secret."""
    check = Declaration("check", "login", "sql: SELECT 1\nserver: ${url}\npass: rows == 1\n")
    declared = Declarations((check,), (DeclaredParameter("url", secret=True),))
    key = "declared:login"
    seen = Observation(key, value=Seen({"host": "db", "port": "5432", "database": "shop"}))
    folder = add(tmp_path, 1, "shop", parameters={"url": "env:PG_URL"})
    evidence = Evidence(declared=declared, observations={key: seen})
    (folder / "evidence.json").write_bytes(msgspec.json.encode(evidence))
    assert [entry.target for entry in entries(tmp_path)] == ["db:5432/shop"]
