"""Causes: access to Docker, which explains missing evidence."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.docker.inspections import shell
from runbooklab.domains.redis.causes import docker_access
from runbooklab.domains.redis.causes.table.sources import ACCESS
from runbooklab.domains.redis.evidence import Evidence

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="docker-permission-denied",
        title="Docker does not let this user in",
        layer="access",
        judge=docker_access.docker_permission_denied,
        distinguishing="The endpoint is there, and this user may not open it.",
        severity="warning",
        inspect=Inspection(shell("docker version"), "no Server, and why"),
        remedies=("grant-docker-access",),
        source=ACCESS,
    ),
    Cause(
        id="docker-unreachable",
        title="Docker is not running or cannot be reached",
        layer="access",
        judge=docker_access.docker_unreachable,
        distinguishing="Nothing answers at the endpoint.",
        severity="warning",
        inspect=Inspection(shell("docker version"), "no Server, and why"),
        remedies=("start-docker",),
        source=ACCESS,
    ),
    Cause(
        id="docker-unresponsive",
        title="Docker does not answer",
        layer="access",
        judge=docker_access.docker_unresponsive,
        distinguishing="The endpoint accepts connections and gives no answer in time.",
        severity="warning",
        remedies=("restart-docker",),
        source=ACCESS,
    ),
    Cause(
        id="docker-api-version",
        title="Docker speaks another API version",
        layer="access",
        judge=docker_access.docker_api_version,
        distinguishing="The engine refuses the API version that is asked for.",
        severity="warning",
        inspect=Inspection(shell("docker version"), "no Server, and why"),
        remedies=("set-docker-api-version",),
        source=ACCESS,
    ),
    Cause(
        id="docker-endpoint-unusable",
        title="Docker's endpoint has a form that this tool cannot use",
        layer="access",
        judge=docker_access.docker_endpoint_unusable,
        distinguishing="The endpoint is an ssh://, npipe:// or fd:// one, or TLS files are missing.",
        severity="warning",
        inspect=Inspection(shell("docker context ls"), "an endpoint that is neither unix:// nor tcp://"),
        remedies=("reach-docker-endpoint",),
        source=ACCESS,
    ),
    Cause(
        id="docker-context-missing",
        title="The configured Docker context does not exist",
        layer="access",
        judge=docker_access.docker_context_missing,
        distinguishing="The configured context does not exist.",
        severity="warning",
        inspect=Inspection(shell("docker context ls"), "no row for the context"),
        remedies=("fix-docker-context",),
        source=ACCESS,
    ),
)
