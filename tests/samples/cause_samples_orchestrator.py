"""Variants of the orchestrator's own container: see ``cause_samples``."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from cause_samples_network import orchestrated
from evidence_samples import NOT_HERE, change, healthy, log, redis_container
from runbooklab.domains.address.records import NameResolution
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.inside import OrchestratorView
from runbooklab.observe.docker.records import Attachment, ContainerLook

NETWORK = (Attachment("tts-network", "172.18.0.9"),)
DIED = "ModuleNotFoundError: No module named 'grpc'"


def client(*, state: str, later: str = "", code: int = 0, count: int = 0, **more: object) -> Evidence:
    """Redis is healthy; the orchestrator is a container in this state, with one line in its log."""
    found = redis_container(
        name="orchestrator",
        state=state,
        exit_code=code,
        restart_count=count,
        networks=NETWORK,
        finished_at="2026-03-01T11:59:00.000Z" if state == "exited" else "",
        **more,
    )
    base = orchestrated(healthy())
    return change(
        base,
        orchestrator=ContainerLook("orchestrator", found, count or None, later or state),
        orchestrator_view=NOT_HERE,
        orchestrator_logs=log(DIED),
    )


def missing() -> Evidence:
    base = client(state="exited")
    return change(base, orchestrator=ContainerLook("orchestrator"), orchestrator_logs=NOT_HERE)


def on_another_network() -> Evidence:
    """What is known of a container that does not run: its networks, and its log."""
    base = client(state="exited", code=1)
    look = base.orchestrator.value
    assert look is not None
    assert look.found is not None
    apart = msgspec.structs.replace(look.found, networks=(Attachment("other", "172.19.0.9"),))
    name = NameResolution("redis-tts", "not-found")
    return change(
        base,
        orchestrator=ContainerLook("orchestrator", apart),
        orchestrator_view=OrchestratorView("redis-tts", 6379, name),
        orchestrator_logs=log("Error -2 connecting to redis-tts:6379. Name or service not known."),
    )


ORCHESTRATOR: dict[str, Callable[[], Evidence]] = {
    "orchestrator-stopped": lambda: client(state="exited", code=1),
    "orchestrator-stopped/asked-to": lambda: client(state="exited", code=143),
    "orchestrator-stopped/never-started": lambda: client(state="created"),
    "orchestrator-restarting": lambda: client(state="restarting", code=1, count=4),
    "orchestrator-paused": lambda: client(state="paused"),
    "orchestrator-missing": missing,
    "network-not-shared/orchestrator-stopped": on_another_network,
}
