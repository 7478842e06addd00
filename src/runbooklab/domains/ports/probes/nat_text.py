"""Rules as iptables-save and nft print them, as far as they redirect a port. Pure.

Source: iptables-extensions(8), REDIRECT and DNAT; nft(8), "NAT STATEMENTS".
"""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Iterator

from runbooklab.domains.ports.records import NatRule

_NFT_PORTS = re.compile(r"\b(?P<protocol>tcp|udp|th) dport (?:\{(?P<set>[^}]*)\}|(?P<one>\d+(?:-\d+)?))")
_NFT_REDIRECT = re.compile(r"\bredirect(?: to :?(?P<port>\d+))?")
_NFT_DNAT = re.compile(r"\bdnat(?: ip6?)? to (?P<to>\S+)")
_NFT_TO = re.compile(r"\bip6? daddr (?P<to>[0-9a-fA-F.:/]+)")
_NFT_PROTOCOL = re.compile(r"\b(?:meta l4proto|ip protocol|ip6 nexthdr) (?P<protocol>tcp|udp)\b")


def rules_of_iptables(text: str, family: int) -> Iterator[NatRule]:
    """Rules of ``iptables-save`` that redirect."""
    for line in text.splitlines():
        if not line.startswith("-A ") or not ("REDIRECT" in line or "DNAT" in line):
            continue
        try:
            words = shlex.split(line)
        except ValueError:
            continue
        options = dict(itertools.pairwise(words))
        if options.get("-j") not in ("REDIRECT", "DNAT"):
            continue
        negated = any(words[at] == "!" and words[at + 1 : at + 2] == ["-d"] for at in range(len(words)))
        address, port = _to(options.get("--to-destination", ""))
        if options["-j"] == "REDIRECT":
            address, port = "", _first(options.get("--to-ports", ""))
        for first, last in _ports(options.get("--dport") or options.get("--dports") or ""):
            yield NatRule(
                chain=options["-A"],
                text=line,
                first=first,
                last=last,
                protocol=options.get("-p", "tcp"),
                to_address=address,
                to_port=port,
                destination="" if negated else options.get("-d", ""),
                family=6 if family == 6 else 4,
            )


def rules_of_nft(text: str) -> Iterator[NatRule]:
    """Rules of ``nft list ruleset`` that redirect; those that iptables made are in its own list, too."""
    chain = table = ""
    family = 4
    for line in map(str.strip, text.splitlines()):
        words = line.split()
        if words[:1] == ["table"] and len(words) > 2:
            table, family = words[2], 6 if words[1] == "ip6" else 4
        elif words[:1] == ["chain"] and len(words) > 1:
            chain = words[1]
        ports, protocol = _NFT_PORTS.search(line), _NFT_PROTOCOL.search(line)
        redirect, dnat = _NFT_REDIRECT.search(line), _NFT_DNAT.search(line)
        if ports is None or not (redirect or dnat) or "xt target" in line:
            continue
        address, port = _to(dnat["to"]) if dnat else ("", int((redirect and redirect["port"]) or 0))
        to = _NFT_TO.search(line)
        said = (
            ports["protocol"] if ports["protocol"] != "th" else (protocol["protocol"] if protocol else "tcp")
        )
        for first, last in _ports((ports["set"] or ports["one"]).replace("-", ":")):
            yield NatRule(
                chain=f"{table} {chain}",
                text=line,
                first=first,
                last=last,
                protocol=said,
                to_address=address,
                to_port=port,
                destination=to["to"] if to else "",
                family=6 if family == 6 else 4,
                tool="nft",
            )


def _ports(text: str) -> Iterator[tuple[int, int]]:
    """``6379``, ``6379,6380`` and ``6000:6400``."""
    for part in text.split(","):
        first, _, last = part.strip().partition(":")
        if first.isdigit() and (last or first).isdigit():
            yield int(first), int(last or first)


def _first(text: str) -> int:
    first = text.partition("-")[0]
    return int(first) if first.isdigit() else 0


def _to(text: str) -> tuple[str, int]:
    """``172.17.0.2:6379``, ``[fd00::2]:6379``, ``:6380`` or an address alone."""
    if text.startswith("["):
        address, _, port = text[1:].partition("]")
        return address, _first(port.lstrip(":"))
    if text.count(":") > 1:
        return text, 0
    address, _, port = text.partition(":")
    return address.partition("-")[0], _first(port)
