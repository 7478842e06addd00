"""What cells show if a domain's own functions fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from runbook_disk.domain import DOMAIN
from runbook_disk.evidence import FileSystem
from runbooklab.domain import Steps, registry, rules
from runbooklab.notebook import session
from runbooklab.notebook.kernel_session import KernelSession


@pytest.fixture
def resolved(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., str]:
    """What ``resolve()`` shows of a full disk, with some tables of the domain replaced."""

    def shown(**tables: Any) -> str:
        full = FileSystem(total_bytes=1000, free_bytes=1, read_only=False)
        probes = tuple(replace(probe, run=lambda ctx: full) for probe in DOMAIN.probes)
        broken = replace(DOMAIN, name="broken", probes=probes, **tables)
        monkeypatch.setattr(registry, "domain", lambda name: broken)
        monkeypatch.setattr(rules, "_rules", rules._rules.__wrapped__)  # what it keeps has this name, too
        monkeypatch.setattr(session, "_session", KernelSession())
        monkeypatch.chdir(tmp_path)
        session.start("disk-room", uses=["broken"], path=str(tmp_path))
        capsys.readouterr()
        session.resolve()
        return capsys.readouterr().out

    return shown


def test_a_plan_that_cannot_be_made_says_why(resolved: Callable[..., str]) -> None:
    """The cause is named all the same; the reader is not left without a word on what fixes it."""

    def forgetful(e: Any) -> Steps:
        return Steps("df -h", "Nothing.")  # type: ignore[arg-type] # the mistake

    said = resolved(remedies=tuple(replace(remedy, steps=forgetful) for remedy in DOMAIN.remedies))
    assert "resolve() failed: TypeError: commands is str, not a tuple" in said


def test_a_cause_without_a_remedy_is_said_to_have_none(resolved: Callable[..., str]) -> None:
    """An empty cell would look like one that has not run."""
    said = resolved(causes=tuple(replace(cause, remedies=()) for cause in DOMAIN.causes))
    assert "No remedy is known for it: The file system is full, or nearly so." in said
