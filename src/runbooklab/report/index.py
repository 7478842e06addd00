"""``reports/index.html``: all runs, newest first."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import msgspec

from runbooklab.files import write_atomic
from runbooklab.model import Verdict
from runbooklab.report import moments, words
from runbooklab.report.drawing import draw

#: At most so many runs are listed, the newest.
RUN_LIMIT = 1_000

#: Seconds to wait for the runs that are writing the list just now.
PATIENCE_S = 30.0


class _Cause(msgspec.Struct):
    title: str
    primary: bool = False


class _Run(msgspec.Struct):
    """What the index needs of a ``diagnosis.json``."""

    runbook: str
    started_at: str
    finished_at: str
    verdict: Verdict
    summary: str
    title: str = ""
    incident: str | None = None
    causes: tuple[_Cause, ...] = ()


@dataclass(frozen=True)
class Row:
    """One run as the index lists it."""

    link: str
    run: _Run

    @property
    def cause(self) -> str:
        """The primary cause's title."""
        return next((cause.title for cause in self.run.causes if cause.primary), "")

    @property
    def took(self) -> str:
        """How long the run took."""
        ms = moments.milliseconds(self.run.started_at, self.run.finished_at)
        return "" if ms is None else words.duration(ms)


def rebuild(reports: Path) -> Path:
    """Write ``reports/index.html`` from the runs' ``diagnosis.json``; gives its path.

    A run that cannot be read is counted and passed over. Runs that end at the same time wait for each other
    here, so the last to write has seen them all. Raises :class:`OSError` where the folder cannot be written.
    """
    with _alone(reports):
        folders = _newest_first(reports)
        rows = [(folder, _row(reports, folder)) for folder in islice(folders, RUN_LIMIT)]
        listed = [row for _, row in rows if row]
        page = draw(
            "index",
            rows=listed,
            unreadable=[folder.relative_to(reports).as_posix() for folder, row in rows if not row],
            unlisted=len(folders) - len(rows),
            offset=moments.local_offset(listed[0].run.started_at) if listed else "",
        )
        path = reports / "index.html"
        write_atomic(path, page)
    return path


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; it ends with the process, whatever becomes of it.

    Raises :class:`TimeoutError` where another process keeps it, as one that is stopped does.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        _lock(handle, time.monotonic() + PATIENCE_S)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TimeoutError(f"another process has held it for {PATIENCE_S:g} s") from None
        time.sleep(0.02)


def _newest_first(reports: Path) -> list[Path]:
    """The run folders ``<slug>/<UTC time>-<id>``: their names sort by time."""
    found = (path.parent for path in reports.glob("*/*/diagnosis.json"))
    visible = (
        path for path in found if not path.name.startswith(".") and not path.parent.name.startswith(".")
    )
    return sorted(visible, key=lambda path: (path.name, path.parent.name), reverse=True)


def _row(reports: Path, folder: Path) -> Row | None:
    try:
        run = msgspec.json.decode((folder / "diagnosis.json").read_bytes(), type=_Run)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return Row(quote(f"{folder.relative_to(reports).as_posix()}/report.html"), run)
