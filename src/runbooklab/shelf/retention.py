"""Which runs have had their time, and removing them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from runbooklab.report.moments import parse
from runbooklab.shelf.entry import RUN_NAME, Entry

#: A run's folder has this name in front of its own while it is being removed.
REMOVING = ".removing-"

_AGE = re.compile(r"(?P<number>[0-9]{1,6})\s?(?P<unit>[hdw])")
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}
_SIZE = re.compile(r"(?P<number>[0-9]{1,9}(?:\.[0-9]{1,3})?)\s?(?P<unit>[KMGT]?)i?B?", re.IGNORECASE)
_FACTOR = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


@dataclass(frozen=True)
class Limits:
    """What may stay; None: no limit. A run beyond any one of them goes."""

    keep: int | None = None  # the newest runs of each runbook and target
    older_than: timedelta | None = None
    most_bytes: int | None = None  # of all runs together; the oldest go first


@dataclass(frozen=True)
class Plan:
    """What goes, the oldest first, and how many that would have to go belong to an incident and stay."""

    gone: tuple[Entry, ...]
    of_incidents: int

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


def plan(entries: Sequence[Entry], limits: Limits, now: datetime | None = None) -> Plan:
    """What has to go of ``entries``, which come newest first.

    What is no run of ours by its name, can't be read or belongs to an incident always stays.
    """
    ours = [entry for entry in entries if entry.is_read and RUN_NAME.fullmatch(entry.name)]
    beyond = {entry.folder for entry in _beyond_count(ours, limits.keep)}
    beyond |= {entry.folder for entry in _too_old(ours, limits.older_than, now or datetime.now(UTC))}
    staying = sum(entry.size_bytes for entry in entries if entry.folder not in beyond or entry.incident)
    for entry in reversed(ours):
        if limits.most_bytes is None or staying <= limits.most_bytes:
            break
        if entry.folder not in beyond:
            beyond.add(entry.folder)
            staying -= 0 if entry.incident else entry.size_bytes
    over = [entry for entry in reversed(ours) if entry.folder in beyond]
    gone = tuple(entry for entry in over if not entry.incident)
    return Plan(gone, len(over) - len(gone))


def _beyond_count(entries: Iterable[Entry], keep: int | None) -> Iterable[Entry]:
    counted: dict[tuple[str, str], int] = {}
    for entry in entries:
        place = (entry.runbook, entry.target)
        counted[place] = counted.get(place, 0) + 1
        if keep is not None and counted[place] > keep:
            yield entry


def _too_old(entries: Iterable[Entry], limit: timedelta | None, now: datetime) -> Iterable[Entry]:
    for entry in entries:
        started = parse(entry.started_at)
        if limit is not None and started is not None and now - started > limit:
            yield entry


def remove(reports: Path, entries: Iterable[Entry]) -> tuple[list[Entry], list[str]]:
    """Remove the runs' folders, each at once or not at all: those removed, and why others were not."""
    removed: list[Entry] = []
    problems: list[str] = []
    for entry in entries:
        folder = reports / entry.folder
        doomed = folder.with_name(f"{REMOVING}{folder.name}")
        try:
            if folder.is_symlink() or folder.resolve() != reports.resolve() / entry.folder:
                raise OSError("it is a link to another place")
            folder.rename(doomed)
        except OSError as error:
            problems.append(f"{folder}: {error.strerror or error}")
            continue
        shutil.rmtree(doomed, ignore_errors=True)
        removed.append(entry)
    for left in reports.glob(f"*/{REMOVING}*"):  # of a removal that was killed
        with suppress(OSError):
            shutil.rmtree(left)
    return removed, problems
