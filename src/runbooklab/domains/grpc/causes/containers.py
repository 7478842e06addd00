"""The worker's container and process: is there one, does it run, does it go on."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.container.causes import container as rules
from runbooklab.domains.container.evidence import Evidence as ContainerEvidence
from runbooklab.domains.container.exit_codes import ASKED_TO_STOP, HOST_WENT_DOWN, KILLED
from runbooklab.domains.container.readings.endings import exited_ago, exited_at, has_ended, ran_out_of_memory
from runbooklab.domains.container.readings.logs import last_line
from runbooklab.domains.container.readings.restarts import events_of, is_looping
from runbooklab.domains.container.readings.state import sentence
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.probes.table import CONTAINERS
from runbooklab.domains.grpc.readings.as_container import as_container
from runbooklab.domains.grpc.readings.worker import Worker, workers
from runbooklab.domains.grpc.records import Endpoint
from runbooklab.observe.docker.records import Container

_CONTAINER = ("worker-container",)
Rule = Callable[[ContainerEvidence, Container], Ruling]


def _ours(ruling: Supported, name: str) -> Supported:
    """The ruling with what this domain rests it on, and what the runbook of Docker is given."""
    return replace(ruling, because=_CONTAINER, parameters={"container": name})


def of_container(rule: Rule) -> Callable[[Evidence], Ruling]:
    """A rule of any container, for the workers' containers: the named one also if no address is known."""

    def judged(e: Evidence) -> Ruling:
        if e.containers.value is None:
            return Untested(why_missing(e, CONTAINERS))
        views = {seen.found.name: seen for each in _all(e) if (seen := as_container(each)) is not None}
        if not views:
            return RuledOut("No container of a worker is known.")
        rulings = [rule(seen.e, seen.found) for seen in views.values()]
        supported = [ruling for ruling in rulings if isinstance(ruling, Supported)]
        if supported:
            worst = max(supported, key=lambda ruling: ruling.confidence)
            name = next(
                seen.found.name
                for seen, ruling in zip(views.values(), rulings, strict=True)
                if ruling is worst
            )
            return replace(worst, because=_CONTAINER, parameters={"container": name})
        return next((each for each in rulings if isinstance(each, Untested)), rulings[0])

    return judged


def _all(e: Evidence) -> tuple[Worker, ...]:
    """The workers; if none is known, one without an address that has the named container."""
    return workers(e) or (Worker(e, Endpoint("", "", 0)),)


def missing(e: Evidence) -> Ruling:
    name, known = e.target.worker_container, e.containers.value
    if not name:
        return RuledOut("No worker's container is named.")
    if known is None:
        return Untested(why_missing(e, CONTAINERS))
    if name in known.names or any(each.named is not None for each in _all(e)):
        return RuledOut(f"Container {name} exists.")
    alike = [each for each in known.names if name.lower() in each.lower() or each.lower() in name.lower()]
    hint = f"; there is {alike[0]}" if alike else ""
    return Supported(
        f"The Docker engine knows no container named {name}{hint}.",
        _CONTAINER,
        0.96,
        f"The worker's container {name} does not exist{hint}.",
        parameters={"container": name},
    )


def stopped(e: ContainerEvidence, found: Container) -> Ruling:
    """Stopped on request; ``docker stop`` ends a Python program without a handler by SIGKILL."""
    if _stopped_by_kill(e, found):
        return Supported(
            sentence(f"{exited_at(found)}: docker stop sent SIGTERM, which it did not heed, then SIGKILL"),
            _CONTAINER,
            0.95,
            sentence(f"{exited_ago(e, found)}: it was stopped"),
        )
    return rules.container_stopped(e, found)


def killed(e: ContainerEvidence, found: Container) -> Ruling:
    if _stopped_by_kill(e, found):
        return RuledOut(f"Container {found.name} was stopped: docker stop sent the signal.")
    return rules.container_killed(e, found)


def _stopped_by_kill(e: ContainerEvidence, found: Container) -> bool:
    """Whether the engine's events show a stop behind exit code 137."""
    if not has_ended(found) or found.exit_code != KILLED or found.oom_killed:
        return False
    stops = [each.at for each in events_of(e, "stop")]
    return bool(stops) and stops[-1] >= found.started_at[:19]


def never_started(e: ContainerEvidence, found: Container) -> Ruling:
    if found.state != "created":
        return RuledOut(f"Container {found.name} is {found.state}.")
    why = f"; Docker says: {found.error.rstrip('.')}" if found.error else "; Docker reports no error"
    return Supported(
        f"Container {found.name} was created and has never run{why}.",
        _CONTAINER,
        0.95,
        f"The worker's container {found.name} was created and never started{why if found.error else ''}.",
    )


def start_failed(e: ContainerEvidence, found: Container) -> Ruling:
    """Its program ended by itself, and not well; nothing starts it again."""
    if not has_ended(found) or is_looping(e) or ran_out_of_memory(e, found):
        return RuledOut(f"Container {found.name} is {found.state}.")
    if found.exit_code in (*ASKED_TO_STOP, HOST_WENT_DOWN, KILLED):
        return RuledOut(f"Container {found.name} ended with code {found.exit_code}, which is no failure's.")
    line = last_line(e)
    why = f", and its log ends with: {line}" if line else ""
    return Supported(
        sentence(f"{exited_at(found)}{why}".rstrip(".")),
        _CONTAINER,
        0.93 if line else 0.85,
        sentence(f"{exited_ago(e, found)}{why}".rstrip(".")),
    )


def crash_looping(e: ContainerEvidence, found: Container) -> Ruling:
    return rules.looping(e, found, last_line(e))


def frozen(w: Worker) -> Ruling:
    """A process that is stopped or waits for a device, while nobody paused its container."""
    if w.is_paused:
        return RuledOut("Its container is paused as a whole.")
    if w.walk is not None and (w.greets or w.is_refused):
        return RuledOut(f"What listens at {w.end.address} {'speaks' if w.greets else 'refuses'} at once.")
    if w.e.insides.value is None and w.e.owners.value is None:
        return Untested(why_missing(w.e, CONTAINERS))
    held = w.frozen
    if not held:
        return RuledOut("No process of the worker is stopped.")
    if w.walk is None:
        return Untested(f"The way to {w.end.address} was not seen {w.client}.")
    return Supported(
        f"{w.end.address} takes connections and says nothing: {held}.",
        ("worker-container", "worker-answer"),
        0.95,
        f"The worker at {w.end.address} is frozen: {held}.",
    )


OF_CONTAINER = {
    "container-never-started": of_container(never_started),
    "container-stopped": of_container(stopped),
    "container-killed": of_container(killed),
    "container-oom-killed": of_container(rules.container_oom_killed),
    "container-paused": of_container(rules.container_paused),
    "container-crash-looping": of_container(crash_looping),
    "worker-start-failed": of_container(start_failed),
}
