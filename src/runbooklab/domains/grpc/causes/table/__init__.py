"""The catalogue of gRPC workers: all rows, in the order of the way to a worker."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from runbooklab.domain.cause import Cause, RuledOut, Ruling
from runbooklab.domains.container.causes.table import OF_ENGINE
from runbooklab.domains.grpc.causes.by_text import by_text_too
from runbooklab.domains.grpc.causes.table import answers, capacity, names, ports, services, workers
from runbooklab.domains.grpc.evidence import Evidence


def _if_needed(said: Callable[[Evidence], Ruling]) -> Callable[[Evidence], Ruling]:
    """Docker's own ruling, if a container is named that only Docker can show."""

    def judge(e: Evidence) -> Ruling:
        if not (e.target.worker_container or e.target.orchestrator_container):
            return RuledOut("No container is named, so Docker is not needed.")
        return said(e)

    return judge


#: Docker is what is looked through here: its causes only explain what is missing.
_ENGINE: tuple[Cause[Evidence], ...] = tuple(
    replace(
        row, judge=_if_needed(row.judge), severity="warning", shown_by="docker-access", runbook="docker-setup"
    )
    for row in OF_ENGINE
)

_OF_WORKERS = (
    *workers.ROWS,
    *names.ROWS,
    *ports.ROWS,
    *answers.ROWS,
    *services.ROWS,
    *capacity.ROWS,
)

CAUSES: tuple[Cause[Evidence], ...] = (*_ENGINE, *map(by_text_too, _OF_WORKERS))
