"""The drills of Docker's set-up, as one lab."""

from __future__ import annotations

from runbooklab.domains.docker.lab import access, containers, files
from runbooklab.domains.docker.lab.image import build
from runbooklab.domains.docker.lab.testbed import DockerTestbed
from runbooklab.lab.lab import Lab

LAB: Lab[DockerTestbed] = Lab(
    title="Docker",
    runbook="docker-setup",
    domains=("address/probes", "docker"),
    faults=(*access.FAULTS, *files.FAULTS, *containers.FAULTS),
    healthy=(*access.HEALTHY, *files.HEALTHY, *containers.HEALTHY),
    testbed=DockerTestbed,
    image=build,
)
