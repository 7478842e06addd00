"""A run's folder appears whole or not at all, and holds no secret."""

from __future__ import annotations

import errno
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from runbooklab.errors import UserError
from runbooklab.execution.private_folder import GRACE_S, PrivateFolder, sweep
from runbooklab.execution.run_folder import (
    UNFINISHED,
    Leak,
    RunFolder,
    folder_name,
    keep_aside,
    refuse_secrets,
)
from runbooklab.secrets import Vault

FILES = {"report.html": b"<p>", "diagnosis.json": b"{}"}


def everything_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_folder_name_is_time_and_short_id():
    """The name sorts by time and tells two runs of one second apart."""
    assert folder_name("2026-11-22T21:00:05.123Z", "1a2b3c4d5e6f") == "20261122T210005Z-1a2b3c4d"


def test_whole_folder(tmp_path):
    """All files stand under the final name, others may read them, and nothing else is left."""
    path = RunFolder(tmp_path / "reports", "slug", "name").write(FILES)
    assert path == tmp_path / "reports" / "slug" / "name"
    assert {file.name: file.read_bytes() for file in path.iterdir()} == FILES
    assert everything_in(path.parent) == ["name", "name/diagnosis.json", "name/report.html"]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o777 & ~umask


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_full_disk_leaves_nothing(tmp_path, monkeypatch, call):
    """A failure at any point is one clear error, and not even the parent folders stay."""
    owner = {"fsync": os, "rename": Path}[call]
    monkeypatch.setattr(owner, call, no_space)
    with pytest.raises(UserError, match="No space left on device") as caught:
        RunFolder(tmp_path / "reports", "slug", "name").write(FILES)
    assert str(tmp_path / "reports" / "slug" / "name") in str(caught.value)
    assert everything_in(tmp_path) == []


def test_reports_folder_that_cannot_be_made(tmp_path):
    """A file where the reports folder should be is said, and stays as it is."""
    (tmp_path / "reports").write_text("mine")
    with pytest.raises(UserError, match="cannot be written"):
        RunFolder(tmp_path / "reports", "slug", "name").write(FILES)
    assert (tmp_path / "reports").read_text() == "mine"


def test_failure_keeps_what_was_there(tmp_path, monkeypatch):
    """A run that cannot be written takes nothing away from the runs before it."""
    RunFolder(tmp_path, "slug", "first").write(FILES)
    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(UserError):
        RunFolder(tmp_path, "slug", "second").write(FILES)
    assert everything_in(tmp_path / "slug") == ["first", "first/diagnosis.json", "first/report.html"]


def test_abandon_before_anything_was_written(tmp_path):
    """Abandoning an untouched run folder changes nothing."""
    RunFolder(tmp_path, "slug", "name").abandon()
    assert everything_in(tmp_path) == []


def test_parallel_runs(tmp_path):
    """Runs that write at the same time all get their folders."""
    folders = [RunFolder(tmp_path / "reports", "slug", f"run-{number}") for number in range(8)]
    threads = [threading.Thread(target=folder.write, args=[FILES]) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.name for path in (tmp_path / "reports" / "slug").iterdir()) == [
        f"run-{number}" for number in range(8)
    ]


def test_sweep_removes_only_old_folders_nobody_holds(tmp_path):
    """What a killed run left goes; what a living run holds, and what was made just now, stays."""
    old = time.time() - 2 * GRACE_S
    for name in ("left", "held", "new"):
        (tmp_path / f"{UNFINISHED}{name}").mkdir()
    for name in ("left", "held"):
        os.utime(tmp_path / f"{UNFINISHED}{name}", (old, old))
    holder = PrivateFolder.hold(tmp_path / f"{UNFINISHED}held")
    sweep(tmp_path, UNFINISHED)
    assert everything_in(tmp_path) == [f"{UNFINISHED}held", f"{UNFINISHED}new"]
    holder.release()


def test_sweep_follows_no_link(tmp_path):
    """A link with our prefix is no folder of ours: neither it nor what it points at is touched."""
    (tmp_path / "precious").mkdir()
    (tmp_path / f"{UNFINISHED}link").symlink_to(tmp_path / "precious")
    os.utime(tmp_path / f"{UNFINISHED}link", (0, 0), follow_symlinks=False)
    sweep(tmp_path, UNFINISHED)
    assert everything_in(tmp_path) == [f"{UNFINISHED}link", "precious"]


def test_private_folder_is_private(tmp_path):
    """Nobody but its owner gets into a private folder; a second place is tried where the first fails."""
    folder = PrivateFolder.make("x-", (tmp_path / "missing", tmp_path))
    assert folder.path.parent == tmp_path
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    folder.remove()
    assert everything_in(tmp_path) == []


def test_private_folder_where_there_is_room(tmp_path, monkeypatch):
    """A place that is full is passed over, and nothing is left there."""
    for name in ("full", "free"):
        (tmp_path / name).mkdir()
    answers = iter([OSError(errno.ENOSPC, "No space left on device"), None])

    def allocate(*_: object) -> None:
        failure = next(answers)
        if failure is not None:
            raise failure

    monkeypatch.setattr(os, "posix_fallocate", allocate)
    folder = PrivateFolder.make("x-", (tmp_path / "full", tmp_path / "free"), 1000)
    assert folder.path.parent == tmp_path / "free"
    assert everything_in(tmp_path / "full") == []
    folder.remove()


def test_gate_names_the_file_and_the_token():
    """A secret in a file's final bytes is refused, by file and token, without repeating the secret."""
    vault = Vault(b"key")
    token = vault.learn("hunter22pw")
    with pytest.raises(Leak) as caught:
        refuse_secrets({"report.html": b"... hunter22pw ...", "evidence.json": b"{}"}, vault)
    assert caught.value.places == {"report.html": (token,)}
    assert "hunter22pw" not in str(caught.value)


def test_gate_lets_tokens_pass():
    """A file in which the token stands for the secret is fine."""
    vault = Vault(b"key")
    refuse_secrets({"report.html": vault.redact("AUTH hunter22pw").encode()}, vault)


def test_kept_evidence_is_private(tmp_path, monkeypatch):
    """Evidence that must not be published is kept where only its owner reads it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = keep_aside(b"{}")
    assert kept is not None
    assert kept.parent == tmp_path
    assert kept.read_bytes() == b"{}"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
