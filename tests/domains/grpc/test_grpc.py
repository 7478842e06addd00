"""Whether workers can be reached, judged from samples by the rules of gRPC workers."""

from __future__ import annotations

from evidence_samples import alter, change, healthy, worker
from runbooklab.domains.redis.records.conversation import Registrations
from runbooklab.model.observation import Missing
from situations import SITUATIONS
from subjects import contradictions, diagnose, primary


def test_workers_that_answer_are_healthy() -> None:
    """The sentence is about them, with a number and an address."""
    seen = diagnose(healthy(), "grpc")
    assert seen.verdict == "ok"
    assert seen.summary.startswith("3 workers are registered and can be reached: worker:tts-worker-0 at ")
    evidence = alter(healthy(), "registrations", keys=(worker(0),))
    assert diagnose(evidence, "grpc").summary == (
        "1 worker is registered and can be reached: worker:tts-worker-0 at 172.18.0.10:50051 takes "
        "connections."
    )


def test_a_worker_that_does_not_answer_is_not_healthy() -> None:
    """Redis is well, and the worker cannot be called."""
    e = alter(healthy(), "registrations", keys=(worker(0), worker(1, address_answers=False)))
    seen = diagnose(e, "grpc")
    assert seen.verdict in ("warning", "critical")
    assert primary(seen).startswith("worker-")


def test_no_worker_is_never_ok_by_silence() -> None:
    """Redis is well, nobody expects a number, and there is nobody to call."""
    seen = diagnose(change(healthy(), registrations=Registrations("worker:*", 0)), "grpc")
    assert seen.verdict == "unknown"
    assert seen.summary.startswith("It is not known whether the workers can be reached")
    assert diagnose(healthy(), "redis").verdict == "ok"


def test_an_address_that_nobody_tried_is_not_known_to_answer() -> None:
    """A worker advertises no address that can be tried."""
    e = alter(healthy(), "registrations", keys=(worker(0), worker(1, address="", address_answers=None)))
    seen = diagnose(e, "grpc")
    assert seen.verdict == "unknown"
    assert "worker:tts-worker-1" in seen.summary


def test_a_registry_that_is_not_read_leaves_it_open() -> None:
    """The registrations were not observed; a Redis that is down is a cause of its own."""
    assert diagnose(change(healthy(), registrations=Missing("deadline")), "grpc").verdict == "unknown"
    seen = diagnose(SITUATIONS["container-stopped"](), "grpc")
    assert (seen.verdict, primary(seen)) == ("critical", "container-stopped")


def test_verdict_causes_and_findings_agree() -> None:
    """The parts of the diagnosis show what its verdict says."""
    for build in SITUATIONS.values():
        assert not list(contradictions(diagnose(build(), "grpc")))
