"""A run's folder appears whole or not at all, and holds no secret."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path

import pytest

from runbooklab.archive.run_name import folder_name
from runbooklab.errors import UserError
from runbooklab.execution.last_gate import leaks_in
from runbooklab.execution.private_folder import PrivateFolder
from runbooklab.execution.run_folder import UNFINISHED, RunFolder, keep_aside
from runbooklab.files.temporary import hold, remove_leftovers
from runbooklab.redaction import Vault

FILES = {"report.html": b"<p>", "diagnosis.json": b"{}"}


def everything_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_folder_name_is_time_and_short_id():
    """The name sorts by time and distinguishes two runs of one second."""
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


def test_ctrl_c_leaves_nothing(tmp_path, monkeypatch):
    """A program that does not stop its runs by Ctrl-C gets it as it came, and nothing half-written stays."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        RunFolder(tmp_path / "reports", "slug", "name").write(FILES)
    assert everything_in(tmp_path) == []


def test_reports_folder_that_cannot_be_made(tmp_path):
    """A file in place of the reports folder is reported, and stays as it is."""
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


RANDOM = "0123456789abcdef"


def test_only_what_nobody_holds_is_removed(tmp_path):
    """What a killed run left goes at once; what a living run holds stays."""
    (tmp_path / f"{UNFINISHED}{RANDOM}").mkdir()
    (tmp_path / f"{UNFINISHED}{RANDOM}" / "report.html").write_text("half")
    held = PrivateFolder.make(UNFINISHED, (tmp_path,))
    remove_leftovers(tmp_path, UNFINISHED)
    assert everything_in(tmp_path) == [held.path.name]
    held.remove()


@pytest.mark.parametrize("name", ["notes", "", f"{RANDOM}0", RANDOM.upper()])
def test_what_was_not_made_here_stays(tmp_path, name):
    """Another name that begins as ours do is a person's, even if something holds it."""
    (tmp_path / f"{UNFINISHED}{name}").mkdir()
    remove_leftovers(tmp_path, UNFINISHED)
    assert everything_in(tmp_path) == [f"{UNFINISHED}{name}"]


def test_no_link_is_followed(tmp_path):
    """A link with a name of ours is none of ours: neither it nor what it points at is touched."""
    (tmp_path / "precious").mkdir()
    (tmp_path / f"{UNFINISHED}{RANDOM}").symlink_to(tmp_path / "precious")
    remove_leftovers(tmp_path, UNFINISHED)
    assert everything_in(tmp_path) == [f"{UNFINISHED}{RANDOM}", "precious"]


def test_a_folder_that_was_taken_for_a_leftover_is_made_again(tmp_path, monkeypatch):
    """Between making a folder and taking hold of it, another run may remove it: another one is made."""
    taken: list[Path] = []

    def removed_first(path: Path) -> int:
        if not taken:
            taken.append(path)
            path.rmdir()
        return hold(path)

    monkeypatch.setattr("runbooklab.files.temporary.hold", removed_first)
    folder = PrivateFolder.make(UNFINISHED, (tmp_path,))
    assert everything_in(tmp_path) == [folder.path.name] != [taken[0].name]
    folder.remove()


def test_abandon_removes_what_is_half_written(tmp_path):
    """If it has to give up in the middle of writing, nothing of this run stays; the runs before it do."""
    RunFolder(tmp_path, "slug", "first").write(FILES)
    folder = RunFolder(tmp_path, "slug", "second")
    unfinished = PrivateFolder.make(UNFINISHED, (tmp_path / "slug",))
    (unfinished.path / "report.html").write_bytes(b"half")
    folder.abandon()
    assert everything_in(tmp_path / "slug") == ["first", "first/diagnosis.json", "first/report.html"]
    unfinished.release()


def test_private_folder_is_private(tmp_path):
    """Nobody but its owner gets into a private folder; a second place is tried if the first fails."""
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
    """A secret in a file's final bytes is found, and named by file and token."""
    vault = Vault(b"key")
    token = vault.learn("hunter22pw")
    files = {"report.html": b"... hunter22pw ...", "evidence.json": b"{}"}
    assert leaks_in(files, vault) == {"report.html": (token,)}


def test_gate_lets_tokens_pass():
    """A file in which the token stands for the secret is fine."""
    vault = Vault(b"key")
    assert not leaks_in({"report.html": vault.redact("AUTH hunter22pw").encode()}, vault)


def test_kept_files_are_private(tmp_path, monkeypatch):
    """Files that could not go where they belong are kept where only their owner reads them."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = keep_aside(FILES)
    assert kept is not None
    assert kept.parent == tmp_path
    assert {file.name: file.read_bytes() for file in kept.iterdir()} == FILES
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700


def test_kept_files_go_home_where_the_temporary_folder_is_gone(tmp_path, monkeypatch):
    """The second refuge is the home folder; the first is left as it was."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    monkeypatch.setenv("HOME", str(tmp_path))
    kept = keep_aside(FILES)
    assert kept is not None
    assert everything_in(tmp_path)[0] == kept.name
