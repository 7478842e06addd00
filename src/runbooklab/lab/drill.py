"""Drills: inject one fault, look and judge as a run does, compare with what was injected, restore.

With ``mend`` the remedy of the named cause is applied before restoring, and the target looked at again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from msgspec import Struct

from runbooklab.diagnosis import conclude
from runbooklab.evidence import Evidence
from runbooklab.lab.bench import Situation
from runbooklab.lab.fault import Case, Fault
from runbooklab.lab.look import look, warm
from runbooklab.lab.server_program import NotHere
from runbooklab.model import Diagnosis, RemedyPlan
from runbooklab.secrets import Vault

if TYPE_CHECKING:
    from docker import DockerClient

#: Drills at work at once. Most of a drill is waiting for Docker and for deadlines.
WORKERS = 4
#: Seconds within which a remedy must have helped.
MENDED_S = 10.0


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
    skipped: str = ""  # what this machine lacks for it; nothing was injected then, and nothing is shown
    remedy: str = ""  # what was applied; empty where nothing was
    mended: str = ""  # "yes", or why not; empty where nothing was applied
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
        if self.failed or self.skipped:
            return False
        return self.primary == self.expected if self.expected else not self.supported and self.verdict == "ok"


def drill(case: Case, docker: DockerClient | None, image: str, mend: bool = False) -> Result:
    """Carry out one drill, without an engine on a redis-server of this host.

    A fault that cannot be injected is a result with ``failed`` or ``skipped``, no exception.
    """
    expected = case.cause if isinstance(case, Fault) else ""
    if case.missing_tools:
        return Result(case.id, expected, failed=f"not on this machine: {', '.join(case.missing_tools)}")
    try:
        return _drill(case, expected, docker, image, mend)
    except NotHere as lack:
        return Result(case.id, expected, skipped=str(lack))
    except Exception as error:  # noqa: BLE001 - whatever stops one drill must not stop the others
        return Result(case.id, expected, failed=f"{type(error).__name__}: {error}")


def _drill(case: Case, expected: str, docker: DockerClient | None, image: str, mend: bool) -> Result:
    started = time.monotonic()
    with case.inject(docker, image) as situation:
        injected = time.monotonic()
        vault = Vault()
        evidence = look(situation, vault)
        looked = time.monotonic()
        diagnosis = judged(evidence)
        plan = diagnosis.primary.remedy if diagnosis.primary else None
        mended = ""
        if mend and plan and plan.appliable and not situation.is_of_another:
            mended = _mend(plan, situation, evidence, vault)
    return Result(
        case.id,
        expected,
        verdict=diagnosis.verdict,
        supported=_supported(diagnosis),
        proof=diagnosis.primary.proof if diagnosis.primary else "",
        injected_in_s=round(injected - started, 2),
        looked_in_s=round(looked - injected, 2),
        evidence=evidence,
        remedy=plan.id if plan and mended else "",
        mended=mended,
    )


def _mend(plan: RemedyPlan, situation: Situation, evidence: Evidence, vault: Vault) -> str:
    """Apply the plan and look until its cause is gone: ``yes``, or why not."""
    from runbooklab.remedies.apply import apply

    named = _supported(judged(evidence))[0]
    address = evidence.address.value
    acts = apply(
        plan,
        evidence.target,
        vault,
        url=address.text if address else "",
        confirmed_name=evidence.target.redis_container,
        asked_by="drill",
    )
    undone = next((act for act in acts if act.outcome != "done"), None)
    if undone:
        return f"{undone.command}: {undone.outcome}, {undone.output}"
    deadline = time.monotonic() + MENDED_S
    while True:
        after = judged(look(situation, vault))
        if named not in _supported(after):
            return "yes"
        if time.monotonic() > deadline:
            return after.summary


def _supported(diagnosis: Diagnosis) -> tuple[str, ...]:
    return tuple(cause.id for cause in diagnosis.causes if cause.state == "supported")


def drills(
    cases: Iterable[Case],
    docker: DockerClient | None,
    image: str,
    *,
    mend: bool = False,
    workers: int = WORKERS,
) -> Iterator[Result]:
    """Carry out drills, ``workers`` at a time; results come in the order of ``cases``."""
    warm()
    with ThreadPoolExecutor(workers, thread_name_prefix="drill") as pool:
        yield from pool.map(lambda case: drill(case, docker, image, mend), cases)


def judged(evidence: Evidence) -> Diagnosis:
    """The diagnosis of a drill's evidence."""
    at = evidence.gathered_at
    return conclude(evidence, run_id="drill", runbook="redis-connection", started_at=at, finished_at=at)
