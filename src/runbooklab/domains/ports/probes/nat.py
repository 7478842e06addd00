"""Rules of this host that send connections to a local port elsewhere, where they may be read."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

from runbooklab.domains.ports.context import Context
from runbooklab.domains.ports.probes.nat_text import rules_of_iptables
from runbooklab.domains.ports.probes.nft_text import rules_of_nft
from runbooklab.domains.ports.records import NatRule, NatRules
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.run_with_timeout import future

#: Programs that print the rules and change nothing, with the family of addresses.
COMMANDS: tuple[tuple[tuple[str, ...], int], ...] = (
    (("iptables-save", "-t", "nat"), 4),
    (("ip6tables-save", "-t", "nat"), 6),
    (("iptables-legacy-save", "-t", "nat"), 4),
    (("nft", "-nn", "-a", "list", "ruleset"), 0),
)
MOST_BYTES = 1 << 20
MOST_RULES = 500


def nat_rules(ctx: Context) -> NatRules:
    """The rules with REDIRECT or DNAT to a port. Only root may read them."""
    if os.geteuid() != 0:
        raise NotObserved(Missing("permission", "only root may read the rules of the firewall"))
    chosen = [(argv, family) for argv, family in COMMANDS if shutil.which(argv[0])]
    if not chosen:
        raise NotObserved(Missing("unsupported", "neither iptables nor nft is installed"))
    seconds = ctx.timeout_s(0.85)
    answers = []
    for argv, family in chosen:
        ctx.note("process", " ".join(argv))
        answers.append((argv, family, future(lambda argv=argv: _output(argv, seconds))))  # type: ignore[misc] # its argument is bound
    rules: list[NatRule] = []
    failed = ""
    read = 0
    for argv, family, answer in answers:
        try:
            text = answer(seconds)
        except (OSError, subprocess.SubprocessError, TimeoutError) as error:
            failed = f"{argv[0]}: {error}"
            continue
        read += 1
        rules += _rules(text, family)
    if not read:
        raise NotObserved(Missing("error", failed))
    return NatRules(tuple({(each.family, each.text): each for each in rules}.values())[:MOST_RULES])


def _rules(text: str, family: int) -> Iterator[NatRule]:
    return rules_of_iptables(text, family) if family else rules_of_nft(text)


def _output(argv: tuple[str, ...], seconds: float) -> str:
    done = subprocess.run(  # noqa: S603 # fixed words from the table above
        list(argv), stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=True
    )
    return done.stdout[:MOST_BYTES].decode("utf-8", "replace")
