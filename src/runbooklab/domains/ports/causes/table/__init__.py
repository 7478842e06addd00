"""The catalogue of ports: one row a cause."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.cause import Cause
from runbooklab.domains.ports.causes.of_text import BY_TEXT, or_text
from runbooklab.domains.ports.causes.table.holders import HOLDERS
from runbooklab.domains.ports.causes.table.host import FILE, HOST_FIRST, LATER
from runbooklab.domains.ports.causes.table.services import SERVICES
from runbooklab.domains.ports.evidence import Evidence

ROWS: tuple[Cause[Evidence], ...] = tuple(
    replace(row, judge=or_text(row.id, row.judge)) if row.id in BY_TEXT else row
    for row in (*HOST_FIRST, *FILE, *HOLDERS, *SERVICES, *LATER)
)
