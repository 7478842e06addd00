"""Who uses the configuration: the orchestrator, on this host or in a container."""

from __future__ import annotations

from runbooklab.domains.address.evidence import Evidence


def in_container(e: Evidence) -> bool:
    """Whether the client runs in a container of its own."""
    return bool(e.target.orchestrator_container)
