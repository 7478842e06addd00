"""Rules that drop or reject packets, on this host and in the workers' containers, where they may be read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from runbooklab.domains.grpc.probes.table import CONTAINERS
from runbooklab.domains.grpc.records import FirewallRule, FirewallRules
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.host.namespace import from_inside, is_here
from runbooklab.observe.run_with_timeout import future

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context

#: Programs that print the rules and change nothing -> the program that removes one.
PROGRAMS = {"iptables-save": "iptables", "ip6tables-save": "ip6tables"}
MOST_BYTES = 1 << 20
MOST_RULES = 200
MOST_CONTAINERS = 4
_STOPS = re.compile(r"-A \S+ .*-j (?:DROP|REJECT)\b.*")


def firewall(ctx: Context) -> FirewallRules:
    """The rules with DROP or REJECT. Only root may read them. Raises :class:`NotObserved`."""
    if os.geteuid() != 0:
        raise NotObserved(Missing("permission", "only root may read the rules of the firewall"))
    programs = [program for program in PROGRAMS if shutil.which(program)]
    if not programs:
        raise NotObserved(Missing("unsupported", "iptables is not installed"))
    seconds = ctx.timeout_s(0.85)
    begun = [("", 0, program, future(partial(_saved, program, seconds))) for program in programs]
    known = ctx.wait(CONTAINERS).value
    running = [each for each in known.found if each.state == "running" and each.pid] if known else []
    for each in running[:MOST_CONTAINERS]:
        if each.network_mode != "host" and is_here(each.pid, each.id):
            inside = partial(from_inside, each.pid, partial(_saved, programs[0], seconds), seconds)
            begun.append((each.name, each.pid, programs[0], future(inside)))
    ctx.note("process", f"{', '.join(programs)} -t filter")
    rules: list[FirewallRule] = []
    for name, pid, program, answer in begun:
        rules += [
            FirewallRule(name, pid, PROGRAMS[program], text) for text in _read(answer, ctx.timeout_s(0.95))
        ]
    return FirewallRules(tuple(rules[:MOST_RULES]))


def _read(answer: Callable[[float], str], seconds: float) -> Iterator[str]:
    try:
        text = answer(seconds)
    except (OSError, subprocess.SubprocessError, TimeoutError):
        return
    yield from (line for line in text.splitlines() if _STOPS.fullmatch(line))


def _saved(program: str, seconds: float) -> str:
    done = subprocess.run(  # noqa: S603 # fixed words from the table above
        [program, "-t", "filter"], stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=True
    )
    return done.stdout[:MOST_BYTES].decode("utf-8", "replace")
