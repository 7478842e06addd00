"""Every fault of the gRPC lab is named on real servers, and no healthy one raises an alarm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from docker import DockerClient
from drilling import Drilled, drilling

from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.lab.faults import LAB
from runbooklab.domains.grpc.lab.testbed import GrpcTestbed
from runbooklab.lab.fault import Case
from runbooklab.lab.lab import Place

#: One of each kind: a server that answers, one that is stopped, another protocol, TLS, two networks.
OFTEN = {"plain-worker", "worker-frozen", "http1-on-port", "tls-untrusted", "between-containers"}
CASES = [
    pytest.param(case, id=case.id, marks=() if case.id in OFTEN else (pytest.mark.exhaustive,))
    for case in LAB.cases
]


@pytest.fixture(scope="module")
def drilled(request: pytest.FixtureRequest, docker_engine: DockerClient) -> Iterator[Drilled]:
    """The result of a case's drill."""
    with drilling(request, Place.of(LAB, docker_engine)) as result_of:
        yield result_of


@pytest.mark.parametrize("case", CASES)
def test_every_case_of_the_lab_comes_out_right(case: Case[GrpcTestbed], drilled: Drilled) -> None:
    """The injected cause is the primary one; what is unusual and works is ok, and supports no cause."""
    result = drilled(case)
    assert not result.failed, result.failed
    assert result.right, f"{result.verdict}, {result.supported}: {result.proof}"
    assert result.verdict in (("warning", "critical") if case.cause else ("ok",))


@pytest.mark.parametrize("case", [case for case in LAB.cases if case.id == "between-containers"])
def test_a_real_client_calls_from_the_orchestrators_network(
    case: Case[GrpcTestbed], drilled: Drilled
) -> None:
    """A worker that this host cannot name answers grpcio there, and the report says so."""
    result = drilled(case)
    assert result.right, result
    assert result.evidence is not None
    seen = Evidence.of(result.evidence).inside_clients.value
    assert seen is not None
    assert [call.code for call in seen.calls] == ["UNIMPLEMENTED"]
