"""Rules as iptables-save prints them, as far as they redirect a port. Pure.

Source: iptables-extensions(8), REDIRECT and DNAT.
"""

from __future__ import annotations

import itertools
import shlex
from collections.abc import Iterator, Sequence

from runbooklab.domains.ports.records import NatRule

#: Options that name the port, and -d: with a ``!`` before them they mean all others.
_PORT_OPTIONS = ("--dport", "--dports")


def rules_of_iptables(text: str, family: int) -> Iterator[NatRule]:
    """Rules of ``iptables-save`` that redirect, in chains that connections pass."""
    lines = {line: words for line in text.splitlines() if line.startswith("-A ") and (words := _words(line))}
    passed = _passed(tuple(lines.values()))
    for line, words in lines.items():
        options = dict(itertools.pairwise(words))
        if options.get("-j") not in ("REDIRECT", "DNAT") or options["-A"] not in passed:
            continue
        if any(_is_negated(words, option) for option in _PORT_OPTIONS):
            continue  # about every other port: a rule that redirects in general
        address, port = to_address(options.get("--to-destination", ""))
        if options["-j"] == "REDIRECT":
            address, port = "", first_port(options.get("--to-ports", ""))
        for first, last in port_ranges(options.get("--dport") or options.get("--dports") or ""):
            yield NatRule(
                chain=options["-A"],
                text=line,
                first=first,
                last=last,
                protocol=options.get("-p", "tcp"),
                to_address=address,
                to_port=port,
                destination="" if _is_negated(words, "-d") else options.get("-d", ""),
                family=6 if family == 6 else 4,
            )


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return []


def _passed(lines: Sequence[Sequence[str]]) -> frozenset[str]:
    """The chains that a connection may pass: the table's own (in capitals), and those they lead to."""
    leads: dict[str, set[str]] = {}
    for words in lines:
        options = dict(itertools.pairwise(words))
        leads.setdefault(words[1], set()).update(filter(None, (options.get("-j"), options.get("-g"))))
    return reached({"PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"}, leads)


def reached(start: set[str], leads: dict[str, set[str]]) -> frozenset[str]:
    """The chains that are reached from some, with these."""
    found, new = set(start), set(start)
    while new:
        new = {each for chain in new for each in leads.get(chain, ())} - found
        found |= new
    return frozenset(found)


def _is_negated(words: Sequence[str], option: str) -> bool:
    return any(pair == ("!", option) for pair in itertools.pairwise(words))


def port_ranges(text: str) -> Iterator[tuple[int, int]]:
    """``6379``, ``6379,6380`` and ``6000:6400``."""
    for part in text.split(","):
        first, _, last = part.strip().partition(":")
        if first.isdigit() and (last or first).isdigit():
            yield int(first), int(last or first)


def first_port(text: str) -> int:
    first = text.partition("-")[0]
    return int(first) if first.isdigit() else 0


def to_address(text: str) -> tuple[str, int]:
    """``172.17.0.2:6379``, ``[fd00::2]:6379``, ``:6380`` or an address alone."""
    if text.startswith("["):
        address, _, port = text[1:].partition("]")
        return address, first_port(port.lstrip(":"))
    if text.count(":") > 1:
        return text, 0
    address, _, port = text.partition(":")
    return address.partition("-")[0], first_port(port)
