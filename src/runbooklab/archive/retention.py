"""Which runs are too old or too many, and their removal."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Sequence, Set
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_ISDIR, S_ISREG

import msgspec
from msgspec import Struct

from runbooklab.archive.entry import Entry, entry_of
from runbooklab.archive.index import folders
from runbooklab.archive.run_name import RUN_NAME
from runbooklab.archive.stored import ARTEFACTS
from runbooklab.words import moment

#: A run's folder has this name in front of its own while it is being removed.
REMOVING = ".removing-"

_AGE = re.compile(r"(?P<number>[0-9]{1,6})\s?(?P<unit>[hdw])")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}
_SIZE = re.compile(r"(?P<number>[0-9]{1,9}(?:\.[0-9]{1,3})?)\s?(?P<unit>[KMGT]?)i?B?", re.IGNORECASE)
_FACTOR = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


class Limits(Struct, frozen=True):
    """What to keep; None: no limit. A run beyond any limit is removed."""

    keep: int | None = None  # the newest runs of each runbook and target
    older_than: timedelta | None = None
    most_bytes: int | None = None  # of all runs together; the oldest are removed first


class Plan(Struct, frozen=True):
    """The runs to remove, the oldest first, and how many more stay: of an incident, or pinned."""

    gone: tuple[Entry, ...]
    of_incidents: int
    pinned: int = 0

    @property
    def size_bytes(self) -> int:
        return sum(entry.size_bytes for entry in self.gone)


def age(text: str) -> timedelta:
    """``90d``, ``12h`` or ``8w``. Raises :class:`ValueError`.

    >>> age("2w").days
    14
    """
    found = _AGE.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError("an age is a number with h, d or w, such as 90d")
    return timedelta(hours=int(found["number"]) * _HOURS[found["unit"]])


def size(text: str) -> int:
    """``500MB``, ``2GB`` or a number of bytes; a kilobyte has 1024. Raises :class:`ValueError`.

    >>> size("2GB")
    2147483648
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError("a size is a number with KB, MB, GB or TB, such as 2GB")
    return int(float(found["number"]) * _FACTOR[found["unit"].upper()])


def plan(
    entries: Sequence[Entry], limits: Limits, now: datetime | None = None, pinned: Set[str] = frozenset()
) -> Plan:
    """What to remove of ``entries``, which come newest first.

    A folder that is not named like a run, is unreadable, belongs to an incident or is in ``pinned`` stays.
    """
    ours = [entry for entry in entries if entry.is_read and RUN_NAME.fullmatch(entry.name)]
    beyond = {entry.folder for entry in _beyond_count(ours, limits.keep)}
    beyond |= {entry.folder for entry in _too_old(ours, limits.older_than, now or datetime.now(UTC))}
    held = {entry.folder for entry in ours if entry.incident} | pinned
    staying = sum(entry.size_bytes for entry in entries if entry.folder not in beyond - held)
    for entry in reversed(ours):
        if limits.most_bytes is None or staying <= limits.most_bytes:
            break
        if entry.folder not in beyond:
            beyond.add(entry.folder)
            staying -= 0 if entry.folder in held else entry.size_bytes
    over = [entry for entry in reversed(ours) if entry.folder in beyond]
    gone = tuple(entry for entry in over if entry.folder not in held)
    of_incidents = sum(1 for entry in over if entry.incident)
    return Plan(gone, of_incidents, len(over) - len(gone) - of_incidents)


def _beyond_count(entries: Iterable[Entry], keep: int | None) -> Iterable[Entry]:
    counted: dict[tuple[str, str], int] = {}
    for entry in entries:
        place = (entry.runbook, entry.target)
        counted[place] = counted.get(place, 0) + 1
        if keep is not None and counted[place] > keep:
            yield entry


def _too_old(entries: Iterable[Entry], limit: timedelta | None, now: datetime) -> Iterable[Entry]:
    for entry in entries:
        started = moment(entry.started_at)
        if limit is not None and started is not None and now - started > limit:
            yield entry


def measured(reports: Path, entries: Iterable[Entry]) -> tuple[list[Entry], frozenset[str]]:
    """The runs with the size they have now, and the folders that hold more than what a run writes.

    Somebody put a file beside the report: such a run is pinned.
    """
    sized: list[Entry] = []
    pinned: set[str] = set()
    for entry in entries:
        try:
            with os.scandir(reports / entry.folder) as found:
                files = {file.name: file.stat(follow_symlinks=False) for file in found}
        except OSError:  # removed meanwhile, or not readable for us
            pinned.add(entry.folder)
            files = {}
        if not files.keys() <= set(ARTEFACTS) or not all(S_ISREG(seen.st_mode) for seen in files.values()):
            pinned.add(entry.folder)
        total = sum(seen.st_size for seen in files.values())
        sized.append(msgspec.structs.replace(entry, size_bytes=total))
    return sized, frozenset(pinned)


def remove(reports: Path, entries: Iterable[Entry]) -> tuple[list[Entry], list[str]]:
    """Remove the runs' folders, each at once or not at all: those removed, and why others were not.

    A run whose diagnosis names an incident by now stays. A link is never followed, and what a
    killed removal left is removed, too.
    """
    removed: list[Entry] = []
    problems: list[str] = []
    for entry in entries:
        now = entry_of(reports, entry.folder, entry.stamp)
        if now is None:
            continue
        if now.incident or not now.is_read:
            problems.append(f"{reports / entry.folder}: it has changed since this was planned")
            continue
        try:
            _remove_one(reports, entry)
        except FileNotFoundError:  # another process removed it first
            pass
        except OSError as error:
            problems.append(f"{reports / entry.folder}: {error.strerror or error}")
        else:
            removed.append(entry)
    _sweep(reports)
    return removed, problems


def _remove_one(reports: Path, entry: Entry) -> None:
    """Rename the folder, so that the run is gone at once, and then delete it."""
    slug = entry.folder.rpartition("/")[0]
    parent = os.open(reports / slug, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if not S_ISDIR(os.stat(entry.name, dir_fd=parent, follow_symlinks=False).st_mode):
            raise OSError("it is a link to another place")
        doomed = f"{REMOVING}{entry.name}"
        os.rename(entry.name, doomed, src_dir_fd=parent, dst_dir_fd=parent)
        shutil.rmtree(doomed, dir_fd=parent)
    finally:
        os.close(parent)


def _sweep(reports: Path) -> None:
    """Delete what a killed removal left, by the name that only a removal gives."""
    for slug in folders(reports):
        with suppress(OSError), os.scandir(slug.path) as found:
            for left in found:
                name = left.name.removeprefix(REMOVING)
                if name != left.name and RUN_NAME.fullmatch(name) and left.is_dir(follow_symlinks=False):
                    shutil.rmtree(left.path, ignore_errors=True)
