"""Access to Docker: evidence that is missing.

It never speaks against Redis, which is then judged over TCP alone.
"""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.preconditions import needs
from runbooklab.domains.docker.meant import container_name
from runbooklab.domains.environment.readings.address import place
from runbooklab.domains.redis.causes.preconditions import Judge
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client_outcome import OUTCOME_WORDS, client_outcome
from runbooklab.domains.redis.readings.destination import outside_docker
from runbooklab.observe.docker.probe import DOCKER


def _access_judge(outcome: str, always: str = "") -> Judge:
    """``always`` says what it is that Docker does; if it is empty, the probe's own words do."""

    @needs(DOCKER)
    def judge(e: Evidence) -> Ruling:
        docker = e.docker.value
        assert docker is not None
        if not (container_name(e) or e.target.orchestrator_container):
            return RuledOut("No container is named, so Docker is not needed.")
        if docker.outcome != outcome:
            return RuledOut(f"Docker at {docker.endpoint}: {docker.outcome}.")
        elsewhere = "" if e.target.orchestrator_container else outside_docker(e)
        if elsewhere:
            return RuledOut(f"Docker is not needed: {elsewhere}.")
        what = always or f"is not checked: {docker.message.rstrip('.')}"
        said = f" ({docker.message.rstrip('.')})" if always and docker.message else ""
        return Supported(
            f"Docker at {docker.endpoint} {what}{said}.",
            ("docker-access",),
            0.97,
            _summary(e, what),
        )

    return judge


def _summary(e: Evidence, what: str) -> str:
    seen, name = client_outcome(e), container_name(e) or e.target.orchestrator_container
    if seen == "pong":
        return f"Redis answers at {place(e)}, but Docker {what}, so container {name} could not be looked at."
    if seen is None:
        return f"Docker {what}, so container {name} could not be looked at."
    return (
        f"Redis cannot be used at {place(e)} (the client {OUTCOME_WORDS[seen]}), "
        f"and Docker, which could say why, {what}."
    )


docker_unreachable = _access_judge("unreachable", "is not running or cannot be reached")
docker_permission_denied = _access_judge("permission-denied", "does not let this user in")
docker_unresponsive = _access_judge("unresponsive", "accepts connections and does not answer")
docker_api_version = _access_judge("api-version", "speaks another API version")
docker_endpoint_unusable = _access_judge("unusable")
docker_context_missing = _access_judge(
    "context-missing", "is not found: the configured context does not exist"
)
