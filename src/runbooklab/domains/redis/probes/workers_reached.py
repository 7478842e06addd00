"""Whether the addresses that workers advertise take a connection.

Who may write to Redis chooses these addresses, so they are few, no more is done than to connect and close,
and what no worker can be behind is left alone.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from runbooklab.domains.address.probes.name import resolve
from runbooklab.observe.net.connect import connect_all
from runbooklab.observe.run_with_timeout import future

if TYPE_CHECKING:
    from runbooklab.domains.redis.context import Context

#: Addresses that are tried, if not more workers are expected; and never more than these.
USUALLY_TRIED = 5
MOST_TRIED = 20
LONGEST_TRY_S = 0.5
#: Where clouds give out credentials, besides 169.254.0.0/16.
#: Source: Alibaba Cloud, "Instance metadata"; AWS, "Instance metadata service", IPv6; Oracle Cloud, the same.
_METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "fd00:ec2::254", "192.0.0.192")))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def reached(ctx: Context, addresses: Iterable[str], containers: Mapping[str, str]) -> dict[str, bool | None]:
    """For each ``host:port``: whether it took a connection within half a second.

    ``containers`` maps names that mean something inside Docker to addresses. None: it was not tried, or could
    not be: another name that this host cannot resolve may be good inside the workers' own network.
    """
    most = min(max(USUALLY_TRIED, ctx.target.expected_workers), MOST_TRIED)
    wanted = [address for address in dict.fromkeys(addresses) if address][:most]
    limit = min(ctx.timeout_s(0.8), LONGEST_TRY_S)
    tries = [future(partial(_try, ctx, address, limit, containers)) for address in wanted]
    end = time.monotonic() + limit + 0.05
    return {address: _answer(attempt, end) for address, attempt in zip(wanted, tries, strict=True)}


def _answer(attempt: Callable[[float], bool | None], end: float) -> bool | None:
    try:
        return attempt(end - time.monotonic())
    except TimeoutError:
        return None


def _try(ctx: Context, address: str, limit: float, containers: Mapping[str, str]) -> bool | None:
    host, _, port = address.rpartition(":")
    place = containers.get(host, host.strip("[]"))
    if not port.isdecimal() or not 0 < int(port) < 1 << 16:
        return None
    found = resolve(place, limit)
    if found.outcome != "literal":
        ctx.note("tcp", f"resolve {place}, which a worker advertises: {found.outcome}")
    usable = [ip for ip in found.addresses if may_be_a_worker(ip)]
    if not usable:
        return None
    seen = connect_all(usable[:1], int(port), limit)[0]
    ctx.note("tcp", f"connect {seen.address} port {port}, which a worker advertises: {seen.outcome}", seen.ms)
    return seen.outcome == "connected"


def may_be_a_worker(text: str) -> bool:
    """Whether a worker can be at this address: not if it is link-local, a cloud's metadata or no single host.

    >>> may_be_a_worker("10.0.0.7"), may_be_a_worker("169.254.169.254"), may_be_a_worker("::ffff:a9fe:a9fe")
    (True, False, False)
    """
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    address = inner or address
    nowhere = address.is_link_local or address.is_multicast or address.is_reserved or address in _METADATA
    return not nowhere and str(address) != "255.255.255.255"
