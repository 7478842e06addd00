"""Where a diagnosis comes from: our version, the suite's commit, this host, the runbook's digest."""

from __future__ import annotations

import platform
import socket
from pathlib import Path

import runbooklab
from runbooklab.model.conclusions import Provenance
from runbooklab.model.digests import sha256


def provenance(root: Path, runbook: Path) -> Provenance:
    """``root`` is the suite's folder, ``runbook`` its Markdown file; what can't be read is left empty."""
    return Provenance(
        version=runbooklab.__version__,
        git_commit=_git_commit(root),
        host=socket.gethostname(),
        python=platform.python_version(),
        runbook_sha256=_sha256(runbook),
    )


def _sha256(path: Path) -> str:
    try:
        return sha256(path.read_bytes())
    except OSError:
        return ""


def _git_commit(root: Path) -> str:
    """The commit checked out in ``root``, read from its files: starting git would cost more."""
    folder = root / ".git"
    try:
        head = (folder / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        name = head.removeprefix("ref: ")
        loose = folder / name
        if loose.is_file():
            return loose.read_text().strip()
        packed = (folder / "packed-refs").read_text().splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
    except OSError:
        return ""
