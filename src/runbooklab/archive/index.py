"""The index of all runs, in SQLite beside them: a run is read only once, however often it is listed.

The folders are the source of truth. The index is updated from them each time it is used; if it is
lost, damaged or of another version it is rebuilt, and if it cannot be used the folders are read.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from runbooklab.archive.entry import Entry, entry_of, stamp_of
from runbooklab.model.from_json import from_builtins

#: The index's file in the reports folder.
NAME = "index.sqlite"
#: Of the table's layout: another one means another table.
VERSION = 1
#: Seconds to wait for another process that writes to the index.
TIMEOUT_S = 2.0
#: Runs that are read between two saves: a killed process loses no more than these.
BATCH = 500
#: Limits for reading the index: bytes of a row, seconds in all, and rows of runs that are gone.
MOST_ROW_BYTES = 64 << 10
MOST_SECONDS = 60.0
MOST_GONE = 20_000

_FIELDS = Entry.__struct_fields__
_TABLE = f"CREATE TABLE IF NOT EXISTS runs ({', '.join(_FIELDS)}, PRIMARY KEY (folder)) WITHOUT ROWID"
_SAVE = f"INSERT OR REPLACE INTO runs VALUES ({', '.join('?' * len(_FIELDS))})"  # noqa: S608 # our own names
_ALL = f"SELECT {', '.join(_FIELDS)} FROM runs"  # noqa: S608 # our own names

#: What says that the index is sound and cannot be written or read just now: it is not made again for that.
_PASSING = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
}  # fmt: skip


class Listing(Struct, frozen=True):
    """All runs, the newest first; ``problem``: why the index was of no use or was not saved, else ""."""

    runs: list[Entry]
    problem: str = ""


def entries(reports: Path) -> list[Entry]:
    """Every run below ``reports``, the newest first; what can't be read is among them and says so."""
    return read_index(reports).runs


def read_index(reports: Path) -> Listing:
    """Every run below ``reports``; runs that the index does not know are read."""
    there = _stamps(reports)
    found: dict[str, Entry] = {}
    problem = ""
    for _ in range(2):
        try:
            _bring_up_to_date(reports / NAME, there, found)
            problem = ""
            break
        except (sqlite3.Error, msgspec.ValidationError) as error:
            problem = str(error)
            code = getattr(error, "sqlite_errorcode", None) or 0
            if code & 0xFF in _PASSING or not _discard(reports / NAME):
                break
            found.clear()
    found |= _read(reports, [folder for folder in there if folder not in found], there)
    runs = sorted(found.values(), key=lambda entry: (entry.name, entry.folder), reverse=True)
    return Listing(runs, problem)


def folders(path: Path) -> Iterator[os.DirEntry[str]]:
    """The folders in ``path``, without links. Hidden ones are being written, or removed."""
    with suppress(OSError), os.scandir(path) as found:
        yield from (entry for entry in found if _is_plain(entry.name) and entry.is_dir(follow_symlinks=False))


def _is_plain(name: str) -> bool:
    """Whether a name is not hidden, and is text: what we write is."""
    return not name.startswith(".") and not any("\ud800" <= letter <= "\udfff" for letter in name)


def _stamps(reports: Path) -> dict[str, str]:
    """Folder -> stamp of every finished run."""
    stamps: dict[str, str] = {}
    for slug in folders(reports):
        for run in folders(Path(slug.path)):
            with suppress(OSError):
                stamps[f"{slug.name}/{run.name}"] = stamp_of(Path(run.path) / "diagnosis.json")
    return stamps


def _read(reports: Path, wanted: Iterable[str], there: Mapping[str, str]) -> dict[str, Entry]:
    read = (entry_of(reports, folder, there[folder]) for folder in wanted)
    return {entry.folder: entry for entry in read if entry is not None}


def _bring_up_to_date(path: Path, there: dict[str, str], found: dict[str, Entry]) -> None:
    """Put into ``found`` what the index knows and what is read for it.

    Raises :class:`sqlite3.Error` and :class:`msgspec.ValidationError`; what is in ``found`` by then is right
    if the index is sound.
    """
    with closing(_opened(path)) as index:
        gone = _known(index, there, found)
        fresh = [folder for folder in there if folder not in found]
        for at in range(0, len(fresh), BATCH):
            read = _read(path.parent, fresh[at : at + BATCH], there)
            found |= read
            with index:
                index.executemany(_SAVE, map(msgspec.structs.astuple, read.values()))
        if gone:
            with index:
                index.executemany("DELETE FROM runs WHERE folder = ?", [(folder,) for folder in gone])


def _known(index: sqlite3.Connection, there: Mapping[str, str], found: dict[str, Entry]) -> list[str]:
    """Put into ``found`` what the index knows of the runs that are there; the folders that are gone.

    The file may be anybody's: with far more rows than there are runs it is no index of theirs.
    """
    gone: list[str] = []
    for row in index.execute(f"{_ALL} LIMIT {2 * len(there) + MOST_GONE}"):
        entry = from_builtins(dict(zip(_FIELDS, row, strict=True)), Entry)
        if entry.folder not in there:
            gone.append(entry.folder)
        elif entry.stamp == there[entry.folder]:
            found[entry.folder] = entry
    if len(gone) > len(there) + MOST_GONE // 2:
        raise sqlite3.DatabaseError("it holds far more runs than there are")
    return gone


def _opened(path: Path) -> sqlite3.Connection:
    """The index at ``path`` with its table. Raises :class:`sqlite3.Error`."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise sqlite3.DatabaseError("it is no file")
    index = sqlite3.connect(path, timeout=TIMEOUT_S)
    index.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_ROW_BYTES)
    end = time.monotonic() + MOST_SECONDS
    index.set_progress_handler(lambda: time.monotonic() > end, 10_000)
    try:
        if index.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            with index:
                index.execute("DROP TABLE IF EXISTS runs")
                index.execute(_TABLE)
                index.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        index.close()
        raise
    return index


def _discard(path: Path) -> bool:
    """Remove the index, and what a killed writer left of a change; whether that could be done."""
    try:
        for name in (f"{path.name}-journal", f"{path.name}-wal", f"{path.name}-shm", path.name):
            path.with_name(name).unlink(missing_ok=True)
    except OSError:
        return False
    return True
