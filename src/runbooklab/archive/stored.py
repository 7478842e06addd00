"""Stored runs: a run's folder, its ``diagnosis.json`` alone, or its ``report.html`` alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from runbooklab import __version__
from runbooklab.diagnosis.stored_evidence import evidence_of
from runbooklab.errors import UserError
from runbooklab.files import NoPayload, bounded_json, read_of_user
from runbooklab.model.as_json import as_json
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.evidence import Evidence
from runbooklab.model.from_json import from_json

T = TypeVar("T")

#: The ``schema_version`` of a ``diagnosis.json`` that can be read.
SCHEMA_VERSION = 1
HINT = "name a run's folder, with its evidence.json and diagnosis.json"

#: What a run's folder may hold, in the order in which a reader wants it.
ARTEFACTS = (
    "report.html", "report.pdf", "report.md", "postmortem.md",
    "report.ipynb", "diagnosis.json", "evidence.json",
)  # fmt: skip


class StoredRun(Struct, frozen=True):
    """``path`` is what named it, ``page`` its report.html, ``evidence`` what it observed; None: not stored.

    ``folder`` holds its files; a report that came alone has what is in it in ``embedded`` instead.
    """

    path: Path
    diagnosis: Diagnosis
    evidence: Evidence | None = None
    page: Path | None = None
    folder: Path | None = None
    embedded: Mapping[str, bytes] = field(default_factory=dict)

    def files(self) -> dict[str, bytes]:
        """Its artefacts, name to content. Raises :class:`UserError`."""
        if self.folder is None:
            page = {"report.html": contents(self.page)} if self.page else {}
            return {**page, **self.embedded}
        there = (self.folder / name for name in ARTEFACTS)
        return {path.name: contents(path) for path in there if path.is_file() and not path.is_symlink()}

    def _notebook_file(self) -> bytes:
        if self.folder is None:
            return self.embedded.get("report.ipynb", b"")
        path = self.folder / "report.ipynb"
        return contents(path) if path.is_file() and not path.is_symlink() else b""

    def notebook(self) -> dict[str, Any] | None:
        """Its executed notebook as :func:`json.loads` gives it; None if there is none to be read."""
        try:
            notebook = bounded_json.loads(self._notebook_file())
        except (ValueError, RecursionError):
            return None
        return notebook if isinstance(notebook, dict) else None


def read_run(path: Path) -> StoredRun:
    """The run that ``path`` names. Raises :class:`UserError` if there is none that can be read."""
    if path.is_dir():
        return _from_folder(path, path)
    if path.suffix.lower() in (".html", ".htm"):
        return _from_page(path)
    if path.name == "diagnosis.json":
        return _from_folder(path, path.parent)
    data = contents(path)
    return StoredRun(path, as_diagnosis(data, path), embedded={"diagnosis.json": data})


def _from_folder(path: Path, folder: Path) -> StoredRun:
    diagnosis, evidence, page = (folder / name for name in ("diagnosis.json", "evidence.json", "report.html"))
    return StoredRun(
        path,
        as_diagnosis(contents(diagnosis), diagnosis),
        as_evidence(contents(evidence), evidence) if evidence.is_file() else None,
        page if page.is_file() else None,
        folder,
    )


def _from_page(path: Path) -> StoredRun:
    from runbooklab.report.embedded_run import run_in  # brings the libraries that draw a page

    try:
        run = run_in(contents(path))
    except NoPayload as reason:
        raise UserError(str(reason), path, hint=HINT) from None
    embedded = {"diagnosis.json": as_json(run.diagnosis)}
    if run.evidence is not None:
        embedded["evidence.json"] = as_json(run.evidence)
    if run.notebook is not None:
        text = json.dumps(run.notebook, indent=1, ensure_ascii=False, sort_keys=True)
        embedded["report.ipynb"] = f"{text}\n".encode("utf-8", "backslashreplace")
    return StoredRun(path, run.diagnosis, run.evidence, path, embedded=embedded)


def contents(path: Path) -> bytes:
    """The bytes of a stored file. Raises :class:`UserError`."""
    return read_of_user(path, HINT)


def as_diagnosis(data: bytes, path: Path) -> Diagnosis:
    """A stored diagnosis; ``path`` is where it comes from. Raises :class:`UserError`."""
    head = decoded(data, path, dict[str, Any])
    if "observations" in head:
        raise UserError("holds evidence, and no diagnosis", path, hint=HINT)
    schema = head.get("schema_version", SCHEMA_VERSION)
    provenance = head.get("provenance")
    version = provenance.get("version", "") if isinstance(provenance, dict) else ""
    if schema != SCHEMA_VERSION:
        raise UserError(
            f"has schema version {schema!r}, and this is {SCHEMA_VERSION}", path, hint=other_version(version)
        )
    return decoded(data, path, Diagnosis)


def as_evidence(data: bytes, path: Path) -> Evidence:
    """A stored evidence.json; ``path`` is where it comes from. Raises :class:`UserError`."""
    content = decoded(data, path, dict[str, Any])
    try:
        return evidence_of(content)
    except msgspec.ValidationError as error:
        raise UserError(
            f"is not as version {__version__} knows it: {error}", path, hint=other_version("")
        ) from None


def decoded(data: bytes, path: Path, kind: type[T]) -> T:
    """A stored record as ``kind``; ``path`` is where it comes from. Raises :class:`UserError`."""
    try:
        bounded_json.loads(data)
        return from_json(data, kind)
    except bounded_json.NotBounded as error:
        raise UserError(f"is not read: {error}", path, hint=HINT) from None
    except msgspec.ValidationError as error:
        raise UserError(
            f"is not as version {__version__} knows it: {error}", path, hint=other_version("")
        ) from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UserError(f"is not whole JSON: {error}", path, hint=HINT) from None


def other_version(version: object) -> str:
    """What to do about a record that this version does not know."""
    return f"read it with runbooklab {version}" if version else "read it with the version that wrote it"
