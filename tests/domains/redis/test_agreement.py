"""Verdict, causes and findings agree: what the report says on top is what its parts show."""

from __future__ import annotations

import re

import pytest
from test_verdict import ROOT, diagnose

from cause_samples import FACES
from odd_situations import NO_ALARM
from runbooklab.domains.redis import thresholds
from runbooklab.domains.redis.checks.table import CHECKS
from runbooklab.domains.redis.shown_by import SHOWN_BY
from runbooklab.model.conclusions import WORST_FIRST


@pytest.mark.parametrize("name", sorted(FACES))
def test_verdict_causes_and_findings_agree(name: str) -> None:
    """A critical verdict has a critical finding, and each supported cause one that is not ok."""
    seen = diagnose(FACES[name]())
    statuses = {one.id: one.status for one in seen.findings}
    if seen.verdict == "critical":
        assert "critical" in statuses.values()
    for cause in seen.causes:
        if cause.state != "supported" or cause.layer == "access":
            continue  # that Docker cannot be looked at explains what is unknown, and nothing else
        shown = {statuses[id_] for id_ in cause.because}
        wanted = {"critical", "warning"} if cause.severity == "critical" else set(WORST_FIRST) - {"ok"}
        assert shown & wanted, (cause.id, {id_: statuses[id_] for id_ in cause.because})


def test_each_row_of_who_shows_what_names_a_cause_and_one_of_its_findings() -> None:
    """The check is one that the cause says it rests on, for some face of it."""
    for cause, check in SHOWN_BY.items():
        assert check in CHECKS
        faces = [build for name, build in FACES.items() if name.split("/")[0] == cause]
        judged = [one for build in faces for one in diagnose(build()).causes if one.id == cause]
        because = {id_ for one in judged for id_ in one.because}
        assert check in because, (cause, check, because)


def test_thresholds_stand_in_one_table() -> None:
    """No check and no cause has one of its own that the table has too."""
    for folder in ("checks", "causes"):
        for path in (ROOT / "src" / "runbooklab" / folder).rglob("*.py"):
            own = set(re.findall(r"^([A-Z_]+) = [0-9.]", path.read_text(), re.MULTILINE))
            assert not own & set(vars(thresholds)), path


@pytest.mark.parametrize("name", sorted(NO_ALARM))
def test_ok_has_neither_a_critical_finding_nor_a_cause(name: str) -> None:
    """What is called well shows nothing that is broken."""
    seen = diagnose(NO_ALARM[name]())
    assert seen.verdict == "ok"
    assert not [one for one in seen.findings if one.status == "critical"]
    assert not [cause for cause in seen.causes if cause.state == "supported"]


def test_no_situation_with_a_cause_is_ok() -> None:
    """Whatever else is true, a supported cause moves the verdict."""
    assert not [name for name in FACES if diagnose(FACES[name]()).verdict == "ok"]
