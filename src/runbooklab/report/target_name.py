"""What a run looked at, by name."""

from __future__ import annotations

from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.evidence import Evidence


def target_of(diagnosis: Diagnosis, evidence: Evidence | None) -> str:
    """The address that was looked at, else what names it; "" where nothing does."""
    if evidence and evidence.address.value:
        return evidence.address.value.text
    named = (diagnosis.parameters.get(name) for name in ("redis_url", "orchestrator_config"))
    return next((str(name) for name in named if name), "")
