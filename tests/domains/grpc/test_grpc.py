"""The domain grpc keeps to the rules, and evidence distinguishes its causes."""

from __future__ import annotations

from typing import Any

import pytest

from grpc_samples import (
    ADDRESS,
    HOST,
    PORT,
    SERVICE,
    call,
    container,
    dead,
    from_orchestrator,
    in_container,
    seen,
    talk,
    tcp,
    walk,
)
from grpc_situations import SAMPLES, VAGUER
from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain.rules import Rules
from runbooklab.domains.grpc.domain import DOMAIN
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.records import Endpoint, NameSeen, Walks, Workers
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.observation import Missing, Observation
from runbooklab.testing import check_domain

GRPC = Rules.of(("grpc",))


def diagnose(evidence: Evidence) -> Diagnosis:
    return conclude(GRPC, evidence, Header(run_id="r1", runbook="grpc", started_at="", finished_at=""))


def test_the_domain() -> None:
    """Each sample's cause is named first, a healthy worker raises none, less evidence adds none."""
    check_domain(DOMAIN, samples=SAMPLES, healthy=seen(), vaguer=VAGUER)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_remedy_plans_for_every_sample(name: str) -> None:
    """Whatever was seen, each plan has commands and says what it changes."""
    for remedy in GRPC.remedies.values():
        plan = remedy.plan(GRPC.seen(SAMPLES[name]))
        assert plan.commands
        assert all(plan.commands)
        assert plan.changes.endswith((".", "`")) or plan.changes, remedy.id


@pytest.mark.parametrize("name", [name for name in SAMPLES if not name.startswith("docker-")])
def test_no_sentence_speaks_of_redis_when_an_address_is_given(name: str) -> None:
    """With worker_address the registry is out of the question."""
    diagnosis = diagnose(SAMPLES[name])
    said = [diagnosis.summary, *(finding.summary for finding in diagnosis.findings)]
    said += [cause.proof + cause.summary for cause in diagnosis.causes if cause.state == "supported"]
    text = " ".join(said).replace("a Redis", "").replace("A Redis", "")
    assert "Redis" not in text


def test_a_healthy_worker_has_its_numbers() -> None:
    """The sentence has the address, what Health says and the service."""
    diagnosis = diagnose(seen())
    assert diagnosis.verdict == "ok"
    assert (
        diagnosis.summary
        == f"1 worker answers from this host: {ADDRESS} (SERVING after 1.0 ms) and offers {SERVICE}."
    )


@pytest.mark.parametrize("probe", ["grpc-workers", "grpc-walks", "grpc-containers"])
@pytest.mark.parametrize("reason", ["deadline", "permission", "unreachable", "unsupported", "error"])
def test_what_was_not_observed_is_never_ok(probe: str, reason: Any) -> None:
    """A probe without a value that the verdict rests on leaves it open, and no cause is invented."""
    diagnosis = diagnose(in_container().having(Observation(probe, missing=Missing(reason))))
    assert diagnosis.verdict == "unknown"
    assert not [cause.id for cause in diagnosis.causes if cause.state == "supported"]


def test_a_registry_that_cannot_be_read_invents_nothing() -> None:
    """Without an address and without a registry no cause of a worker is named, and Redis judges too."""
    gone = Missing("unreachable", "the registry cannot be read")
    evidence = seen(workers=gone, walks=gone, parameters={"worker_address": ""})
    diagnosis = diagnose(evidence)
    assert diagnosis.verdict != "ok"
    assert DOMAIN.contributions.also_judged(evidence) == ("redis",)
    assert DOMAIN.contributions.also_judged(seen()) == ()


def test_a_registry_without_workers_is_never_ok() -> None:
    """Nobody is registered: there is nobody to call."""
    evidence = seen(workers=Workers("registry"), walks=Walks(), parameters={"worker_address": ""})
    assert diagnose(evidence).verdict == "unknown"


def _two(*talks: Any) -> Evidence:
    ends = (Endpoint("127.0.0.1:50051", HOST, 50051), Endpoint("127.0.0.1:50052", HOST, 50052))
    walks = tuple(walk(address=end.address, talk=each) for end, each in zip(ends, talks, strict=True))
    workers = seen().workers.value
    assert workers is not None
    return seen(workers=Workers("parameter", ends, workers.settings), walks=Walks(walks))


def test_one_of_several_that_drains_is_no_fault() -> None:
    """The others serve; if none does, it is one."""
    diagnosis = diagnose(_two(talk(), talk(health="NOT_SERVING")))
    assert diagnosis.verdict == "ok"
    both = diagnose(_two(talk(health="NOT_SERVING"), talk(health="NOT_SERVING")))
    assert both.primary is not None
    assert both.primary.id == "worker-not-serving"
    assert "127.0.0.1:50052" in both.summary


def test_the_text_alone_makes_a_warning() -> None:
    """The error text was written before this run: it never makes the verdict critical."""
    for name in ("message-too-large", "proto-mismatch", "metadata-too-large", "channel-after-fork"):
        assert diagnose(SAMPLES[name]).verdict == "warning"


def test_an_unknown_health_of_the_service_is_no_fault() -> None:
    """Health knows the whole server only, and reflection is off."""
    calls = (
        call("nothing", "UNIMPLEMENTED"),
        call("health", serving="SERVING"),
        call("health-service", "NOT_FOUND"),
        call("reflection", "UNIMPLEMENTED"),
    )
    assert diagnose(seen(walk(talk=talk(calls=calls)))).verdict == "ok"


def test_loopback_is_right_where_both_are_on_the_host() -> None:
    """An address that only fails elsewhere is no fault here."""
    diagnosis = diagnose(
        seen(walk(name=NameSeen("literal", ("0.0.0.0",))), end=Endpoint("0.0.0.0:50051", "0.0.0.0", PORT))
    )
    assert diagnosis.verdict == "ok"


def test_a_refused_connection_counts_as_what_it_is_from_the_container() -> None:
    """The way of the orchestrator decides, not this host's."""
    evidence = from_orchestrator(dead(), container(), end=Endpoint(ADDRESS, HOST, PORT))
    open_here = evidence.having(Observation("grpc-walks", value=Walks((walk(tcp=tcp()),))))
    primary = diagnose(open_here).primary
    assert primary is not None
    assert primary.id == "advertised-address-unroutable"
