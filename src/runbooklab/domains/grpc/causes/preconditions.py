"""A cause is judged once for all workers: the worst one speaks, the others are named."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from msgspec.structs import replace

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.probes.table import INSIDE_WALKS, WALKS, WORKERS
from runbooklab.domains.grpc.readings.worker import Worker, workers
from runbooklab.domains.grpc.records import Endpoint
from runbooklab.words import listed

JudgeOfWorker = Callable[[Worker], Ruling]


def of_workers(judge: JudgeOfWorker) -> Callable[[Evidence], Ruling]:
    """Judges each worker; the surest ruling is the cause's, and names the other workers that it fits."""

    @wraps(judge)
    def judged(e: Evidence) -> Ruling:
        if e.workers.value is None:
            return Untested(why_missing(e, WORKERS))
        rulings = [(each, judge(each)) for each in workers(e)]
        if not rulings:
            return RuledOut("No worker is named.")
        supported = [(each, ruling) for each, ruling in rulings if isinstance(ruling, Supported)]
        if supported:
            first, worst = max(supported, key=lambda pair: pair[1].confidence)
            return _with_others(worst, [each.end.address for each, _ in supported if each is not first])
        open_ones = (ruling for _, ruling in rulings if isinstance(ruling, Untested))
        return next(open_ones, rulings[0][1])

    return judged


def of_first(judge: JudgeOfWorker) -> Callable[[Evidence], Ruling]:
    """Judges by the first worker alone, or without any: for what a text says of all of them."""

    @wraps(judge)
    def judged(e: Evidence) -> Ruling:
        first = next(iter(workers(e)), None)
        if first is not None:
            return judge(first)
        ruling = judge(Worker(e, Endpoint("", "", 0)))
        if isinstance(ruling, Supported):
            return ruling
        return (
            Untested(why_missing(e, WORKERS)) if e.workers.value is None else RuledOut("No worker is named.")
        )

    return judged


def _with_others(ruling: Supported, also: list[str]) -> Supported:
    if not also:
        return ruling
    more = f" So it is with {listed(also, 3)}."
    summary = ruling.summary or ruling.proof
    return replace(ruling, proof=f"{ruling.proof}{more}", summary=f"{summary}{more}")


def walked(judge: JudgeOfWorker) -> JudgeOfWorker:
    """Untested for a worker whose way the orchestrator has was not seen."""

    @wraps(judge)
    def gated(w: Worker) -> Ruling:
        if w.walk is not None:
            return judge(w)
        inside = bool(w.e.target.orchestrator_container)
        row = INSIDE_WALKS if inside else WALKS
        if w.e[row].value is None:
            return Untested(why_missing(w.e, row))
        return Untested(f"The way to {w.end.address} was not seen {w.client}.")

    return gated
