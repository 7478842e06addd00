"""One zip of an incident's runs: the same runs give the same bytes, whenever and wherever it is made."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from runbooklab.archive.run_name import folder_name
from runbooklab.archive.secret_scan import authors_text, in_words, suspects
from runbooklab.archive.stored import StoredRun
from runbooklab.errors import UserError
from runbooklab.files import limit_in_words, read_file
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.from_json import from_json
from runbooklab.report.moments import milliseconds
from runbooklab.words import duration_ms, moment

#: Bytes of all files of a bundle: they are in memory at once.
MOST_BYTES = 64 << 20
#: The earliest time that a zip can hold.
_EARLIEST = (1980, 1, 1, 0, 0, 0)

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+|\.{2,}")


class _Head(msgspec.Struct):
    incident: str | None = None


class Bundled(Struct, frozen=True):
    """A run in a bundle: its folder there, and the names of its files."""

    folder: str
    diagnosis: Diagnosis
    names: tuple[str, ...]

    @property
    def cause(self) -> str:
        """The primary cause's title; "" if none is named."""
        return self.diagnosis.primary.title if self.diagnosis.primary else ""

    @property
    def took(self) -> str:
        """How long the run took; "" if its times are not valid."""
        ms = milliseconds(self.diagnosis.started_at, self.diagnosis.finished_at)
        return "" if ms is None else duration_ms(ms)


def runs_of(incident: str, reports: Path) -> list[Path]:
    """The folders below ``reports`` of the runs that belong to ``incident``. Unreadable runs are left out."""
    found = sorted(path.parent for path in reports.glob("*/*/diagnosis.json"))
    return [folder for folder in found if not folder.name.startswith(".") and _incident(folder) == incident]


def _incident(folder: Path) -> str | None:
    try:
        return from_json(read_file(folder / "diagnosis.json"), _Head).incident
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def name_of(runs: Sequence[StoredRun]) -> str:
    """A file name for a bundle of ``runs``: after the incident, else after the first run."""
    first = min(runs, key=_place).diagnosis
    return f"{_safe(first.incident or f'{first.runbook}-{_folder(first)}')}.zip"


def bundle(runs: Sequence[StoredRun], *, unchecked: bool = False) -> bytes:
    """The zip: a folder a run, ``index.html`` that lists them, and ``SHA256SUMS`` of it all.

    Raises :class:`UserError` if a run can't be read, if two runs differ and have one id, and,
    unless ``unchecked``, if a file holds what looks like a secret.
    """
    bundled: list[Bundled] = []
    files: dict[str, bytes] = {}
    times: dict[str, str] = {}
    for run in sorted(runs, key=_place):
        folder = f"{_safe(run.diagnosis.runbook)}/{_folder(run.diagnosis)}"
        held = {f"{folder}/{name}": data for name, data in run.files().items()}
        if any(other.folder == folder for other in bundled):
            _refuse_another(run, held, files)
            continue
        if not unchecked:
            _refuse_suspects(run, held)
        files |= held
        if sum(map(len, files.values())) > MOST_BYTES:
            raise UserError(
                f"makes the bundle larger than {limit_in_words(MOST_BYTES)}",
                run.path,
                hint="bundle fewer runs",
            )
        times |= dict.fromkeys(held, run.diagnosis.finished_at)
        names = tuple(name.rpartition("/")[2] for name in held)
        bundled.append(Bundled(folder, run.diagnosis, names))
    files = {"index.html": _index(bundled), **files}
    files = {"SHA256SUMS": _sums(files), **files}
    latest = max(times.values(), default="")
    return _zipped(files, {name: times.get(name, latest) for name in files})


def _folder(run: Diagnosis) -> str:
    return _safe(folder_name(run.started_at, run.run_id))


def _safe(name: str) -> str:
    """A name that every system takes, and never a path."""
    return _UNSAFE.sub("-", name).strip(".-")[:100] or "run"


def _place(run: StoredRun) -> tuple[str, str, bool]:
    """Runs in the order in which they began; a whole folder before a single report of the same run."""
    return run.diagnosis.started_at, run.diagnosis.run_id, run.folder is None


def _refuse_another(run: StoredRun, held: Mapping[str, bytes], files: Mapping[str, bytes]) -> None:
    """Refuse a second copy that says something else. The notebook in a report is a reduced one."""
    compared = {name: data for name, data in held.items() if not name.endswith(".ipynb")}
    if any(files.get(name, data) != data for name, data in compared.items()):
        raise UserError(
            f"differs from the other copy of run {run.diagnosis.run_id}", run.path, hint="name one"
        )


def _refuse_suspects(run: StoredRun, held: Mapping[str, bytes]) -> None:
    readable = {name: data for name, data in held.items() if not name.endswith(".pdf")}
    notebooks = [data for name, data in held.items() if name.endswith(".ipynb")]
    documented = (text for notebook in notebooks for text in authors_text(notebook))
    if doubtful := suspects(readable, documented):
        named = {name.rpartition("/")[2]: before for name, before in doubtful.items()}
        raise UserError(
            f"what looks like a secret stands in {in_words(named)}",
            run.path,
            hint="replace it with `runbook redact`, or bundle with --unchecked",
        )


def _index(runs: Sequence[Bundled]) -> bytes:
    from runbooklab.report.drawing import draw

    incidents = dict.fromkeys(run.diagnosis.incident for run in runs if run.diagnosis.incident)
    return draw("bundle", runs=runs, incidents=tuple(incidents)).encode("utf-8")


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
