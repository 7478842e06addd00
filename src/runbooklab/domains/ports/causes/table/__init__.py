"""The catalogue of ports: one row a cause."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.ports.causes.table.holders import HOLDERS
from runbooklab.domains.ports.causes.table.host import FILE, HOST_FIRST, LATER
from runbooklab.domains.ports.causes.table.services import SERVICES
from runbooklab.domains.ports.evidence import Evidence

ROWS: tuple[Cause[Evidence], ...] = (*HOST_FIRST, *FILE, *HOLDERS, *SERVICES, *LATER)
