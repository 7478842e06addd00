"""The orchestrator's own container: nothing can call a worker from one that does not run."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.container.probes.table import ORCHESTRATOR
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.observe.docker.records import Container
from runbooklab.words import ago

_BECAUSE = ("worker-orchestrator",)


def missing(e: Evidence) -> Ruling:
    name, look = e.target.orchestrator_container, e.orchestrator.value
    if not name:
        return RuledOut("The orchestrator runs on this host.")
    if look is None:
        return Untested(why_missing(e, ORCHESTRATOR))
    if look.found is not None:
        return RuledOut(f"Container {look.found.name} exists.")
    return Supported(
        f"The Docker engine knows no container named {name}.",
        _BECAUSE,
        0.96,
        f"The orchestrator's container {name} does not exist.",
        parameters={"container": name},
    )


def in_state(*states: str, says: str) -> Callable[[Evidence], Ruling]:
    """The judge of one way in which the container does not go on; ``says`` finishes a sentence."""

    def judge(e: Evidence) -> Ruling:
        if not e.target.orchestrator_container:
            return RuledOut("The orchestrator runs on this host.")
        if e.orchestrator.value is None:
            return Untested(why_missing(e, ORCHESTRATOR))
        found = e.orchestrator.value.found
        if found is None or found.state not in states:
            return RuledOut(f"The orchestrator's container is {found.state if found else 'not there'}.")
        how = f"Container {found.name} {says}{_ended(e, found)}"
        return Supported(
            f"{how}.",
            _BECAUSE,
            0.95,
            f"The orchestrator's c{how[1:]}, so it can call no worker.",
            parameters={"container": found.name},
        )

    return judge


def _ended(e: Evidence, found: Container) -> str:
    if found.state not in ("exited", "dead"):
        return ""
    return f" {ago(found.finished_at, e.gathered_at)} with code {found.exit_code}"


stopped = in_state("exited", "dead", "created", says="does not run, ended")
paused = in_state("paused", says="is paused")
restarting = in_state("restarting", says="restarts again and again")
