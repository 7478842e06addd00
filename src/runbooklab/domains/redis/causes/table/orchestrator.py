"""Causes: the orchestrator's own container."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.address.causes import table as surroundings
from runbooklab.domains.container.inspections import STATE
from runbooklab.domains.redis.causes import orchestrator
from runbooklab.domains.redis.causes.table import (
    answers,
    authentication,
    container,
    names,
    ports,
    protocol,
    role,
    start,
    tls,
    way,
)
from runbooklab.domains.redis.causes.table.sources import INSPECT, RUN
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.inspections import ORCHESTRATOR_LOG

_BEFORE = (surroundings, names, container, start, ports, way, tls, protocol, authentication, answers, role)
#: The orchestrator ends or fails because Redis cannot be used: any of these may be why.
REDIS_FAILS = tuple(
    dict.fromkeys(
        (
            "startup-race",
            *(row.id for subject in _BEFORE for row in subject.ROWS if row.severity == "critical"),
        )
    )
)

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="orchestrator-missing",
        title="The orchestrator's container does not exist",
        layer="docker",
        judge=orchestrator.orchestrator_missing,
        distinguishing="The engine knows no container, and no Compose service, of the name given.",
        severity="warning",
        inspect=Inspection(STATE, "no row for the orchestrator's container"),
        remedies=("name-orchestrator",),
        source=INSPECT,
        consequence_of=REDIS_FAILS,
    ),
    Cause(
        id="orchestrator-paused",
        title="The orchestrator's container is paused",
        layer="docker",
        judge=orchestrator.orchestrator_paused,
        distinguishing="State `paused` of the orchestrator's container.",
        inspect=Inspection(ORCHESTRATOR_LOG, "the last lines say what it met"),
        remedies=("unpause-orchestrator",),
        source=INSPECT,
        consequence_of=REDIS_FAILS,
        look_alikes=("orchestrator-stopped",),
    ),
    Cause(
        id="orchestrator-restarting",
        title="The orchestrator starts and ends again and again",
        layer="docker",
        judge=orchestrator.orchestrator_restarting,
        distinguishing="State `restarting`, or its restart count rises between two inspections.",
        inspect=Inspection(ORCHESTRATOR_LOG, "the last lines say what it met"),
        remedies=("run-orchestrator",),
        source=RUN,
        consequence_of=REDIS_FAILS,
        look_alikes=("orchestrator-stopped", "startup-race"),
    ),
    Cause(
        id="orchestrator-stopped",
        title="The orchestrator does not run",
        layer="docker",
        judge=orchestrator.orchestrator_stopped,
        distinguishing="State `exited`, `dead` or `created`; the tail of its log names the reason.",
        inspect=Inspection(ORCHESTRATOR_LOG, "the last lines say what it met"),
        remedies=("run-orchestrator",),
        source=RUN,
        consequence_of=REDIS_FAILS,
        look_alikes=("orchestrator-restarting", "startup-race"),
    ),
)
