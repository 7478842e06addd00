"""Whether the ports take connections, who else has them, and where they lead."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, table
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.owning import holder_of
from runbooklab.domains.ports.readings.redirects import redirects
from runbooklab.domains.ports.readings.rows import Row
from runbooklab.domains.ports.readings.troubles import rows_of
from runbooklab.model.conclusions import Judgement
from runbooklab.words import listed, milliseconds


def port_answers(e: Evidence) -> Judgement:
    """Whether every port with a listener takes a connection at one of this host's addresses."""
    if e.connects.value is None:
        return absent(e, e.connects, "Connections to the ports")
    if e.sockets.value is None:
        return absent(e, e.sockets, "Connections to the ports")
    tried = [row for row in rows_of(e) if row.attempts and (row.listeners or row.connects)]
    if not tried:
        return skipped("Nobody listens on a wanted TCP port, so no connection is expected.")
    rows = [
        (row.want.label, each.address, each.outcome, milliseconds(each.ms))
        for row in tried
        for each in row.attempts
    ]
    shown = (table(("Port", "Address", "Outcome", "Time"), rows, "Connection attempts"),)
    deaf = [row.want.label for row in tried if not row.connects and not _is_local(row)]
    if deaf:
        return critical(
            f"Port {listed(deaf)} has a listener and takes no connection at any address of this host.",
            tables=shown,
        )
    return ok(f"Connections to {listed([row.want.label for row in tried])} are taken.", tables=shown)


def _is_local(row: Row) -> bool:
    """Whether a listener is on a link's own address, which cannot be tried without naming the link."""
    return any(each.socket.address.startswith("fe80") for each in row.listeners)


def port_holders(e: Evidence) -> Judgement:
    """Sockets that have a wanted port without listening."""
    if e.sockets.value is None:
        return absent(e, e.sockets, "Who has the ports without listening")
    rows = [
        (
            row.want.label,
            each.state,
            f"{each.address}:{each.port}",
            f"{each.peer}:{each.peer_port}",
            holder_of(e, each).words if each.inode else "nobody",
        )
        for row in rows_of(e)
        if not row.listeners  # connections of a server have its port, too
        for each in row.loose[:20]
    ]
    if not rows:
        return ok("No connection has a wanted port on which nobody listens.")
    shown = table(("Port", "State", "Local", "Peer", "Owner"), rows, "Connections")
    return ok(
        f"{len(rows)} connection{'s have' if len(rows) > 1 else ' has'} a wanted port.", tables=(shown,)
    )


def port_sharing(e: Evidence) -> Judgement:
    """Ports with several listeners."""
    if e.sockets.value is None:
        return absent(e, e.sockets, "Ports with several owners")
    several = [row for row in rows_of(e) if len({each.key for each in row.listeners}) > 1]
    if not several:
        return ok("Every wanted port has one owner at most.")
    rows = [(row.want.label, each.at, each.words) for row in several for each in row.listeners]
    shown = table(("Port", "Address", "Owner"), rows, "Ports with several listeners")
    ports = listed([row.want.label for row in several])
    return ok(f"Port {ports} has several listeners: whether they belong together is judged.", tables=(shown,))


def port_redirects(e: Evidence) -> Judgement:
    """Rules that send wanted ports elsewhere."""
    if e.nat.value is None:
        return absent(e, e.nat, "Rules that redirect ports")
    found = redirects(e)
    if not found:
        return ok("No rule of this host's firewall sends a wanted port elsewhere.")
    rows = [(row.want.label, rule.chain, rule.text) for row, rule in found]
    shown = table(("Port", "Chain", "Rule"), rows, "Rules")
    return critical(f"A rule redirects port {listed([row[0] for row in rows])}.", tables=(shown,))
