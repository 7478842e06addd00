"""Rules that send a wanted port to another place than its owner's."""

from __future__ import annotations

from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.nat import is_about_here, is_own
from runbooklab.domains.ports.readings.rows import Row
from runbooklab.domains.ports.readings.troubles import rows_of
from runbooklab.domains.ports.records import NatRule


def redirects(e: Evidence) -> tuple[tuple[Row, NatRule], ...]:
    """Each wanted port with a rule that leads it astray."""
    rules = e.nat.value.rules if e.nat.value else ()
    return tuple(
        (row, rule)
        for row in rows_of(e)
        for rule in rules
        if rule.first <= row.want.port <= rule.last
        and rule.protocol == row.want.protocol
        and is_about_here(row, rule)
        and not is_own(row, rule)
    )
