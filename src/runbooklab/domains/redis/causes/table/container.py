"""Causes: the container's life cycle."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.container.inspections import docker
from runbooklab.domains.redis.causes import container
from runbooklab.domains.redis.causes.table.closer import seen_closer
from runbooklab.domains.redis.causes.table.groups import CLOSED, ENDINGS, SILENT
from runbooklab.domains.redis.causes.table.sources import LOG, PROC
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.inspections import REDIS_LOG

ROWS: tuple[Cause[Evidence], ...] = (
    seen_closer(
        "container-missing",
        title="The Redis container does not exist",
        judge=container.container_missing,
        remedies=("name-redis", "run-container"),
        look_alikes=("container-stopped", "port-not-published"),
    ),
    seen_closer(
        "container-never-started",
        title="The Redis container was created but never started",
        judge=container.container_never_started,
    ),
    seen_closer(
        "container-stopped",
        title="The Redis container was stopped",
        judge=container.container_stopped,
        distinguishing="State `exited` with code 0, 130 or 143; the log says that it was asked to shut down.",
        look_alikes=("container-killed", "redis-daemonized"),
    ),
    seen_closer(
        "container-killed",
        title="The Redis container was killed",
        judge=container.container_killed,
    ),
    seen_closer(
        "container-oom-killed",
        title="The Redis container ran out of memory and was killed",
        judge=container.container_oom_killed,
    ),
    seen_closer(
        "container-paused",
        title="The Redis container is paused",
        judge=container.container_paused,
        distinguishing="State `paused`: connections are accepted, exec is refused.",
        look_alikes=SILENT,
    ),
    seen_closer(
        "container-crash-looping",
        title="The Redis container starts and crashes again and again",
        judge=container.container_crash_looping,
        shown_by="redis-container",
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
