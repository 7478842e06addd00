"""Whether a run's files are unchanged: every digest in them is computed again and compared.

| file | compared with |
|---|---|
| `report.html` | its seal (:mod:`runbooklab.report.seal`); the embedded run, with its own digests |
| `report.ipynb` | the digests in the diagnosis among its outputs |
| `diagnosis.json` | the digest in itself |
| `evidence.json` | the digest in the diagnosis beside it |

The digests have no key: they reveal changes by accident, or by someone who did not seal the files again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from runbooklab import __version__
from runbooklab.diagnosis.stored_evidence import evidence_of
from runbooklab.errors import UserError
from runbooklab.files import (
    PAYLOAD_TRACE,
    NoPayload,
    bounded_json,
    payload_digest,
    read_of_user,
    unpack_payload,
)
from runbooklab.model.as_json import as_json
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.digests import diagnosis_sha256, notebook_sha256, sha256
from runbooklab.model.evidence import Evidence
from runbooklab.model.from_json import from_builtins
from runbooklab.model.mime import DIAGNOSIS_MIME, EVIDENCE_MIME
from runbooklab.report.embedded_run import read
from runbooklab.report.from_notebook import conclusion_in
from runbooklab.report.seal import is_as_sealed

State = Literal["as written", "changed", "not told"]

#: Files of a run's folder that have a digest; the evidence comes last, its digest is in the others.
FILES = ("diagnosis.json", "report.ipynb", "report.html", "evidence.json")
HINT = "name a report.html, a report.ipynb, a diagnosis.json, an evidence.json or a run's folder"

#: Stands in every diagnosis of ours, also in one that was damaged somewhere.
_TRACE = re.compile(rb'"(?:evidence|notebook|diagnosis)_sha256"')


class Part(Struct, frozen=True):
    """``detail`` says in a clause why it is not as written."""

    file: str
    part: str
    state: State
    detail: str = ""


class Verified(Struct, frozen=True):
    """``run_id`` is what the files say; "" if that cannot be read."""

    path: str
    state: State
    run_id: str
    parts: tuple[Part, ...]


class _File(Struct, frozen=True):
    """A file's parts, and what its diagnosis says of the run: digests and id."""

    name: str
    parts: tuple[Part, ...]
    run_id: str = ""
    diagnosis: str = ""
    evidence: str = ""


def verify(path: Path) -> Verified:
    """Compare what ``path`` names. Raises :class:`UserError` if it can't be read or holds no digest."""
    files = _folder(path) if path.is_dir() else [_file(path)]
    parts = tuple(part for file in files for part in file.parts)
    if path.is_dir():
        parts += tuple(_of_the_folder(path.name, files))
    return Verified(str(path), _worst(parts), _first(file.run_id for file in files), parts)


def _folder(folder: Path) -> list[_File]:
    """Its files. One that is no artefact has been changed if another is an artefact of ours."""
    files: list[_File] = []
    refused: list[tuple[str, UserError]] = []
    for path in (folder / name for name in FILES if (folder / name).exists()):
        try:
            files.append(_file(path))
        except UserError as error:
            refused.append((path.name, error))
    if not files:
        raise refused[0][1] if refused else UserError("holds no run", folder, hint=HINT)
    damaged = (
        _File(name, (Part(name, "file", "changed", f"it {error.message}"),)) for name, error in refused
    )
    return [*files, *damaged]


def _of_the_folder(name: str, files: Sequence[_File]) -> Iterator[Part]:
    missing = [file for file in FILES if file not in {file.name for file in files}]
    yield from (Part(file, "file", "changed", "it is not there") for file in missing)
    if len({file.diagnosis for file in files if file.diagnosis}) > 1:
        yield Part(name, "folder", "changed", "its files hold different diagnoses")


def _file(path: Path) -> _File:
    data, suffix = _read(path), path.suffix.lower()
    if suffix in (".html", ".htm"):
        return _page(path, data)
    if suffix == ".ipynb":
        return _notebook(path, data)
    if suffix == ".json":
        is_diagnosis = path.name == "diagnosis.json" or _TRACE.search(data)
        return _diagnosis(path, data) if is_diagnosis else _evidence(path, data)
    raise UserError("is no artefact of a run", path, hint=HINT)


def _read(path: Path) -> bytes:
    return read_of_user(path, HINT)


# --- one file --------------------------------------------------------------------------------


def _page(path: Path, data: bytes) -> _File:
    part = partial(Part, path.name)
    as_sealed = is_as_sealed(data)
    if as_sealed is None and PAYLOAD_TRACE not in data:
        raise UserError("has no seal: it is no report of ours, or an older one", path, hint=HINT)
    gone = "its seal is gone" if as_sealed is None else "its bytes are not those that were sealed"
    page = part("page", "as written") if as_sealed else part("page", "changed", gone)
    try:
        document = unpack_payload(data)
        run = read(document)
    except NoPayload as error:
        return _File(path.name, (page, part("carried run", "changed", f"the page {error}")))
    # The digest of the whole document is that of the notebook if the rest of it is as written.
    parts = bounded_json.loads(document)
    records = _records(part, "carried ", parts["diagnosis"], parts["evidence"])
    whole = _compared(part, "carried notebook", payload_digest(data), sha256(document))
    if whole.state == "changed" and _worst(records) == "changed":
        whole = part("carried notebook", "not told", "its digest is one with that of the changed part")
    return _file_of(path.name, (page, whole, *records), run.diagnosis)


def _notebook(path: Path, data: bytes) -> _File:
    part = partial(Part, path.name)
    if not _TRACE.search(data):
        raise UserError("holds no diagnosis with digests", path, hint=HINT)
    notebook = _compared(part, "notebook", _digest(data, "notebook"), notebook_sha256(data), data)
    try:
        found = conclusion_in(bounded_json.loads(data))
    except (ValueError, AttributeError, TypeError, RecursionError):
        found = None
    if found is None:
        return _File(path.name, (notebook, part("diagnosis", "changed", "it cannot be read")))
    records = _records(part, "", found[DIAGNOSIS_MIME], found.get(EVIDENCE_MIME))
    return _file_of(path.name, (notebook, *records), from_builtins(found[DIAGNOSIS_MIME], Diagnosis))


def _diagnosis(path: Path, data: bytes) -> _File:
    if not _TRACE.search(data):
        raise UserError("holds no digest: it is no diagnosis of ours, or an older one", path, hint=HINT)
    part = _compared(
        partial(Part, path.name), "diagnosis", _digest(data, "diagnosis"), diagnosis_sha256(data), data
    )
    run_id = re.search(rb'"run_id": ?"([0-9a-f]+)"', data)
    return _File(
        path.name,
        (part,),
        run_id[1].decode() if run_id else "",
        _digest(data, "diagnosis"),
        _digest(data, "evidence"),
    )


def _evidence(path: Path, data: bytes) -> _File:
    sealed = [file for file in _with_diagnosis(path.parent) if file.evidence]
    sealed.sort(key=lambda file: _worst(file.parts) != "as written")  # what is whole is believed first
    if not sealed:
        raise UserError("holds no digest, and none is beside it", path, hint="verify the run's report.html")
    part = _compared(partial(Part, path.name), "evidence", sealed[0].evidence, sha256(data))
    return _File(path.name, (part,), sealed[0].run_id)


def _with_diagnosis(folder: Path) -> Iterator[_File]:
    """The files of a run in ``folder`` that hold its digests, as far as they can be read."""
    readers = {"diagnosis.json": _diagnosis, "report.ipynb": _notebook, "report.html": _page}
    for name, reader in readers.items():
        with suppress(UserError):
            yield reader(folder / name, _read(folder / name))


def _file_of(name: str, parts: tuple[Part, ...], diagnosis: Diagnosis) -> _File:
    made = diagnosis.provenance
    return _File(name, parts, diagnosis.run_id, made.diagnosis_sha256, made.evidence_sha256)


# --- comparing -------------------------------------------------------------------------------


def _records(part: Callable[..., Part], where: str, diagnosis: Any, evidence: Any) -> tuple[Part, Part]:
    """Diagnosis and evidence as they stand in a page or a notebook, compared as their files."""
    made = from_builtins(diagnosis, Diagnosis).provenance
    files = {"diagnosis": _as_file(diagnosis, Diagnosis), "evidence": _as_file(evidence, Evidence)}
    if made.version != __version__ or None in files.values():
        other = f"version {made.version} wrote it, and this one would spell it otherwise"
        return part(f"{where}diagnosis", "not told", other), part(f"{where}evidence", "not told", other)
    written = files["diagnosis"] or b""
    return (
        _compared(part, f"{where}diagnosis", made.diagnosis_sha256, diagnosis_sha256(written), written),
        _compared(part, f"{where}evidence", made.evidence_sha256, sha256(files["evidence"] or b""), written),
    )


def _as_file(content: Any, kind: type[Diagnosis | Evidence]) -> bytes | None:
    """The bytes of the file that holds ``content``; None if this version would not write it like that."""
    try:
        data = as_json(evidence_of(content) if kind is Evidence else from_builtins(content, kind))
    except (msgspec.ValidationError, TypeError, ValueError, OverflowError):
        return None
    return data if msgspec.json.decode(data) == content else None


def _compared(part: Callable[..., Part], name: str, written: str, now: str, data: bytes = b"") -> Part:
    """``data`` has an empty digest if the run was never sealed."""
    if written == now:
        return part(name, "as written")
    if not written and f'"{name.split()[-1]}_sha256": ""'.encode() in data:
        return part(name, "not told", "no `runbook run` wrote it, so it was not sealed")
    return part(name, "changed", "it is not what its digest says")


def _digest(data: bytes, name: str) -> str:
    """The digest in a diagnosis' JSON; "" if there is none, or more than one."""
    found = set(re.findall(rb'"%s_sha256": ?"([0-9a-f]{64})"' % name.encode(), data))
    return found.pop().decode() if len(found) == 1 else ""


def _worst(parts: Iterable[Part]) -> State:
    states = {part.state for part in parts}
    return "changed" if "changed" in states else "as written" if "as written" in states else "not told"


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")
