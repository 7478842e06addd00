"""One zip of an incident: the same files give the same bytes, whenever and wherever it is made."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import msgspec

from runbooklab.archive.bundled import (
    NOTHING,
    Bundled,
    Kept,
    in_order,
    of_run,
    run_folder,
    safe_name,
    within_bound,
)
from runbooklab.archive.secret_scan import in_words, suspects
from runbooklab.archive.stored import StoredRun
from runbooklab.errors import UserError
from runbooklab.files import read_file
from runbooklab.model.from_json import from_json
from runbooklab.words import count, moment

#: The earliest time that a zip can hold.
_EARLIEST = (1980, 1, 1, 0, 0, 0)


class _Head(msgspec.Struct):
    incident: str | None = None


def runs_of(incident: str, reports: Path) -> list[Path]:
    """The folders below ``reports`` of the runs that belong to ``incident``. Unreadable runs are left out."""
    found = sorted(path.parent for path in reports.glob("*/*/diagnosis.json"))
    return [folder for folder in found if not folder.name.startswith(".") and _incident(folder) == incident]


def _incident(folder: Path) -> str | None:
    try:
        return from_json(read_file(folder / "diagnosis.json"), _Head).incident
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def name_of(runs: Sequence[StoredRun], incident: str = "") -> str:
    """A file name for a bundle: after ``incident``, else after that of the first run, else after that run."""
    if not incident:
        first = min(runs, key=_place).diagnosis
        incident = first.incident or f"{first.runbook}-{run_folder(first)}"
    return f"{safe_name(incident)}.zip"


def bundle(runs: Sequence[StoredRun], kept: Kept = NOTHING, *, unchecked: bool = False) -> bytes:
    """The zip: a folder a run, what else is ``kept``, ``index.html`` that lists it all, and ``SHA256SUMS``.

    Raises :class:`UserError` if a run can't be read, if two runs differ and have one id, if all together is
    too large, and, unless ``unchecked``, if a file holds what looks like a secret.
    """
    parts = in_order(within_bound(chain(kept.parts, _each_once(runs))))
    if not unchecked:
        for part in parts:
            _refuse_suspects(part)
    files = {name: data for part in parts for name, data in part.files.items()}
    files = {"index.html": _index(parts, kept.left_out), **files}
    files = {"SHA256SUMS": _sums(files), **files}
    times = {name: part.until for part in parts for name in part.files}
    latest = max(times.values(), default="")
    return _zipped(files, {name: times.get(name, latest) for name in files})


def _place(run: StoredRun) -> tuple[str, str, bool]:
    """Runs in the order in which they began; a whole folder before a single report of the same run."""
    return run.diagnosis.started_at, run.diagnosis.run_id, run.folder is None


def _each_once(runs: Iterable[StoredRun]) -> Iterator[Bundled]:
    """Each run, its copies left out. Raises :class:`UserError` if one says something else."""
    held: dict[str, bytes] = {}
    for run in sorted(runs, key=_place):
        part = of_run(run)
        if not held.keys().isdisjoint(part.files):
            _refuse_another(run, part.files, held)
            continue
        held |= part.files
        yield part


def _refuse_another(run: StoredRun, files: Mapping[str, bytes], held: Mapping[str, bytes]) -> None:
    """Refuse a second copy that says something else. The notebook in a report is a reduced one."""
    compared = {name: data for name, data in files.items() if not name.endswith(".ipynb")}
    if any(held.get(name, data) != data for name, data in compared.items()):
        raise UserError(
            f"differs from the other copy of run {run.diagnosis.run_id}", run.path, hint="name one"
        )


def _refuse_suspects(part: Bundled) -> None:
    readable = {name: data for name, data in part.files.items() if not name.endswith(".pdf")}
    if doubtful := suspects(readable, part.documented):
        named = {name.rpartition("/")[2]: before for name, before in doubtful.items()}
        raise UserError(
            f"what looks like a secret stands in {in_words(named)}",
            part.path,
            hint="replace it with `runbook redact`, or bundle with --unchecked",
        )


def _index(parts: Sequence[Bundled], left_out: Sequence[str]) -> bytes:
    from runbooklab.report.drawing import draw

    incidents = dict.fromkeys(part.incident for part in parts if part.incident)
    kinds = [part.kind for part in parts]
    counted = [count(kinds.count(kind), kind) for kind in ("notebook", "run") if kind in kinds]
    page = draw("bundle", parts=parts, incidents=tuple(incidents), counted=counted, left_out=left_out)
    return page.encode("utf-8")


def _sums(files: Mapping[str, bytes]) -> bytes:
    """As ``sha256sum --check`` reads it."""
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return "".join(lines).encode()


def _zipped(files: Mapping[str, bytes], times: Mapping[str, str]) -> bytes:
    """A zip whose bytes depend on names, contents and ``times`` alone."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _zip_time(times[name]))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, so that the permission bits below count
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return whole.getvalue()


def _zip_time(text: str) -> tuple[int, int, int, int, int, int]:
    at = moment(text)
    if at is None or not 1980 <= at.year <= 2107:
        return _EARLIEST
    return (at.year, at.month, at.day, at.hour, at.minute, at.second)
