"""What a bundle holds: each thing with its files there and what the index tells of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct

from runbooklab.archive.run_name import folder_name
from runbooklab.archive.secret_scan import authors_text
from runbooklab.archive.stored import StoredRun
from runbooklab.errors import UserError
from runbooklab.files import limit_in_words
from runbooklab.model.conclusions import AuditEntry, Diagnosis
from runbooklab.report.moments import milliseconds, utc
from runbooklab.words import duration_ms

#: Bytes of all files of a bundle: they are in memory at once.
MOST_BYTES = 64 << 20

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+|\.{2,}")


class Bundled(Struct, frozen=True, kw_only=True):
    """A run, a notebook that a person worked in, or the acts of an incident's notebooks.

    ``path`` is where it comes from, ``files`` are its files by their names in the zip. ``at``: when it began,
    a notebook was opened, the first act was done; "" if that is not known. ``documented``: texts in it
    that people wrote, so that what looks like a secret there is an example.
    """

    kind: Literal["run", "notebook", "acts"]
    path: Path
    files: Mapping[str, bytes]
    at: str
    title: str = ""
    incident: str = ""
    diagnosis: Diagnosis | None = None
    was_run: bool = True
    acts: tuple[AuditEntry, ...] = ()
    documented: tuple[str, ...] = ()

    @property
    def until(self) -> str:
        """The last that is known of it: when it concluded, else its last act, else ``at``."""
        if self.diagnosis is not None:
            return self.diagnosis.finished_at
        return self.acts[-1].at if self.acts else self.at

    @property
    def cause(self) -> str:
        """The primary cause's title; "" if none is named."""
        primary = self.diagnosis.primary if self.diagnosis else None
        return primary.title if primary else ""

    @property
    def when(self) -> str:
        """Its times in words."""
        if self.kind == "run":
            took = milliseconds(self.at, self.until)
            return f"{utc(self.at)} UTC" + ("" if took is None else f", took {duration_ms(took)}")
        opened = f"opened {utc(self.at)} UTC" if self.at else ""
        concluded = f"verdict of {utc(self.until)} UTC" if self.diagnosis else ""
        return ", ".join(filter(None, (opened, concluded)))


class Kept(Struct, frozen=True):
    """What of an incident is no stored run, and what of it could not be taken, or not be read."""

    parts: tuple[Bundled, ...] = ()
    problems: tuple[UserError, ...] = ()

    @property
    def left_out(self) -> list[str]:
        """The problems as the index tells them: it names no folder of this machine."""
        named = ((problem, Path(problem.path.name) if problem.path else None) for problem in self.problems)
        return [str(UserError(problem.message, path, problem.line)) for problem, path in named]


NOTHING = Kept()


def of_run(run: StoredRun) -> Bundled:
    """A stored run with its files, in a folder of its own. Raises :class:`UserError` if one can't be read."""
    diagnosis, files = run.diagnosis, run.files()
    folder = f"{safe_name(diagnosis.runbook)}/{run_folder(diagnosis)}"
    notebooks = [data for name, data in files.items() if name.endswith(".ipynb")]
    return Bundled(
        kind="run",
        path=run.path,
        files={f"{folder}/{name}": data for name, data in files.items()},
        at=diagnosis.started_at,
        title=diagnosis.title or diagnosis.runbook,
        incident=diagnosis.incident or "",
        diagnosis=diagnosis,
        documented=tuple(text for notebook in notebooks for text in authors_text(notebook)),
    )


def within_bound(parts: Iterable[Bundled]) -> list[Bundled]:
    """``parts``, read one after the other: raises :class:`UserError` once they are too large together."""
    held: list[Bundled] = []
    size = 0
    for part in parts:
        size += sum(map(len, part.files.values()))
        if size > MOST_BYTES:
            hint = "bundle fewer runs" if part.kind == "run" else "clear outputs in the incident's notebooks"
            raise UserError(
                f"makes the bundle larger than {limit_in_words(MOST_BYTES)}", part.path, hint=hint
            )
        held.append(part)
    return held


def in_order(parts: Iterable[Bundled]) -> Sequence[Bundled]:
    """``parts`` in the order of time; what has no time is last."""
    return sorted(parts, key=lambda part: (not part.at, part.at, next(iter(part.files), "")))


def run_folder(run: Diagnosis) -> str:
    """The name of a run's own folder in a bundle."""
    return safe_name(folder_name(run.started_at, run.run_id))


def safe_name(name: str) -> str:
    """A name that every system takes, and never a path."""
    return _UNSAFE.sub("-", name).strip(".-")[:100] or "run"
