"""The worker's container and process, one row a cause."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.cause import Cause, Ruling
from runbooklab.domains.grpc.causes import containers, orchestrator
from runbooklab.domains.grpc.causes.containers import OF_CONTAINER
from runbooklab.domains.grpc.causes.preconditions import of_workers
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.inspections import CLIENT, LOG, STATE, STATES

_RUN = "Docker CLI reference: docker container run (exit status)"
_INSPECT = "Docker Engine API: GET /containers/(id)/json, State"
_SETUP = "docker-setup"


def _row(
    id_: str, title: str, seen: str, *remedies: str, alike: tuple[str, ...] = (), of: tuple[str, ...] = ()
) -> Cause[Evidence]:
    return Cause(
        id=id_,
        title=title,
        layer="worker",
        judge=OF_CONTAINER[id_],
        distinguishing=seen,
        remedies=remedies,
        source=_RUN,
        shown_by="worker-container",
        inspect=STATE if "log" not in seen else LOG,
        consequence_of=of,
        look_alikes=alike,
        runbook=_SETUP,
    )


def _client(
    id_: str, title: str, judge: Callable[[Evidence], Ruling], seen: str, remedy: str
) -> Cause[Evidence]:
    return Cause(
        id=id_,
        title=title,
        layer="worker",
        judge=judge,
        distinguishing=seen,
        remedies=(remedy,),
        source=_INSPECT,
        shown_by="worker-orchestrator",
        inspect=CLIENT,
        runbook=_SETUP,
    )


ROWS: tuple[Cause[Evidence], ...] = (
    _client(
        "orchestrator-missing",
        "The orchestrator's container does not exist",
        orchestrator.missing,
        "The engine answers that there is no container of the name that is given.",
        "inspect-orchestrator",
    ),
    _client(
        "orchestrator-stopped",
        "The orchestrator's container does not run",
        orchestrator.stopped,
        "State `exited`, `dead` or `created`.",
        "start-orchestrator",
    ),
    _client(
        "orchestrator-paused",
        "The orchestrator's container is paused",
        orchestrator.paused,
        "State `paused`.",
        "unpause-orchestrator",
    ),
    _client(
        "orchestrator-restarting",
        "The orchestrator restarts again and again",
        orchestrator.restarting,
        "State `restarting`.",
        "inspect-orchestrator",
    ),
    Cause(
        id="container-missing",
        title="The worker's container does not exist",
        layer="worker",
        judge=containers.missing,
        distinguishing="The engine answers that there is no container of the name that is given.",
        remedies=("run-container",),
        source=_INSPECT,
        shown_by="worker-container",
        inspect=STATE,
        look_alikes=("container-stopped", "worker-not-listening"),
        runbook=_SETUP,
    ),
    _row(
        "container-never-started",
        "The worker's container was created and never started",
        "State `created`: refused, and no log at all.",
        "start-container",
        alike=("container-stopped",),
    ),
    _row(
        "container-stopped",
        "The worker's container was stopped",
        "State `exited` by a stop: code 0, 143, or 137 with an event `stop`.",
        "start-container",
        alike=("container-killed", "worker-not-listening"),
    ),
    _row(
        "container-oom-killed",
        "The worker ran out of memory and was killed",
        "OOMKilled is true, or there is an event `oom` of its last run: a model larger than the limit.",
        "raise-memory-limit",
        "start-container",
        alike=("container-killed",),
    ),
    _row(
        "container-killed",
        "The worker's container was killed",
        "Exit code 137, OOMKilled is false, and no event `stop`.",
        "start-container",
        alike=("container-oom-killed", "container-stopped"),
    ),
    _row(
        "container-crash-looping",
        "The worker starts and crashes again and again",
        "Its restart count rises between two looks; the last line of its log says why.",
        "stop-crash-loop",
        alike=("worker-start-failed", "container-stopped"),
        of=("container-oom-killed",),
    ),
    _row(
        "worker-start-failed",
        "The worker's program ended with an error",
        "It exited with a code that is no stop's, and its log ends with the reason.",
        "read-worker-log",
        "start-container",
        alike=("container-crash-looping", "container-stopped"),
    ),
    _row(
        "container-paused",
        "The worker's container is paused",
        "State `paused`: TCP connects, and no SETTINGS come.",
        "unpause-container",
        alike=("worker-frozen", "silent-listener-on-port"),
    ),
    Cause(
        id="worker-frozen",
        title="The worker's process is stopped or stuck",
        layer="worker",
        judge=of_workers(containers.frozen),
        distinguishing=(
            "TCP connects, no SETTINGS come, and its process is in state T or D; nothing is paused."
        ),
        remedies=("resume-worker",),
        source="proc(5): /proc/pid/stat, state; signal(7): SIGSTOP, SIGCONT",
        shown_by="worker-container",
        inspect=STATES,
        look_alikes=("container-paused", "worker-overloaded", "silent-listener-on-port"),
    ),
)
