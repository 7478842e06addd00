"""A supported cause says which others look the same to the client."""

from __future__ import annotations

from evidence_samples import down
from judging import CATALOGUE, REDIS, judge_causes
from runbooklab.diagnosis.causes import look_alikes


def test_looking_alike_goes_both_ways() -> None:
    """Whichever of two causes names the other in the table, each is the other's look-alike."""
    alike = {cause.id: look_alikes(REDIS, cause) for cause in CATALOGUE}
    assert all(cause in alike[other] for cause, others in alike.items() for other in others)
    assert all(len(set(others)) == len(others) for others in alike.values())


def test_only_supported_causes_name_theirs() -> None:
    """They stand where somebody may doubt the answer, and nowhere else."""
    judged = judge_causes(down(exit_code=137))
    assert "container-stopped" in next(cause for cause in judged if cause.primary).look_alikes
    assert not any(cause.look_alikes for cause in judged if cause.state != "supported")
