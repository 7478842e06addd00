"""The evidence as the rules of a port see it."""

from __future__ import annotations

from runbooklab.domains.address import evidence as environment
from runbooklab.domains.endpoint.probes import table
from runbooklab.model.evidence import seen


class Evidence(environment.Evidence, frozen=True, kw_only=True):
    tcp = seen(table.TCP)
    first_bytes = seen(table.FIRST_BYTES)
    listeners = seen(table.LISTENERS)
    bridge_tcp = seen(table.BRIDGE_TCP)
