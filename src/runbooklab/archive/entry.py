"""What the index knows of a run: one row."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from pathlib import Path
from stat import S_ISREG
from typing import Any, Literal

import msgspec

from runbooklab.files import read_file
from runbooklab.model.conclusions import Verdict
from runbooklab.model.declared import NOTHING, Declarations
from runbooklab.model.from_json import from_json
from runbooklab.report.moments import milliseconds

#: Characters of each text that are kept, and files of a run's folder that are counted.
MOST_TEXT = 1000
MOST_FILES = 1000


class Entry(msgspec.Struct, frozen=True):
    """One run. ``folder`` is relative to the reports folder; ``verdict`` is "" if it can't be read."""

    folder: str
    stamp: str  # of its diagnosis.json: changes when the file does
    runbook: str = ""
    title: str = ""
    target: str = ""
    incident: str = ""
    verdict: Verdict | Literal[""] = ""
    summary: str = ""
    cause: str = ""  # title of the primary cause
    started_at: str = ""
    took_ms: float | None = None
    size_bytes: int = 0

    @property
    def is_read(self) -> bool:
        return bool(self.verdict)

    @property
    def name(self) -> str:
        return self.folder.rpartition("/")[2]


class _Cause(msgspec.Struct):
    title: str
    primary: bool = False


class _Run(msgspec.Struct):
    """What is needed of a ``diagnosis.json``."""

    runbook: str
    started_at: str
    finished_at: str
    verdict: Verdict
    summary: str
    title: str = ""
    incident: str | None = None
    parameters: dict[str, Any] = {}
    causes: tuple[_Cause, ...] = ()


class _Seen(msgspec.Struct):
    """What is needed of an ``evidence.json``: whose rules know what names the target."""

    domains: tuple[str, ...] = ()
    declared: Declarations = NOTHING


def stamp_of(diagnosis: Path) -> str:
    """What changes when the file is written again. Raises :class:`OSError` if there is no such file."""
    seen = diagnosis.stat()
    if not S_ISREG(seen.st_mode):  # reading from a pipe would wait for a writer forever
        raise FileNotFoundError("is no file")
    return f"{seen.st_mtime_ns}-{seen.st_size}"


def entry_of(reports: Path, folder: str, stamp: str) -> Entry | None:
    """The row of the run in ``reports / folder``; an unreadable run is a row that says so.

    None if the run is not there any more.
    """
    path = reports / folder
    try:
        run = from_json(read_file(path / "diagnosis.json"), _Run)
        size = sum(file.stat().st_size for file in islice(path.iterdir(), MOST_FILES))
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Entry(folder, stamp)
    return Entry(
        folder=folder,
        stamp=stamp,
        runbook=run.runbook[:MOST_TEXT],
        title=(run.title or run.runbook)[:MOST_TEXT],
        target=_target(path, run)[:MOST_TEXT],
        incident=(run.incident or "")[:MOST_TEXT],
        verdict=run.verdict,
        summary=run.summary[:MOST_TEXT],
        cause=next((cause.title for cause in run.causes if cause.primary), "")[:MOST_TEXT],
        started_at=run.started_at[:MOST_TEXT],
        took_ms=milliseconds(run.started_at, run.finished_at),
        size_bytes=size,
    )


def _target(folder: Path, run: _Run) -> str:
    """The name of what was observed. Without readable evidence, the default domain looks for it."""
    from runbooklab.diagnosis.stored_evidence import evidence_of
    from runbooklab.domain.rules import Rules  # brings the domains; most runs are in the index
    from runbooklab.model.evidence import Evidence

    seen, evidence = _Seen(), None
    with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        stored = read_file(folder / "evidence.json")
        seen = from_json(stored, _Seen)
        if seen.declared:
            evidence = evidence_of(from_json(stored, Any))
    rules = Rules.installed_of(Evidence(domains=seen.domains, declared=seen.declared))
    return rules.target_name(run.parameters, evidence)
