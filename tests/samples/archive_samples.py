"""Stored runs of some days in March, each with no more than its diagnosis, and the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import msgspec
import pytest

from report_samples import diagnosis
from runbooklab.archive.entry import Entry
from runbooklab.cli import main


def add(reports: Path, day: int, slug: str = "redis-connection", **fields: object) -> Path:
    """A run of that day in March."""
    started = f"2026-03-{day:02}T12:00:00.000Z"
    run = diagnosis(**({"incident": None, "started_at": started, "runbook": slug} | fields))
    folder = reports / slug / f"202603{day:02}T120000Z-{day:08x}"
    folder.mkdir(parents=True)
    (folder / "diagnosis.json").write_bytes(msgspec.json.encode(run))
    return folder


def runbook(arguments: Sequence[str]) -> int:
    """The command line's exit status."""
    with mock.patch.object(sys, "argv", ["runbook", *arguments]), pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def days(found: Sequence[Entry]) -> list[int]:
    return [int(entry.name[6:8]) for entry in found]
