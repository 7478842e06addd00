"""From a diagnosis to a run's folder, or to a line that says where its files are instead."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from runbooklab.errors import UserError
from runbooklab.execution.last_gate import through_the_gate
from runbooklab.execution.run_folder import RunFolder, keep_aside
from runbooklab.model.as_json import as_json

if TYPE_CHECKING:
    from runbooklab.model.conclusions import Diagnosis
    from runbooklab.model.evidence import Evidence
    from runbooklab.redaction import Vault
    from runbooklab.report.wanted_texts import WantedTexts


class Result(Struct, frozen=True):
    """``folder`` is None if it could not be written; ``problem`` then says why, in one line, and else
    what was left out of the report.

    ``json`` is ``diagnosis.json`` as it may be printed. ``stopped`` says why the run was to end early, if it
    was.
    """

    diagnosis: Diagnosis
    json: bytes
    folder: Path | None
    problem: str = ""
    stopped: str = ""


def publish(
    folder: RunFolder,
    diagnosis: Diagnosis,
    evidence: Evidence,
    notebook: Any,
    texts: WantedTexts,
    vault: Vault,
) -> Result:
    """Make the run's files, pass the last gate and write the folder; see :func:`artefacts`.

    If that fails, the files that may be written are left in a private folder.
    """
    try:
        passed = through_the_gate(diagnosis, evidence, notebook, texts, vault)
    except Exception as error:  # noqa: BLE001 # whatever drawing raises, the diagnosis is not lost
        bare = {"diagnosis.json": as_json(diagnosis), "evidence.json": as_json(evidence)}
        return _aside(
            diagnosis, bare, f"the report could not be drawn: {type(error).__name__}: {error}", vault
        )
    files = passed.files
    try:
        return Result(passed.diagnosis, files["diagnosis.json"], folder.write(files), passed.note)
    except UserError as error:
        return _aside(passed.diagnosis, files, str(error), vault)


def _aside(diagnosis: Diagnosis, files: Mapping[str, bytes], problem: str, vault: Vault) -> Result:
    kept = keep_aside(files)
    place = f"the run's files are kept in {kept}" if kept else "there is no other place for the run's files"
    data = files.get("diagnosis.json") or as_json(diagnosis)
    safe = vault.redact(data.decode()).encode()
    return Result(diagnosis, safe, None, " ".join(f"{vault.redact(problem)}; {place}".split()))
