"""The evidence as Docker's rules see it."""

from __future__ import annotations

from msgspec import field

from runbooklab.domain.common import ERROR_TEXT
from runbooklab.domains.container.probes import table
from runbooklab.domains.container.target import Target
from runbooklab.model import evidence
from runbooklab.model.evidence import seen
from runbooklab.observe.docker.probe import DOCKER


class Evidence(evidence.Evidence, frozen=True, kw_only=True):
    target: Target = field(default_factory=Target)
    error_text = seen(ERROR_TEXT)
    docker = seen(DOCKER)
    container = seen(table.CONTAINER)
    logs = seen(table.LOGS)
    events = seen(table.EVENTS)
    network = seen(table.NETWORK)
    orchestrator = seen(table.ORCHESTRATOR)
    orchestrator_logs = seen(table.ORCHESTRATOR_LOGS)
