"""What a rule of the nat table means for one wanted port."""

from __future__ import annotations

import ipaddress

from runbooklab.domains.ports.readings.owning import at_address, holders, known
from runbooklab.domains.ports.readings.rows import Row
from runbooklab.domains.ports.records import NatRule


def leads_to_owner(row: Row, rule: NatRule) -> bool:
    """Whether a rule leads to where the owner listens, and nobody listens on the port itself: it is meant."""
    there = holders(row.e, rule.to_port, rule.protocol)
    return bool(row.want.owner) and not row.listeners and any(row.is_mine(each) for each in there)


def is_served_by_rule(row: Row) -> bool:
    """Whether connections to a port without a listener are led to its owner."""
    rules = row.e.nat.value.rules if row.e.nat.value else ()
    return any(
        rule.first <= row.want.port <= rule.last
        and rule.protocol == row.want.protocol
        and leads_to_owner(row, rule)
        for rule in rules
    )


def is_about_here(row: Row, rule: NatRule) -> bool:
    """Whether a rule is about connections to an address of this host, or that is not known.

    A rule with a destination that this host does not have is about connections that pass it.
    """
    here = row.e.host.value.addresses if row.e.host.value else ()
    if not rule.destination or not here:
        return True
    try:
        network = ipaddress.ip_network(rule.destination, strict=False)
    except ValueError:
        return True
    return any(ipaddress.ip_address(each.partition("%")[0]) in network for each in here)


def is_own(row: Row, rule: NatRule) -> bool:
    """Whether a rule is the engine's for a published port, or changes nothing.

    The engine's rules lead to the address of a container that publishes the port; those of a container that
    is on its way up or down are not told from them.
    """
    here = row.e.host.value.addresses if row.e.host.value else ()
    if not rule.to_address or rule.to_address in here:
        return rule.to_port in (0, row.want.port) or leads_to_owner(row, rule)
    owner = at_address(row.e, rule.to_address)
    if owner is not None:
        return bool(row.asked_by(owner))
    if rule.chain.split()[-1] != "DOCKER":
        return False
    return row.e.containers.value is None or any(each.state == "restarting" for each in known(row.e))
