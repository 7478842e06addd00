"""A connection to each wanted TCP port, at each address of this host that it may be reached at."""

from __future__ import annotations

import time
from functools import partial

from runbooklab.domains.ports.context import Context
from runbooklab.domains.ports.probes.table import HOST, SOCKETS
from runbooklab.domains.ports.probes.wanted import wanted_by
from runbooklab.domains.ports.records import HostSettings, PortConnects
from runbooklab.observe.net.addresses import is_any, is_ip
from runbooklab.observe.net.connect import connect_all
from runbooklab.observe.run_with_timeout import future

#: Addresses that are tried for each port, and ports at most.
MOST_ADDRESSES, MOST_PORTS = 8, 40


def connects(ctx: Context) -> tuple[PortConnects, ...]:
    """What became of a bare connection to each port: nothing is sent."""
    rows = wanted_by(ctx)
    host = ctx.wait(HOST).value or HostSettings()
    addresses = tried(host)
    sockets = ctx.wait(SOCKETS).value
    listening = [each for each in sockets.sockets if each.state == "LISTEN"] if sockets else []
    timeout_s = ctx.timeout_s(0.7) * 0.8
    until = time.monotonic() + timeout_s + 0.1
    found: list[PortConnects] = []
    started = []
    for row in [row for row in rows if row.protocol == "tcp"][:MOST_PORTS]:
        own = (row.address,) if is_ip(row.address) and not is_any(row.address) else ()
        heard = [each.address for each in listening if each.port == row.port and not is_any(each.address)]
        there = tuple(dict.fromkeys((*own, *heard[:MOST_ADDRESSES], *addresses)))
        ctx.note("tcp", f"connect port {row.port} at {len(there)} addresses of this host")
        started.append((row.port, future(partial(connect_all, there, row.port, timeout_s))))
    for port, answer in started:
        try:
            found.append(PortConnects(port, answer(max(until - time.monotonic(), 0.05))))
        except (TimeoutError, OSError):
            continue
    return tuple(found)


def tried(host: HostSettings) -> tuple[str, ...]:
    """Loopback first, what the service is to be bound to, then this host's other addresses."""
    chosen = [each for each in host.bind_addresses if not is_any(each)]
    others = [each for each in host.addresses if not each.startswith("fe80")]
    loopback = ["127.0.0.1", *(["::1"] if host.has_ipv6 else [])]
    return tuple(dict.fromkeys((*loopback, *chosen, *others)))[:MOST_ADDRESSES]
