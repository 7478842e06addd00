"""Rules as ``nft -nn -a list ruleset`` prints them, as far as they redirect a port. Pure.

Source: nft(8), "NAT STATEMENTS", "SETS", "MAPS", "VERDICT STATEMENT".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from runbooklab.domains.ports.probes.nat_text import port_ranges, reached, to_address
from runbooklab.domains.ports.records import NatRule

_BLOCK = re.compile(r"(?P<kind>table|chain|set|map) (?:(?:ip6?|inet|arp|bridge|netdev) )?(?P<name>\S+) \{")
_FAMILY = re.compile(r"table (ip6?|inet)\b")
_ELEMENTS = re.compile(r"\b(?P<kind>set|map) (?P<name>\S+) \{[^{}]*?elements = \{(?P<elements>[^{}]*)\}")
_PORTS = re.compile(r"\b(?P<protocol>tcp|udp|th) dport (?:\{(?P<set>[^}]*)\}|(?P<one>\d+(?:-\d+)?))")
_MAPPED = re.compile(r"\b(?P<protocol>tcp|udp|th) dport map \{(?P<pairs>[^}]*)\}")
_REDIRECT = re.compile(r"\bredirect(?: to :?(?P<port>\d+))?")
_DNAT = re.compile(r"\bdnat(?: ip6?)?(?: prefix)? to (?P<to>\S+)")
_TO = re.compile(r"\bip6? daddr (?P<to>[0-9a-fA-F.:/]+)")
_PROTOCOL = re.compile(r"\b(?:meta l4proto|ip protocol|ip6 nexthdr) (?P<protocol>tcp|udp)\b")
_JUMP = re.compile(r"\b(?:jump|goto) (?P<chain>[^\s,}]+)")


class _Line(Struct, frozen=True):
    """One line of a chain, and where it stands."""

    family: int
    table: str
    chain: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.table} {self.chain}"


def rules_of_nft(text: str) -> Iterator[NatRule]:
    """Rules that redirect, in chains that connections pass; those of iptables are in its own list, too."""
    lines = tuple(_lines(_with_elements(text)))
    passed = _passed(lines)
    for line in lines:
        redirect, dnat = _REDIRECT.search(line.text), _DNAT.search(line.text)
        if not (redirect or dnat) or "xt target" in line.text or line.place not in passed:
            continue
        protocol, to = _PROTOCOL.search(line.text), _TO.search(line.text)
        said = protocol["protocol"] if protocol else "tcp"
        for ports, address, port, named in _redirected(line.text):
            yield NatRule(
                chain=line.place,
                text=line.text,
                first=ports[0],
                last=ports[1],
                protocol=said if named == "th" else named,
                to_address=address,
                to_port=port,
                destination=to["to"] if to else "",
                family=6 if line.family == 6 else 4,
                tool="nft",
            )


def _redirected(line: str) -> Iterator[tuple[tuple[int, int], str, int, str]]:
    """The ports of a rule, each with where it leads, and the word before ``dport``."""
    mapped = _MAPPED.search(line)
    if mapped is not None:
        for pair in mapped["pairs"].split(","):
            key, _, value = pair.partition(" : ")
            to = value.strip().replace(" . ", ":")
            address, port = ("", int(to)) if to.isdigit() else to_address(to)
            for ports in port_ranges(key.replace("-", ":")):
                yield ports, address, port, mapped["protocol"]
        return
    found, dnat, redirect = _PORTS.search(line), _DNAT.search(line), _REDIRECT.search(line)
    if found is None:
        return
    address, port = to_address(dnat["to"]) if dnat else ("", int((redirect and redirect["port"]) or 0))
    for ports in port_ranges((found["set"] or found["one"]).replace("-", ":")):
        yield ports, address, port, found["protocol"]


def _with_elements(text: str) -> str:
    """The text with the elements of a named set or map in the place of its name."""
    found = {each["name"]: " ".join(each["elements"].split()) for each in _ELEMENTS.finditer(text)}
    return re.sub(r"@(\S+)", lambda at: f"{{ {found[at[1]]} }}" if at[1] in found else at[0], text)


def _lines(text: str) -> Iterator[_Line]:
    family, table, chain = 4, "", ""
    for line in map(str.strip, text.splitlines()):
        block = _BLOCK.match(line)
        if block is None:
            yield _Line(family, table, chain, line)
        elif block["kind"] == "table":
            kind = _FAMILY.match(line)
            family, table, chain = (6 if kind and kind[1] == "ip6" else 4), block["name"], ""
        elif block["kind"] == "chain":
            chain = block["name"]
        else:
            chain = ""


def _passed(lines: tuple[_Line, ...]) -> frozenset[str]:
    """The chains with a hook, and those that they lead to."""
    leads: dict[str, set[str]] = {}
    for line in lines:
        there = {f"{line.table} {jump['chain']}" for jump in _JUMP.finditer(line.text)}
        leads.setdefault(line.place, set()).update(there)
    return reached({line.place for line in lines if " hook " in f" {line.text} "}, leads)
