"""Which runbooks' declared remedies may be carried out: those that a person of the project trusts, by digest.

``configs/trusted.yaml`` has a line for each: the runbook and the digest of all that it declares, and of its
parameters' defaults. A runbook that is changed has another digest, and so has a notebook in which a cell was
edited: nothing of it is carried out until a person has read it and trusts it again.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from runbooklab.authoring.outline import source_of
from runbooklab.authoring.parameter_files import read_plain
from runbooklab.authoring.project import SLUG, Suite
from runbooklab.errors import UserError
from runbooklab.files import alone, write_atomic
from runbooklab.model.declared import Declarations

#: How long to wait for another process that writes the file, in seconds.
_WAIT_S = 10.0
_HEAD = """\
# Runbooks whose declared remedies may be carried out, each with the digest of all that it declares.
# `runbook trust SLUG` shows what it would carry out, and writes the line.
"""


def trust_file(suite: Suite) -> Path:
    """Where the trusted digests are, whether the file exists or not."""
    return suite.root / "configs" / "trusted.yaml"


def trusted(suite: Suite) -> dict[str, str]:
    """Runbook -> the digest that is trusted. Raises :class:`UserError` for a file that cannot be read."""
    path = trust_file(suite)
    if not path.exists():
        return {}
    found = read_plain(path)
    for name, (_, line) in found.items():
        if not SLUG.fullmatch(name):
            raise UserError(f"{name!r} is no runbook's name", path, line, "write `slug: digest` lines")
    return {name: text for name, (text, _) in found.items()}


def digest_of(suite: Suite, runbook: str, declared: Declarations) -> str:
    """SHA-256, in hex, of what decides what a remedy does: what is declared, and the parameters' defaults."""
    rows = [(row.what, row.id, row.text) for row in declared.rows]
    defaults = _parameters_in(suite.notebook(runbook))
    return hashlib.sha256(json.dumps([rows, defaults]).encode()).hexdigest()


def _parameters_in(notebook: Path) -> list[str]:
    """Its cells with the parameters' defaults; none if there is no notebook that can be read."""
    with suppress(OSError, ValueError, AttributeError):
        cells = json.loads(notebook.read_bytes()).get("cells", ())
        return [source_of(cell) for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", ())]
    return []


def with_trust(suite: Suite, runbook: str, declared: Declarations) -> Declarations:
    """The declarations, marked if the project trusts them. A file that cannot be read trusts nobody."""
    if not declared:
        return declared
    try:
        known = trusted(suite).get(runbook)
        is_trusted = known is not None and known == digest_of(suite, runbook, declared)
    except UserError:
        is_trusted = False
    return replace(declared, trusted=is_trusted)


def trust(suite: Suite, runbook: str, digest: str) -> None:
    """Trust what the runbook declares now; with "" for its digest, trust it no more.

    Two people at once lose neither's line. Raises :class:`UserError` if the file cannot be read or written.
    """
    path = trust_file(suite)
    try:
        with alone(path.parent, _WAIT_S):
            known = {**trusted(suite), runbook: digest}
            lines = "".join(f"{name}: {known[name]}\n" for name in sorted(known) if known[name])
            write_atomic(path, _HEAD + lines)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", path) from None
