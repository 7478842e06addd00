"""The index of all runs, in SQLite beside them: a run is read once, however often it is listed.

The folders are what counts. The index is brought up to date with them each time it is used, and where it is
lost, damaged, of another version or may not be written, it is made of them anew (in memory, if need be).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from runbooklab.shelf.entry import Entry, entry_of, stamp_of

#: The index's file in the reports folder.
NAME = "index.sqlite"
#: Of the table's layout: another one means another table.
VERSION = 1
#: Seconds to wait for another process that writes to the index.
PATIENCE_S = 5.0

_FIELDS = Entry.__struct_fields__
_TABLE = f"CREATE TABLE IF NOT EXISTS runs ({', '.join(_FIELDS)}, PRIMARY KEY (folder)) WITHOUT ROWID"
_SAVE = f"INSERT OR REPLACE INTO runs VALUES ({', '.join('?' * len(_FIELDS))})"  # noqa: S608 # our own names
_ALL = f"SELECT {', '.join(_FIELDS)} FROM runs"  # noqa: S608 # our own names


def entries(reports: Path) -> list[Entry]:
    """Every run below ``reports``, the newest first; what can't be read is among them and says so."""
    there = _stamps(reports)
    try:
        found = _from_index(reports, there)
    except sqlite3.Error:
        found = [entry_of(reports, folder, stamp) for folder, stamp in there.items()]
    return sorted(found, key=lambda entry: (entry.name, entry.folder), reverse=True)


def _stamps(reports: Path) -> dict[str, str]:
    """Folder -> stamp of every finished run. Hidden folders are being written, or removed."""
    stamps: dict[str, str] = {}
    for slug in _folders(reports):
        for run in _folders(Path(slug.path)):
            with suppress(OSError):
                stamps[f"{slug.name}/{run.name}"] = stamp_of(Path(run.path) / "diagnosis.json")
    return stamps


def _folders(path: Path) -> Iterator[os.DirEntry[str]]:
    with suppress(OSError), os.scandir(path) as found:
        yield from (
            one for one in found if not one.name.startswith(".") and one.is_dir(follow_symlinks=False)
        )


def _from_index(reports: Path, there: dict[str, str]) -> list[Entry]:
    with closing(_opened(reports)) as index:
        known = {row[0]: Entry(*row) for row in index.execute(_ALL)}
        fresh = [
            entry_of(reports, folder, stamp)
            for folder, stamp in there.items()
            if folder not in known or known[folder].stamp != stamp
        ]
        gone = known.keys() - there.keys()
        if fresh or gone:
            _save(index, fresh, gone)
        seen = known | {entry.folder: entry for entry in fresh}
        return [entry for folder, entry in seen.items() if folder in there]


def _save(index: sqlite3.Connection, fresh: list[Entry], gone: set[str]) -> None:
    # A full disk, a read-only folder or a busy index costs the next listing some time, and nothing else.
    with suppress(sqlite3.Error), index:
        index.executemany(_SAVE, [tuple(getattr(entry, name) for name in _FIELDS) for entry in fresh])
        index.executemany("DELETE FROM runs WHERE folder = ?", [(folder,) for folder in gone])


def _opened(reports: Path) -> sqlite3.Connection:
    path = reports / NAME
    try:
        return _connected(path)
    except sqlite3.OperationalError:  # read-only, full or busy
        return _connected(None)
    except sqlite3.DatabaseError:  # damaged, or no index at all
        with suppress(OSError):
            path.unlink()
    try:
        return _connected(path)
    except sqlite3.Error:
        return _connected(None)


def _connected(path: Path | None) -> sqlite3.Connection:
    """The index at ``path`` with its table, or an empty one in memory."""
    index = sqlite3.connect(path or ":memory:", timeout=PATIENCE_S)
    try:
        if index.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            with index:
                index.execute("DROP TABLE IF EXISTS runs")
                index.execute(_TABLE)
                index.execute(f"PRAGMA user_version = {VERSION}")
        index.execute("SELECT count(*) FROM runs")
    except BaseException:
        index.close()
        raise
    return index
