"""Every fault of the gRPC lab is named on real servers, and no healthy one raises an alarm."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

import pytest
from docker import DockerClient

from machine import lacking
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.lab.faults import LAB
from runbooklab.domains.grpc.lab.testbed import GrpcTestbed
from runbooklab.lab.drill import Result, drill
from runbooklab.lab.fault import Case
from runbooklab.lab.inspection import warm
from runbooklab.lab.lab import Place

Drilled = Callable[[Case[GrpcTestbed]], Result]
IDS = attrgetter("id")


@pytest.fixture(scope="module")
def drilled(docker_engine: DockerClient) -> Drilled:
    """The result of a case's drill; what this machine lacks skips the test."""
    place = Place.of(LAB, docker_engine)
    warm(LAB.rules)

    def result(case: Case[GrpcTestbed]) -> Result:
        if case.missing_tools:
            lacking(f"not on this machine: {', '.join(case.missing_tools)}")
        found = drill(case, place)
        if found.skipped:
            lacking(found.skipped)
        return found

    return result


@pytest.mark.exhaustive
@pytest.mark.parametrize("case", LAB.faults, ids=IDS)
def test_fault_is_named_first(case: Case[GrpcTestbed], drilled: Drilled) -> None:
    """The injected cause is the primary one, and the verdict is not ok."""
    result = drilled(case)
    assert not result.failed, result.failed
    assert result.primary == case.cause, f"{result.supported}: {result.proof}"
    assert result.verdict in ("warning", "critical")


@pytest.mark.exhaustive
@pytest.mark.parametrize("case", LAB.healthy, ids=IDS)
def test_healthy_worker_raises_no_alarm(case: Case[GrpcTestbed], drilled: Drilled) -> None:
    """What is unusual and works is ok, and supports no cause."""
    result = drilled(case)
    assert not result.failed, result.failed
    assert (result.verdict, result.supported) == ("ok", ())


@pytest.mark.parametrize("id_", ["plain-worker", "worker-frozen", "http1-on-port", "tls-untrusted"])
def test_the_way_is_walked_on_this_host(id_: str, drilled: Drilled) -> None:
    """One case of each kind: a server that answers, one that is stopped, another protocol, TLS."""
    case = next(case for case in LAB.cases if case.id == id_)
    result = drilled(case)
    assert result.right, result


def test_a_real_client_calls_from_the_orchestrators_network(drilled: Drilled) -> None:
    """A worker that this host cannot name answers grpcio there, and the report says so."""
    case = next(case for case in LAB.cases if case.id == "between-containers")
    result = drilled(case)
    assert result.right, result
    assert result.evidence is not None
    seen = Evidence.of(result.evidence).inside_clients.value
    assert seen is not None
    assert [call.code for call in seen.calls] == ["UNIMPLEMENTED"]
