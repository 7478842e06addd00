"""What this host does not allow: an address, a low port; and what it may take away."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.probes.table import HOST, NAT, SOCKETS
from runbooklab.domains.ports.readings.kernel import (
    ephemeral_rows,
    privileged_rows,
    unavailable_addresses,
)
from runbooklab.domains.ports.readings.redirects import redirects
from runbooklab.domains.ports.readings.troubles import rows_of
from runbooklab.words import listed


@needs(HOST)
def bind_address_unavailable(e: Evidence) -> Ruling:
    found = unavailable_addresses(e)
    if not found:
        return RuledOut("Every address that is asked for is this host's.")
    address, who = found[0]
    host = e.host.value
    own = listed(list(host.addresses), 6) if host else ""
    said = f"{address}, the address that {who} is to be on, is on no interface of this host."
    return Supported(f"{said} Its addresses are {own}.", ("bind-address",), 0.96, said)


@needs(HOST)
def port_privileged(e: Evidence) -> Ruling:
    found = privileged_rows(e)
    if not found:
        return RuledOut("No wanted port needs a privilege that its service lacks.")
    row, user = found[0]
    host = e.host.value
    start = host.unprivileged_start if host else 1024
    said = f"Port {row.want.label} is below {start}, and {user} may not listen there."
    more = [each.want.label for each, _ in found[1:]]
    also = f" The same of {listed(more)}." if more else ""
    return Supported(
        f"{said} Nobody listens on it; net.ipv4.ip_unprivileged_port_start is {start}.{also}",
        ("port-kernel",),
        0.92,
        f"{said}{also}",
    )


@needs(HOST)
def port_in_ephemeral_range(e: Evidence) -> Ruling:
    host = e.host.value
    if host is None or host.ephemeral is None:
        return Untested("The range of ports for outgoing connections was not seen.")
    found = [row.want.label for row in ephemeral_rows(e)]
    if not found:
        return RuledOut("No wanted port is in the range of outgoing connections, or it is reserved.")
    first, last = host.ephemeral
    said = (
        f"Port{'s' if len(found) > 1 else ''} {listed(found)} may be taken by any outgoing connection: "
        f"the kernel gives out {first} to {last}."
    )
    return Supported(
        f"{said} net.ipv4.ip_local_reserved_ports does not hold {'them' if len(found) > 1 else 'it'}.",
        ("port-kernel",),
        0.9,
        said,
    )


@needs(NAT)
def port_redirected(e: Evidence) -> Ruling:
    found = redirects(e)
    if not found:
        return RuledOut("No rule of this host sends a wanted port elsewhere.")
    row, rule = found[0]
    to = f"{rule.to_address or 'this host'}:{rule.to_port or row.want.port}"
    said = f"Connections to port {row.want.label} are redirected to {to} by a rule in chain {rule.chain}."
    return Supported(f"{said} The rule is: {rule.text}", ("port-redirects",), 0.95, said)


@needs(SOCKETS)
def port_owner_hidden(e: Evidence) -> Ruling:
    seen = e.sockets.value
    hidden = [
        row.want.label
        for row in rows_of(e)
        if row.relevant and all(each.is_hidden for each in row.relevant) and (row.want.owner or row.refused)
    ]
    if not hidden or seen is None or seen.owners_visible:
        return RuledOut("The owner of every listener is seen.")
    return Supported(
        f"Port{'s' if len(hidden) > 1 else ''} {listed(hidden)} "
        f"ha{'ve' if len(hidden) > 1 else 's'} a listener "
        "of another user, and only root may see whose it is.",
        ("port-owners",),
        0.7,
    )
