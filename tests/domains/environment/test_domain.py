"""The domain keeps to the rules, and evidence tells its causes apart."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from environment_samples import DISK, HEALTHY, SAMPLES, asking, seen
from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain.rules import Rules
from runbooklab.domains.environment.domain import DOMAIN
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.observation import Missing, Observation
from runbooklab.testing import check_domain

RULES = Rules.of(["environment"])


def judged(evidence: Evidence) -> Diagnosis:
    return conclude(
        RULES, evidence, Header(run_id="t", runbook="environment-setup", started_at="", finished_at="")
    )


def test_the_domain() -> None:
    """Each cause has a sample that makes it the primary one; a project that works supports none."""
    check_domain(DOMAIN, samples=SAMPLES, healthy=HEALTHY)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_cause_is_the_only_one_in_its_sample(name: str) -> None:
    """One record was changed, so one cause is supported."""
    supported = [cause.id for cause in judged(SAMPLES[name]).causes if cause.state == "supported"]
    assert supported == [name.partition("/")[0]]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_a_person_reads_is_a_sentence(name: str) -> None:
    """Summary, proof and plan are whole sentences with names, and no placeholder of a format is left."""
    primary = judged(SAMPLES[name]).primary
    assert primary is not None
    assert primary.remedy is not None
    for text in (primary.summary, primary.proof, primary.remedy.changes):
        assert text.endswith((".", "?")), text
        assert "  " not in text, text
        assert "None" not in text, text
        assert ".." not in text, text
    assert all(line and "\n" not in line for line in primary.remedy.commands)


@pytest.mark.parametrize("probe", [row.name for row in DOMAIN.probes])
def test_what_was_not_observed_is_never_ok(probe: str) -> None:
    """A probe that failed makes the verdict unknown, unless what it looks at may be left out."""
    blind: Observation[object] = Observation(probe, missing=Missing("error", "looking failed"))
    diagnosis = judged(HEALTHY.having(blind))
    assert diagnosis.verdict == "unknown"
    assert not [cause.id for cause in diagnosis.causes if cause.state == "supported"]


@pytest.mark.parametrize(
    "probe", ["env-file", "project-config", "venv", "packages", "model-files", "gpu", "path-access"]
)
def test_what_nobody_named_and_is_not_there_is_no_fault(probe: str) -> None:
    """A default that leads to nothing is skipped, and the verdict is ok."""
    nothing: Observation[object] = Observation(probe, missing=Missing("not-applicable", "nobody named it"))
    assert judged(HEALTHY.having(nothing)).verdict == "ok"


def test_a_small_disk_with_room_is_not_full() -> None:
    """The default wants 500 MiB; a disk of 400 MiB that is half empty is left alone."""
    small = seen("project-file-systems", systems=(replace(DISK, total_mb=400.0, free_mb=200.0),))
    assert judged(small).verdict == "ok"
    primary = judged(asking(small, min_free_disk_mb=300)).primary
    assert primary is not None
    assert primary.id == "disk-full"
