"""How a check says the same of several workers: the worst one in the sentence, all of them in a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from runbooklab.domain.judgement import absent, table, unknown, unseen, why
from runbooklab.domain.probe import AnyProbe
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.probes.table import INSIDE_WALKS, WALKS
from runbooklab.domains.grpc.readings.worker import Worker, workers
from runbooklab.model.conclusions import Judgement, Status, rank
from runbooklab.model.observation import Missing


class Line(NamedTuple):
    """What is seen of one worker: a status, and a sentence."""

    status: Status
    said: str


def client_probe(e: Evidence) -> AnyProbe:
    """The probe that walked the way as the orchestrator has it."""
    return INSIDE_WALKS if e.target.orchestrator_container else WALKS


def of_each(what: str, line: Callable[[Worker], Line | None]) -> Callable[[Evidence], Judgement]:
    """A check of the way to each worker; ``what`` begins a sentence, None of a worker means "not seen"."""

    def judge(e: Evidence) -> Judgement:
        if e.workers.value is None:
            return absent(e, e.workers, what)
        found = workers(e)
        if not found:
            return unknown(f"{what}: not checked, because no worker is known.")
        walks = e[client_probe(e)]
        if walks.value is None:
            missing = walks.missing or Missing("error", "nothing was walked")
            return unseen(what, why(e, missing))
        lines = [(each, line(each) or _not_seen(each)) for each in found]
        return summed_up(lines)

    return judge


def _not_seen(w: Worker) -> Line:
    return Line("unknown", f"{w.end.address}: not seen {w.client}.")


def summed_up(lines: Sequence[tuple[Worker, Line]]) -> Judgement:
    """The worst line as the sentence; a table if there are several."""
    _, worst = min(lines, key=lambda pair: rank(pair[1].status))
    if len(lines) == 1:
        return Judgement(worst.status, worst.said)
    alike = sum(line.status == worst.status for _, line in lines)
    more = f" ({alike} of {len(lines)} workers are {worst.status}.)"
    rows = [(each.end.address, line.status, line.said) for each, line in lines]
    return Judgement(worst.status, f"{worst.said}{more}", tables=(table(("Worker", "Status", "Seen"), rows),))


def nothing_to_see(said: str) -> Line:
    """A line of a worker to which the check does not apply."""
    return Line("skipped", said)
