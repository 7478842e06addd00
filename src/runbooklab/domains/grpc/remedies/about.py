"""Which of several workers a remedy is about: the one that its cause was found at."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.cause import Supported
from runbooklab.domains.grpc.causes.table import CAUSES
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.probes.table import WORKERS
from runbooklab.domains.grpc.readings.worker import Worker, workers
from runbooklab.model.observation import Observation


def about(remedy: str, e: Evidence) -> Evidence:
    """The evidence with that worker alone; as it is if there is one only, or its container is named."""
    found = workers(e)
    if len(found) < 2 or e.target.worker_container:
        return e
    for cause in CAUSES:
        if remedy in cause.remedies and isinstance(cause.judge(e), Supported):
            rulings = [(cause.judge(one), one) for one in (_alone(e, each) for each in found)]
            hit = [(ruling.confidence, one) for ruling, one in rulings if isinstance(ruling, Supported)]
            if hit:
                return max(hit, key=lambda pair: pair[0])[1]
    return e


def _alone(e: Evidence, worker: Worker) -> Evidence:
    seen = e.workers.value
    assert seen is not None
    return e.having(Observation(WORKERS.name, value=replace(seen, endpoints=(worker.end,))))
