"""What a verdict on workers rests on, and the sentence of healthy ones."""

from __future__ import annotations

from collections.abc import Sequence

from runbooklab.domain.verdict import Ground, Standing
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.destination import from_elsewhere
from runbooklab.model.conclusions import Finding
from runbooklab.words import be, listed, plural

#: docs/verdict.md shows it.
GROUNDS: tuple[Ground[Evidence], ...] = (
    Ground("redis-ping", "the registry answers this host",
           may_be_skipped=from_elsewhere, skipped_when="if the URL is the orchestrator's container's own"),
    Ground("worker-registrations", "the expected workers are registered"),
    Ground("worker-details", "each registration can be read, and something listens at its address"),
)  # fmt: skip


def not_tried(e: Evidence, findings: Sequence[Finding]) -> list[str]:
    """The workers whose address nobody could try, in a sentence."""
    seen = e.registrations.value
    keys = [key.key for key in seen.keys if key.address_answers is None] if seen is not None else []
    return [f"No connection to {listed(keys)} was tried."] if keys else []


def healthy_summary(e: Evidence) -> str:
    """How many workers there are, and that each takes connections."""
    keys = e.registrations.value.keys if e.registrations.value is not None else ()
    named = [f"{key.key} at {key.address}" for key in keys]
    take = "takes" if len(keys) == 1 else "take"
    return (
        f"{plural(len(keys), 'worker')} {be(named)} registered and can be reached: {listed(named, 3)} "
        f"{take} connections."
    )


STANDING: Standing[Evidence] = Standing(
    claim="the workers can be reached",
    grounds=GROUNDS,
    healthy=healthy_summary,
    also_unseen=not_tried,
    validation=("worker-registrations", "worker-details", "redis-ping"),
)
