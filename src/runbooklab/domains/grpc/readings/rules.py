"""Which rules of a firewall stop the way to a worker."""

from __future__ import annotations

import ipaddress
import shlex
from collections.abc import Sequence

from runbooklab.domains.grpc.readings import places
from runbooklab.domains.grpc.readings.worker import Worker
from runbooklab.domains.grpc.records import FirewallRule


def words_of(rule: FirewallRule) -> list[str]:
    """The rule's words; none if its quotes do not close."""
    try:
        return shlex.split(rule.text)
    except ValueError:
        return []


def stopping(w: Worker) -> tuple[FirewallRule, ...]:
    """The rules that name the worker's port or address, in the order of their table."""
    seen = w.e.firewall.value
    container = w.container.name if w.container is not None else ""
    rules = seen.rules if seen is not None else ()
    own = [rule for rule in rules if rule.container in ("", container)]
    return tuple(rule for rule in own if _names(w, words_of(rule)))


def _names(w: Worker, words: Sequence[str]) -> bool:
    ports = {w.end.port, w.inner_port} - {0}
    wanted = _values(words, "--dport", "--dports", "--sport")
    if wanted and not any(_has(port, text) for text in wanted for port in ports):
        return False
    mine = (
        {*w.addresses, *(net.ip for net in w.container.networks if net.ip)} if w.container else {*w.addresses}
    )
    addresses = _values(words, "-d")
    if addresses and not any(_in(address, network) for network in addresses for address in mine):
        return False
    return bool(wanted or addresses)


def _values(words: Sequence[str], *options: str) -> list[str]:
    return [words[at + 1] for at, word in enumerate(words[:-1]) if word in options]


def _has(port: int, text: str) -> bool:
    """Whether a port is in ``50051``, ``50000:50100`` or ``80,50051``."""
    for part in text.split(","):
        first, _, last = part.partition(":")
        if first.isdigit() and int(first) <= port <= int(last if last.isdigit() else first):
            return True
    return False


def _in(address: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(places.plain(address)) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
