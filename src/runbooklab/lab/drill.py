"""Drills: inject one fault, look and judge as a run does, compare with what was injected, restore."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from msgspec import Struct

from runbooklab.diagnosis import conclude
from runbooklab.evidence import Evidence
from runbooklab.lab.fault import Case, Fault
from runbooklab.lab.look import look, warm
from runbooklab.model import Diagnosis

if TYPE_CHECKING:
    from docker import DockerClient

#: Drills at work at once. Most of a drill is waiting for Docker and for deadlines.
WORKERS = 4


class Result(Struct, frozen=True):
    """What one drill showed."""

    case: str
    expected: str  # the injected cause; "" for a healthy target
    verdict: str = ""
    supported: tuple[str, ...] = ()  # causes, the primary one first
    proof: str = ""  # of the primary cause
    injected_in_s: float = 0.0
    looked_in_s: float = 0.0
    failed: str = ""  # why the drill itself could not be carried out
    evidence: Evidence | None = None

    @property
    def primary(self) -> str:
        """The cause that was named first; empty where none was."""
        return self.supported[0] if self.supported else ""

    @property
    def rank(self) -> int | None:
        """The injected cause's place among the supported ones, from 1; None where it is not among them."""
        return self.supported.index(self.expected) + 1 if self.expected in self.supported else None

    @property
    def right(self) -> bool:
        """The injected cause was named first, or a healthy target raised no alarm."""
        if self.failed:
            return False
        return self.primary == self.expected if self.expected else not self.supported and self.verdict == "ok"


def drill(case: Case, docker: DockerClient, image: str) -> Result:
    """Carry out one drill. A fault that cannot be injected is a result with ``failed``, no exception."""
    expected = case.cause if isinstance(case, Fault) else ""
    if case.missing_tools:
        return Result(case.id, expected, failed=f"not on this machine: {', '.join(case.missing_tools)}")
    started = time.monotonic()
    try:
        with case.inject(docker, image) as situation:
            injected = time.monotonic()
            evidence = look(situation)
            looked = time.monotonic()
    except Exception as error:  # noqa: BLE001 - whatever stops one drill must not stop the others
        return Result(case.id, expected, failed=f"{type(error).__name__}: {error}")
    diagnosis = judged(evidence)
    supported = tuple(cause.id for cause in diagnosis.causes if cause.state == "supported")
    return Result(
        case.id,
        expected,
        verdict=diagnosis.verdict,
        supported=supported,
        proof=diagnosis.primary.proof if diagnosis.primary else "",
        injected_in_s=round(injected - started, 2),
        looked_in_s=round(looked - injected, 2),
        evidence=evidence,
    )


def drills(
    cases: Iterable[Case], docker: DockerClient, image: str, workers: int = WORKERS
) -> Iterator[Result]:
    """Carry out drills, ``workers`` at a time; results come in the order of ``cases``."""
    warm()
    with ThreadPoolExecutor(workers, thread_name_prefix="drill") as pool:
        yield from pool.map(lambda case: drill(case, docker, image), cases)


def judged(evidence: Evidence) -> Diagnosis:
    """The diagnosis of a drill's evidence."""
    at = evidence.gathered_at
    return conclude(evidence, run_id="drill", runbook="redis-connection", started_at=at, finished_at=at)
