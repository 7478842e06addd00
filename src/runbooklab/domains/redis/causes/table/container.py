"""Causes: the container's life cycle."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.docker.inspections import STATE, docker, docker_inspect
from runbooklab.domains.redis.causes import container
from runbooklab.domains.redis.causes.table.groups import CLOSED, ENDINGS, SILENT
from runbooklab.domains.redis.causes.table.sources import INSPECT, LOG, PROC, RUN
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.inspections import REDIS_LOG

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="container-missing",
        title="The Redis container does not exist",
        layer="docker",
        judge=container.container_missing,
        distinguishing=(
            "The engine answers that there is no such container (an event `destroy`: it was removed)."
        ),
        inspect=Inspection(STATE, "no row"),
        remedies=("name-redis", "run-container"),
        source=INSPECT,
        look_alikes=("container-stopped", "port-not-published"),
    ),
    Cause(
        id="container-never-started",
        title="The Redis container was created but never started",
        layer="docker",
        judge=container.container_never_started,
        distinguishing="State `created`, no error, exit code 0.",
        inspect=Inspection(STATE, "Created in the column STATUS"),
        remedies=("start-container",),
        source=INSPECT,
        look_alikes=("container-stopped",),
    ),
    Cause(
        id="container-stopped",
        title="The Redis container was stopped",
        layer="docker",
        judge=container.container_stopped,
        distinguishing="State `exited` with code 0, 130 or 143; the log says that it was asked to shut down.",
        inspect=Inspection(STATE, "Exited in the column STATUS"),
        remedies=("start-container",),
        source=RUN,
        look_alikes=("container-killed", "redis-daemonized"),
    ),
    Cause(
        id="container-killed",
        title="The Redis container was killed",
        layer="docker",
        judge=container.container_killed,
        distinguishing="State `exited` with code 137, and OOMKilled is false.",
        inspect=Inspection(docker_inspect(".State"), '"ExitCode":137'),
        remedies=("start-container",),
        source=RUN,
        look_alikes=("container-oom-killed",),
    ),
    Cause(
        id="container-oom-killed",
        title="The Redis container ran out of memory and was killed",
        layer="docker",
        judge=container.container_oom_killed,
        distinguishing="OOMKilled is true, or there is an event `oom` of the last run.",
        inspect=Inspection(docker_inspect(".State"), '"OOMKilled":true'),
        remedies=("raise-memory-limit", "start-container"),
        source=RUN,
        look_alikes=("container-killed",),
    ),
    Cause(
        id="container-paused",
        title="The Redis container is paused",
        layer="docker",
        judge=container.container_paused,
        distinguishing="State `paused`: connections are accepted, exec is refused.",
        inspect=Inspection(STATE, "Paused in the column STATUS"),
        remedies=("unpause-container",),
        source=INSPECT,
        look_alikes=SILENT,
    ),
    Cause(
        id="container-crash-looping",
        title="The Redis container starts and crashes again and again",
        layer="docker",
        judge=container.container_crash_looping,
        distinguishing="State `restarting`, or the restart count rises between two looks.",
        shown_by="redis-container",
        inspect=Inspection(docker_inspect(".State"), '"Restarting":true'),
        remedies=("stop-crash-loop",),
        source=RUN,
        consequence_of=ENDINGS,
        look_alikes=("container-stopped", "redis-start-failed"),
    ),
    Cause(
        id="redis-crashed",
        title="Redis crashed",
        layer="docker",
        judge=container.redis_crashed,
        distinguishing="Exit code 134 to 136 or 139, or a bug report in the log.",
        inspect=Inspection(REDIS_LOG, "the last lines say why Redis ended"),
        remedies=("start-container",),
        source=LOG,
        look_alikes=("container-killed",),
    ),
    Cause(
        id="redis-not-running-in-container",
        title="The container runs something else than Redis",
        layer="docker",
        judge=container.redis_not_running_in_container,
        distinguishing="The main process is not Redis, and nothing listens in the container.",
        inspect=Inspection(docker("top"), "no redis-server among the processes"),
        remedies=("recreate-container",),
        source=PROC,
        consequence_of=("container-oom-killed",),
        look_alikes=CLOSED,
    ),
    Cause(
        id="redis-frozen",
        title="The Redis process is stopped by a signal",
        layer="docker",
        judge=container.redis_frozen,
        distinguishing="The container runs, and the process is in state T (stopped).",
        inspect=Inspection(docker("top", options=("-o", "pid,stat,cmd")), "T in the column STAT"),
        remedies=("resume-redis-process",),
        source=PROC,
        look_alikes=SILENT,
    ),
)
