"""Files and the scratch folder: whole or not at all."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from runbooklab.files.temporary import make_temporary, remove_temporary, write_atomic
from runbooklab.notebook.scratch import Scratch


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Disk full at the last moment: the old content stays and no temporary file is left behind."""
    path = tmp_path / "kept.txt"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(path, "new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept.txt"]
    assert path.read_text() == "old"


def test_a_write_replaces_the_file_with_the_mode_asked_for(tmp_path: Path) -> None:
    """The new file has exactly the content and permission bits given."""
    path = tmp_path / "private"
    write_atomic(path, b"\x00new", mode=0o600)
    assert path.read_bytes() == b"\x00new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_write_is_no_more_open_than_the_umask_allows(tmp_path: Path) -> None:
    """A user whose files are private gets private files."""
    before = os.umask(0o077)
    try:
        write_atomic(tmp_path / "list.html", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "list.html").stat().st_mode) == 0o600


def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    """A named pipe, as a device, stays what it is, also behind a link; nothing is left beside it."""
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        with pytest.raises(OSError, match="it is a named pipe, not a file"):
            write_atomic(path, "new")
    with pytest.raises(OSError, match="it is a folder, not a file"):
        write_atomic(tmp_path, "new")
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert len(list(tmp_path.iterdir())) == 2


def test_a_link_to_nothing_is_replaced(tmp_path: Path) -> None:
    """There is nothing that could be lost."""
    (tmp_path / "link").symlink_to(tmp_path / "missing")
    write_atomic(tmp_path / "link", "new")
    assert (tmp_path / "link").read_text() == "new"


def test_what_a_killed_write_left_goes_with_the_next(tmp_path: Path) -> None:
    """Only what nobody writes any more goes, and only what belongs to the same file."""
    for name in (".a.html.0123456789abcdef", ".b.html.0123456789abcdef", ".a.html.notes"):
        (tmp_path / name).write_text("half")
    held, handle = make_temporary(tmp_path, ".a.html.", Path.touch)
    write_atomic(tmp_path / "a.html", "whole")
    left = {entry.name for entry in tmp_path.iterdir()}
    assert left == {"a.html", ".b.html.0123456789abcdef", ".a.html.notes", held.name}
    os.close(handle)
    remove_temporary(held)


def test_a_temporary_file_that_is_always_removed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried a few times, never for ever."""

    def taken(path: Path) -> int:
        raise BlockingIOError

    monkeypatch.setattr("runbooklab.files.temporary.hold", taken)
    with pytest.raises(OSError, match="removed each time"):
        write_atomic(tmp_path / "a.html", "whole")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_is_told_as_such(tmp_path: Path) -> None:
    """A missing folder is no reason to try again."""
    with pytest.raises(FileNotFoundError):
        write_atomic(tmp_path / "missing" / "a.html", "whole")


def test_scratch_files_are_json_and_private(tmp_path: Path) -> None:
    """What a kernel leaves for the runner is readable by its owner only."""
    scratch = Scratch(tmp_path)
    scratch.put("evidence.json", {"a": 1})
    scratch.progress(event="finding", id="redis-ping")
    scratch.progress(event="finding", id="redis-role")
    assert json.loads((tmp_path / "evidence.json").read_text()) == {"a": 1}
    assert stat.S_IMODE((tmp_path / "evidence.json").stat().st_mode) == 0o600
    lines = (tmp_path / "progress.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["redis-ping", "redis-role"]


def test_a_vanished_scratch_folder_costs_the_copy_and_not_the_run(tmp_path: Path) -> None:
    """Without its folder scratch writes nothing and raises nothing."""
    gone = Scratch(tmp_path / "gone")
    gone.put("evidence.json", {})
    gone.progress(event="finding")
    Scratch(None).put("evidence.json", {})
    assert list(tmp_path.iterdir()) == []
