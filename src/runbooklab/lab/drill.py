"""Drills: inject one fault, inspect and judge as a run does, compare with what was injected, restore.

On request the recommended remedies are applied before restoring, and the target is inspected again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct, field

from runbooklab.lab import remediate as fixing
from runbooklab.lab.fault import Case, T
from runbooklab.lab.inspection import inspect, warm
from runbooklab.lab.lab import Place
from runbooklab.lab.testbed import Unavailable
from runbooklab.model.evidence import Evidence
from runbooklab.redaction import Vault

#: Drills that run at once. A drill mostly waits for Docker and for deadlines.
WORKERS = 4


class Result(Struct, frozen=True):
    """What one drill showed."""

    case: str
    expected: str  # the injected cause; "" for a healthy target
    also: tuple[str, ...] = ()  # causes injected with it
    verdict: str = ""
    supported: tuple[str, ...] = ()  # causes, the primary one first
    proof: str = ""  # of the primary cause
    injected_in_s: float = 0.0
    diagnosed_in_s: float = field(default=0.0, name="looked_in_s")
    failed: str = ""  # why the drill itself failed
    skipped: str = ""  # what this machine lacks for it; then nothing was injected
    #: None if nothing was supported, or remedies were not asked for; in JSON still called ``mending``.
    remediation: fixing.Remediation | None = field(default=None, name="mending")
    evidence: Evidence | None = None

    @property
    def primary(self) -> str:
        """The cause that was named first; "" if none was."""
        return self.supported[0] if self.supported else ""

    @property
    def rank(self) -> int | None:
        """The injected cause's place among the supported ones, from 1; None if it is not among them."""
        return self.supported.index(self.expected) + 1 if self.expected in self.supported else None

    @property
    def right(self) -> bool:
        """The injected cause was named first and those with it too, or a healthy target raised no alarm."""
        if self.failed or self.skipped:
            return False
        if not self.expected:
            return not self.supported and self.verdict == "ok"
        return self.primary == self.expected and set(self.also) <= set(self.supported)


def drill(case: Case[T], place: Place[T], remediate: bool = False) -> Result:
    """Run one drill of the place's lab; with ``remediate``, fix what it broke before restoring.

    A fault that cannot be injected gives a result with ``failed`` or ``skipped``, not an exception.
    """
    if case.missing_tools:
        return Result(case.id, case.cause, failed=f"not on this machine: {', '.join(case.missing_tools)}")
    try:
        return _drill(case, place, remediate)
    except Unavailable as lack:
        return Result(case.id, case.cause, skipped=str(lack))
    except Exception as error:  # noqa: BLE001 - whatever stops one drill must not stop the others
        return Result(case.id, case.cause, failed=f"{type(error).__name__}: {error}")


def _drill(case: Case[T], place: Place[T], remediate: bool) -> Result:
    started = time.monotonic()
    with place.inject(case) as (testbed, situation):
        injected = time.monotonic()
        vault = Vault()
        evidence = inspect(situation, place.lab.rules, vault)
        diagnosis = fixing.judged(evidence, place.lab)
        named = time.monotonic()
        remediation = None
        if remediate and diagnosis.primary:
            remediation = fixing.remediate(place.lab, testbed, situation, evidence, vault)
    return Result(
        case.id,
        case.cause,
        also=case.also,
        verdict=diagnosis.verdict,
        supported=fixing.supported(diagnosis),
        proof=diagnosis.primary.proof if diagnosis.primary else "",
        injected_in_s=round(injected - started, 2),
        diagnosed_in_s=round(named - injected, 2),
        remediation=remediation,
        evidence=evidence,
    )


def drills(
    chosen: Sequence[tuple[Case[T], Place[T]]], *, remediate: bool = False, workers: int = WORKERS
) -> Iterator[Result]:
    """Run drills, ``workers`` at a time; results come in the order of ``chosen``."""
    for lab in {place.lab.runbook: place.lab for _, place in chosen}.values():
        warm(lab.rules)
    with ThreadPoolExecutor(workers, thread_name_prefix="drill") as pool:
        yield from pool.map(lambda pair: drill(pair[0], pair[1], remediate), chosen)
