"""Access to Docker: evidence that is missing.

It never speaks against Redis, which is then judged over TCP alone.
"""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.cause import AnyCause, Cause, RuledOut, Ruling, Supported
from runbooklab.domain.preconditions import needs
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.container.causes.table import OF_ENGINE
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.access import what_docker_does
from runbooklab.domains.redis.causes.preconditions import Judge
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client_outcome import OUTCOME_WORDS, client_outcome
from runbooklab.domains.redis.readings.destination import outside_docker
from runbooklab.observe.docker.probe import DOCKER


def _not_needed_or(said: Judge) -> Judge:
    """Docker's ruling, unless Redis is looked at without Docker; what it costs is said with it."""

    @needs(DOCKER)
    def judge(e: Evidence) -> Ruling:
        if not (container_name(e) or e.target.orchestrator_container):
            return RuledOut("No container is named, so Docker is not needed.")
        ruling = said(e)
        if not isinstance(ruling, Supported):
            return ruling
        elsewhere = "" if e.target.orchestrator_container else outside_docker(e)
        if elsewhere:
            return RuledOut(f"Docker is not needed: {elsewhere}.")
        return replace(ruling, summary=_summary(e, what_docker_does(e)))

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


def _explaining(row: AnyCause) -> Cause[Evidence]:
    return replace(row, judge=_not_needed_or(row.judge), severity="warning")


#: Docker's causes of no access: here they explain why evidence is missing, and no more.
CAUSES: tuple[Cause[Evidence], ...] = tuple(_explaining(row) for row in OF_ENGINE)
