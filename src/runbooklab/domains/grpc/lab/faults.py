"""The lab of gRPC workers: the tables of all that it can bring about."""

from __future__ import annotations

from importlib.metadata import version

from runbooklab.domains.grpc.lab import in_containers, on_host, tls
from runbooklab.domains.grpc.lab.healthy import HEALTHY
from runbooklab.domains.grpc.lab.image import build
from runbooklab.domains.grpc.lab.testbed import GrpcTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.lab import Lab

FAULTS: tuple[Fault[GrpcTestbed], ...] = (*on_host.FAULTS, *tls.FAULTS, *in_containers.FAULTS)


def _versions() -> tuple[str, ...]:
    return (f"grpcio {version('grpcio')}",)


LAB = Lab(
    title="gRPC workers",
    runbook="grpc-worker-connectivity",
    domains=("grpc",),
    faults=FAULTS,
    healthy=HEALTHY,
    testbed=GrpcTestbed,
    image=build,
    versions=_versions,
)
