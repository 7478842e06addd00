"""What cells show if a domain's own functions fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runbook_disk.domain import DOMAIN
from runbook_disk.evidence import FileSystem
from runbooklab.domain import Steps, registry
from runbooklab.notebook import session


def test_a_plan_that_cannot_be_made_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The cause is named all the same; the reader is not left without a word on what fixes it."""

    def forgetful(e: Any) -> Steps:
        return Steps("df -h", "Nothing.")  # type: ignore[arg-type] # the mistake

    full = FileSystem(total_bytes=1000, free_bytes=1, read_only=False)
    broken = replace(
        DOMAIN,
        name="forgetful",
        probes=tuple(replace(probe, run=lambda ctx: full) for probe in DOMAIN.probes),
        remedies=tuple(replace(remedy, steps=forgetful) for remedy in DOMAIN.remedies),
    )
    monkeypatch.setattr(registry, "domain", lambda name: broken)
    monkeypatch.setattr(session, "_current", None)
    monkeypatch.chdir(tmp_path)
    session.start("disk-room", uses=["forgetful"], path=str(tmp_path))
    capsys.readouterr()
    session.resolve()
    assert "resolve() failed: TypeError: commands is str, not a tuple" in capsys.readouterr().out
