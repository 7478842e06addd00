"""A worker's container as the rules of any container see it, so that those rules judge it too."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.domains.container import evidence as docker
from runbooklab.domains.grpc.readings.worker import Worker
from runbooklab.model.observation import Missing, Observation
from runbooklab.observe.docker.records import Container, ContainerLook


class Seen(Struct, frozen=True):
    """The view, and the container in it."""

    e: docker.Evidence
    found: Container


def as_container(w: Worker) -> Seen | None:
    """The evidence with the worker's container as the container; None if none was found."""
    found, known = w.container, w.e.containers.value
    if found is None or known is None:
        return None
    state, count = known.later.get(found.name, ("", None))
    look = ContainerLook(
        found.name,
        found,
        count,
        state,
        others=tuple(each for each in known.found if each is not found),
        names=known.names,
    )
    logs = w.e.worker_logs.value
    tail = logs.tails.get(found.name) if logs is not None else None
    evidence = w.e.having(
        Observation("container", value=look),
        Observation("events", value=logs.events if logs is not None else None, missing=_missing(w)),
        Observation("logs", value=tail, missing=_missing(w) if tail is None else None),
    )
    target = docker.Evidence.of(evidence).target.having(redis_container=found.name)
    return Seen(docker.Evidence.of(replace(evidence, target=target)), found)


def _missing(w: Worker) -> Missing | None:
    seen = w.e.worker_logs
    return (seen.missing or Missing("error")) if seen.value is None else None
