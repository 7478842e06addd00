"""One container at a time: the evidence as the domain of a single container sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps

from msgspec.structs import replace

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domains.container import evidence as container
from runbooklab.domains.container.probes.table import CONTAINER, EVENTS, LOGS
from runbooklab.domains.docker.container_records import ContainerView
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.model.observation import Missing, Observation
from runbooklab.observe.docker.records import Container
from runbooklab.words import listed

#: A judge of one container.
JudgeOfOne = Callable[[Evidence, ContainerView, Container], Ruling]


def views(e: Evidence) -> tuple[ContainerView, ...]:
    """The containers in question; none if they were not observed."""
    seen = e.containers.value
    return seen.views if seen is not None else ()


def found(e: Evidence) -> Iterator[tuple[ContainerView, Container]]:
    """Those of them that exist."""
    for view in views(e):
        if view.look is not None and view.look.found is not None:
            yield view, view.look.found


def focused(e: Evidence, view: ContainerView) -> container.Evidence:
    """The evidence with this container as the only one."""
    unseen = Missing("error", view.missing or "not observed")
    alone: list[Observation[object]] = [
        Observation(CONTAINER.name, value=view.look, missing=None if view.look else unseen),
        Observation(LOGS.name, value=view.logs, missing=None if view.logs else unseen),
        Observation(EVENTS.name, value=view.events, missing=None if view.events is not None else unseen),
    ]
    seen = container.Evidence.of(e).having(*alone)
    target = seen.target.having(redis_container=view.name)
    return replace(seen, target=target)


def unobserved(e: Evidence) -> str:
    """Why the containers are not known; "" if they are."""
    if e.containers.value is None:
        missing = e.containers.missing
        return (
            f"Not observed: the containers: {(missing.detail or missing.reason) if missing else 'no answer'}."
        )
    late = [view for view in views(e) if view.missing]
    return f"Not observed: container {late[0].name}: {late[0].missing}." if late else ""


def of_each(judge: Callable[[container.Evidence], Ruling]) -> Callable[[Evidence], Ruling]:
    """A judge of the domain of one container, for every container in question."""
    return of_each_found(lambda e, view, found: judge(focused(e, view)))


def of_each_found(judge: JudgeOfOne) -> Callable[[Evidence], Ruling]:
    """The ruling on the surest container; the others are counted in its proof."""

    @wraps(judge)
    def judged(e: Evidence) -> Ruling:
        rulings = [(known.name, judge(e, view, known)) for view, known in found(e)]
        supported = [(name, ruling) for name, ruling in rulings if isinstance(ruling, Supported)]
        if supported:
            return _together(supported)
        if why := unobserved(e):
            return Untested(why)
        if untested := next((ruling for _, ruling in rulings if isinstance(ruling, Untested)), None):
            return untested
        reasons = [ruling.reason for _, ruling in rulings if isinstance(ruling, RuledOut)]
        return RuledOut(reasons[0] if len(reasons) == 1 else _none(len(reasons)))

    return judged


def _none(count: int) -> str:
    return f"None of the {count} containers shows it." if count else "There is no container to look at."


def _together(supported: list[tuple[str, Supported]]) -> Supported:
    name, worst = max(supported, key=lambda each: each[1].confidence)
    others = [other for other, _ in supported if other != name]
    if not others:
        return _in_our_checks(worst)
    also = f" So it is with {listed(others)}."
    return _in_our_checks(
        replace(worst, proof=worst.proof + also, summary=(worst.summary or worst.proof) + also)
    )


#: Checks of the domain of one container -> ours that show the same.
_CHECKS = {
    "container": "docker-containers",
    "container-logs": "docker-container-logs",
    "container-events": "docker-container-logs",
    "container-health": "docker-container-health",
    "container-ports": "docker-containers",
}


def _in_our_checks(ruling: Supported) -> Supported:
    return replace(
        ruling, because=tuple(dict.fromkeys(_CHECKS.get(check, check) for check in ruling.because))
    )


def shown_in_ours(ruling: Ruling) -> Ruling:
    """The ruling with the ids of this domain's checks."""
    return _in_our_checks(ruling) if isinstance(ruling, Supported) else ruling
