"""Connections to a container's own addresses, past every published port."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

from msgspec.structs import replace

from runbooklab.observe.docker.records import Container
from runbooklab.observe.host.namespace import is_here, rejected_packets
from runbooklab.observe.net.connect import connect_all
from runbooklab.observe.net.records import TcpAttempt


def connect_into(
    found: Container, addresses: Sequence[str], port: int, timeout_s: float
) -> tuple[TcpAttempt, ...]:
    """As :func:`connect_all`; what times out while the container's network rejects packets is refused.

    A kernel tells a peer of some six rejected packets, and then of one a second: to those who ask often, a
    firewall that rejects looks like one that drops. Source: Linux, ip-sysctl, ``icmp_ratelimit``.
    """
    if not is_here(found.pid, found.id):
        return connect_all(addresses, port, timeout_s)
    before = rejected_packets(found.pid)
    attempts = connect_all(addresses, port, timeout_s)
    after = rejected_packets(found.pid)
    is_rejecting = before is not None and after is not None and after > before
    return tuple(map(_refused, attempts)) if is_rejecting else attempts


def _refused(attempt: TcpAttempt) -> TcpAttempt:
    if attempt.outcome != "timeout":
        return attempt
    number = errno.ECONNREFUSED
    return replace(attempt, outcome="refused", errno=number, message=os.strerror(number))
