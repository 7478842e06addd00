"""A cause that another runbook goes deeper into leads there, with this target's names."""

from __future__ import annotations

import pytest

from evidence_samples import alter, healthy, worker
from judging import CATALOGUE, conclude
from runbooklab.domains.redis.causes.deeper import _DEEPER
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.conclusions import HandOver
from situations import SITUATIONS


def hand_over(e: Evidence, cause: str) -> HandOver | None:
    return next(each.hand_over for each in conclude(e).causes if each.id == cause)


@pytest.mark.parametrize(
    ("situation", "runbook", "parameters"),
    [
        ("port-conflict-process", "port-conflicts", {"ports": "6379:redis-tts"}),
        ("docker-permission-denied", "docker-setup", {"container": "redis-tts"}),
    ],
)
def test_the_way_leads_to_the_runbook_with_its_parameters(
    situation: str, runbook: str, parameters: dict[str, str]
) -> None:
    """The port and its owner, the container."""
    found = hand_over(SITUATIONS[situation](), situation)
    assert found is not None
    assert found.runbook == runbook
    assert parameters.items() <= found.parameters.items()


def test_a_worker_that_cannot_be_called_leads_to_its_address() -> None:
    """Only the workers that did not answer are handed over."""
    e = alter(healthy(), "registrations", keys=(worker(0), worker(1, address_answers=False)))
    found = hand_over(e, "worker-address-unreachable")
    assert found is not None
    assert found.runbook == "grpc-worker-connectivity"
    assert found.parameters["worker_address"] == worker(1).address


def test_a_cause_of_redis_itself_leads_nowhere() -> None:
    """This is its runbook."""
    assert hand_over(SITUATIONS["container-stopped"](), "container-stopped") is None


def test_every_row_of_the_table_is_a_cause() -> None:
    """No id is misspelt."""
    assert set(_DEEPER) <= {cause.id for cause in CATALOGUE}
