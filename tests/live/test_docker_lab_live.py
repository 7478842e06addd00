"""Docker's drills on real objects: the injected fault is named first, and what is odd raises no alarm."""

from __future__ import annotations

import pytest
from docker import DockerClient
from docker.errors import DockerException

from machine import lacking
from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domains.docker.lab.faults import LAB
from runbooklab.domains.docker.lab.testbed import DockerTestbed
from runbooklab.lab.fault import Case
from runbooklab.lab.inspection import inspect, warm
from runbooklab.lab.lab import Place
from runbooklab.lab.testbed import Unavailable

#: Those that show a way of looking each; the others are run in full only.
FEW = {
    "docker-host-wrong/context",
    "docker-socket-is-directory",
    "daemon-config-invalid",
    "compose-file-invalid/key",
    "compose-variable-unset",
    "network-missing",
    "bind-mount-is-directory",
    "entrypoint-crlf",
    "container-stopped",
    "healthcheck-command-missing",
    "compose-odd",
    "container-one-shot",
}
CASES = [
    pytest.param(case, id=case.id, marks=() if case.id in FEW else (pytest.mark.exhaustive,))
    for case in LAB.cases
]


@pytest.fixture(scope="module")
def place() -> Place[DockerTestbed]:
    try:
        client = DockerClient.from_env(timeout=60)
        client.ping()
    except DockerException:
        lacking("needs a Docker engine")
    warm(LAB.rules)
    return Place.of(LAB, client)


@pytest.mark.parametrize("case", CASES)
def test_the_case_is_told(case: Case[DockerTestbed], place: Place[DockerTestbed]) -> None:
    """A fault's cause is primary; a healthy target has none, and its verdict is ok."""
    if case.missing_tools:
        lacking(f"needs {', '.join(case.missing_tools)}")
    try:
        with place.inject(case) as (_, situation):
            evidence = inspect(situation, LAB.rules)
    except Unavailable as error:
        lacking(str(error))
    header = Header(run_id="r1", runbook="docker-setup", started_at="", finished_at="")
    diagnosis = conclude(LAB.rules, evidence, header)
    assert (diagnosis.primary.id if diagnosis.primary else "") == case.cause
    if not case.cause:
        assert diagnosis.verdict == "ok"
