"""What the runbook's examples call a thing and what it is for this target; and the way, as a ladder."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from runbooklab.domain.layer import ladder_of
from runbooklab.domains.grpc import inspections
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.layers import LAYERS
from runbooklab.model.conclusions import Finding, Rung

_LADDER = ladder_of(LAYERS)


def own_words(e: Evidence) -> dict[str, str]:
    """The examples' names and ports -> this target's."""
    if inspections.first(e) is None:
        return {}
    host, port = inspections.place(e)
    words = {
        "localhost:50051": inspections.address(e),
        "localhost 50051": f"{host} {port}",
        "ahosts tts-worker": f"ahosts {host}",
    }
    name = inspections.container_name(e)
    return words | ({"tts-worker": name} if name != inspections.EXAMPLE_CONTAINER else {})


def ladder(e: Evidence, findings: Mapping[str, Finding]) -> tuple[Rung, ...]:
    """A rung for each layer, seen from where the orchestrator is."""
    rungs = _LADDER(e, findings)
    if not e.target.orchestrator_container:
        return rungs
    return tuple(replace(rung, vantage="orchestrator-container") for rung in rungs)
