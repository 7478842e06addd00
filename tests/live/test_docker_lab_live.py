"""Docker's drills on real objects: the injected fault is named first, and what is odd raises no alarm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from docker import DockerClient
from drilling import Drilled, drilling

from runbooklab.domains.docker.lab.faults import LAB
from runbooklab.domains.docker.lab.testbed import DockerTestbed
from runbooklab.lab.fault import Case
from runbooklab.lab.lab import Place

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
def drilled(request: pytest.FixtureRequest, docker_engine: DockerClient) -> Iterator[Drilled]:
    """The result of a case's drill."""
    with drilling(request, Place.of(LAB, docker_engine)) as result_of:
        yield result_of


@pytest.mark.parametrize("case", CASES)
def test_the_case_is_told(case: Case[DockerTestbed], drilled: Drilled) -> None:
    """A fault's cause is primary; a healthy target has none, and its verdict is ok."""
    result = drilled(case)
    assert not result.failed, result.failed
    assert result.primary == case.cause, f"{result.supported}: {result.proof}"
    if not case.cause:
        assert result.verdict == "ok"
