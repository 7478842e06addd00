"""Run folders as runs leave them, and the command line called in this process.

stored(folder, down())                    what our judges conclude from a situation, with all its files
call(monkeypatch, "diff", "a", "b")       exit status of ``runbook diff a b``
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
import nbformat
import pytest

from report_samples import code, concluded, conclusion, executed, notebook
from runbooklab.cli import main
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.execution.artefacts import artefacts
from runbooklab.model.conclusions import Diagnosis


def stored(folder: Path, evidence: Evidence, run: Diagnosis | None = None, **fields: Any) -> Path:
    """The folder of a run of the Redis runbook that saw ``evidence``; ``fields`` change its diagnosis.

    ``run``: a diagnosis of one's own; its notebook has one cell.
    """
    diagnosis = msgspec.structs.replace(run or concluded(evidence), **fields)
    cells = notebook(code(conclusion(diagnosis, evidence))) if run else executed(diagnosis, evidence)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in artefacts(diagnosis, evidence, nbformat.from_dict(cells)).items():
        (folder / name).write_bytes(data)
    return folder


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    """Exit status of ``runbook ARGUMENTS`` in this process."""
    monkeypatch.setattr(sys, "argv", ["runbook", *map(str, arguments)])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert isinstance(exit_.value.code, int)
    return exit_.value.code


def browser(folder: Path, name: str, script: str) -> None:
    """A program that stands in for a browser; ``$made`` is where it is asked to leave the PDF."""
    program = folder / name
    find = 'for word; do case "$word" in --print-to-pdf=*) made=${word#*=};; esac; done'
    program.write_text(f"#!/bin/sh\n{find}\n{script}\n")
    program.chmod(0o755)
