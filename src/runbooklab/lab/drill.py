"""Drills: inject one fault, look and judge as a run does, compare with what was injected, restore.

With ``remediate`` the recommended remedies are carried out before restoring, and the target is inspected
again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from msgspec import Struct, field
from redis import ResponseError

from runbooklab.domains.redis.lab.server_program import NotHere
from runbooklab.lab.fault import Case, Fault, testbed_for
from runbooklab.lab.inspection import inspect, warm
from runbooklab.lab.remediate import Remediation, judged, supported
from runbooklab.lab.remediate import remediate as remediate_all
from runbooklab.model.evidence import Evidence
from runbooklab.redaction.vault import Vault

if TYPE_CHECKING:
    from docker import DockerClient

#: What an older server says of a command that a recipe uses.
_UNKNOWN_COMMAND = re.compile("unknown (sub)?command", re.IGNORECASE)

#: Drills at work at once. Most of a drill is waiting for Docker and for deadlines.
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
    looked_in_s: float = 0.0
    failed: str = ""  # why the drill itself could not be carried out
    skipped: str = ""  # what this machine lacks for it; nothing was injected then, and nothing is shown
    #: None if nothing was supported, or remedies were not asked for; ``mending`` in JSON, as it always was.
    remediation: Remediation | None = field(default=None, name="mending")
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
        """The injected cause was named first and those with it too, or a healthy target raised no alarm."""
        if self.failed or self.skipped:
            return False
        if not self.expected:
            return not self.supported and self.verdict == "ok"
        return self.primary == self.expected and set(self.also) <= set(self.supported)


def drill(case: Case, docker: DockerClient | None, image: str, remediate: bool = False) -> Result:
    """Carry out one drill, without an engine on a redis-server of this host.

    A fault that cannot be injected is a result with ``failed`` or ``skipped``, no exception.
    """
    expected = case.cause if isinstance(case, Fault) else ""
    if case.missing_tools:
        return Result(case.id, expected, failed=f"not on this machine: {', '.join(case.missing_tools)}")
    try:
        return _drill(case, expected, docker, image, remediate)
    except NotHere as lack:
        return Result(case.id, expected, skipped=str(lack))
    except ResponseError as refusal:
        if not _UNKNOWN_COMMAND.search(str(refusal)):
            return Result(case.id, expected, failed=f"ResponseError: {refusal}")
        return Result(case.id, expected, skipped=f"needs a redis-server that does more: {refusal}"[:120])
    except Exception as error:  # noqa: BLE001 - whatever stops one drill must not stop the others
        return Result(case.id, expected, failed=f"{type(error).__name__}: {error}")


def _drill(case: Case, expected: str, docker: DockerClient | None, image: str, remediate: bool) -> Result:
    started = time.monotonic()
    with testbed_for(docker, image) as testbed:
        situation = case.recipe(testbed)
        injected = time.monotonic()
        vault = Vault()
        evidence = inspect(situation, vault)
        diagnosis = judged(evidence)
        named = time.monotonic()
        remediation = (
            remediate_all(testbed, situation, evidence, vault) if remediate and diagnosis.primary else None
        )
    return Result(
        case.id,
        expected,
        also=case.also if isinstance(case, Fault) else (),
        verdict=diagnosis.verdict,
        supported=supported(diagnosis),
        proof=diagnosis.primary.proof if diagnosis.primary else "",
        injected_in_s=round(injected - started, 2),
        looked_in_s=round(named - injected, 2),
        remediation=remediation,
        evidence=evidence,
    )


def drills(
    cases: Iterable[Case],
    docker: DockerClient | None,
    image: str,
    *,
    remediate: bool = False,
    workers: int = WORKERS,
) -> Iterator[Result]:
    """Carry out drills, ``workers`` at a time; results come in the order of ``cases``."""
    warm()
    with ThreadPoolExecutor(workers, thread_name_prefix="drill") as pool:
        yield from pool.map(lambda case: drill(case, docker, image, remediate), cases)
