"""Rules that send a wanted port to another place than its owner's."""

from __future__ import annotations

from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.owning import at_address, known
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
        and not is_own(row, rule)
    )


def is_own(row: Row, rule: NatRule) -> bool:
    """Whether a rule is the engine's for a published port, or changes nothing.

    The engine's rules lead to the address of a container that publishes the port; those of a container that
    is on its way up or down are not told from them.
    """
    if not rule.to_address:
        return rule.to_port in (0, row.want.port)
    owner = at_address(row.e, rule.to_address)
    if owner is not None:
        return bool(row.asked_by(owner))
    if rule.chain.split()[-1] != "DOCKER":
        return False
    return row.e.containers.value is None or any(each.state == "restarting" for each in known(row.e))
