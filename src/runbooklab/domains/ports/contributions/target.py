"""How the target is named, and what a fix is planned for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbooklab.domains.container.contributions.pinned import container_pin
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.troubles import rows_of, troubles
from runbooklab.model.drawing import Fact
from runbooklab.words import listed


def target_name(parameters: Mapping[str, Any], evidence: Evidence | None) -> str:
    """The ports: "ports 6379, 50051"."""
    if evidence is None:
        text = str(parameters.get("ports", ""))
        return f"ports {text}" if text else "the ports of the Compose file"
    labels = [row.want.label for row in rows_of(evidence)]
    return f"port{'s' if len(labels) > 1 else ''} {listed(labels, 6)}" if labels else ""


def own_words(e: Evidence) -> dict[str, str]:
    """What the runbook's examples call the port, and the Compose file."""
    found = troubles(e)
    row = found[0].row if found else next(iter(rows_of(e)), None)
    compose = e.compose_ports.value
    words = {"8080": str(row.want.port)} if row else {}
    return words | ({"docker-compose.yml": compose.path} if compose else {})


def name_to_confirm(e: Evidence) -> str:
    """The port that is in trouble."""
    found = troubles(e)
    return found[0].row.want.label if found else ""


def pinned(e: Evidence) -> Iterator[Fact]:
    """The ids of the containers that have to do with the wanted ports."""
    seen: set[str] = set()
    for row in rows_of(e):
        holders = [each.container for each in row.listeners if each.container]
        for each in (*row.named, *row.claimants, *holders):
            if each.name not in seen:
                seen.add(each.name)
                yield Fact(container_pin(each.name), each.id)
