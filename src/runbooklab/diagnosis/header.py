"""What is known of a run, apart from its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from runbooklab.model.conclusions import AuditEntry, Provenance


class Header(Struct, frozen=True, kw_only=True):
    """All of a diagnosis that no rule judges."""

    run_id: str
    runbook: str  # its slug
    started_at: str
    finished_at: str
    title: str = ""
    #: A check's id -> the slug of the section that shows it.
    sections: Mapping[str, str] = field(default_factory=dict)
    #: Rows of (item, command, check id).
    checklist: tuple[tuple[str, str, str], ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)  # redacted
    incident: str | None = None
    audit: tuple[AuditEntry, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    #: What the run itself could not do, a sentence each: it makes the verdict ``unknown`` unless it is worse.
    missing: tuple[str, ...] = ()
