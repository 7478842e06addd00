"""One judge for each kind of trouble: the worst port in its sentence, the others counted."""

from __future__ import annotations

import re
from collections.abc import Callable

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.probes.table import SOCKETS
from runbooklab.domains.ports.readings.sentences import SENTENCES
from runbooklab.domains.ports.readings.trouble import Trouble
from runbooklab.domains.ports.readings.troubles import rows_of, troubles
from runbooklab.words import listed, short

Judge = Callable[[Evidence], Ruling]

#: Which finding shows a trouble besides the table of owners.
_BECAUSE: dict[str, tuple[str, ...]] = {
    "port-taken-by-outgoing-connection": ("port-holders",),
    "port-time-wait": ("port-holders",),
    "port-shared-reuseport": ("port-sharing",),
    "port-shadowed-by-specific-address": ("port-sharing",),
    "port-split-by-family": ("port-sharing",),
}


def judge_of(cause: str) -> Judge:
    """Whether one of the wanted ports has this trouble."""

    @needs(SOCKETS)
    def judge(e: Evidence) -> Ruling:
        found = [each for each in troubles(e) if each.cause == cause]
        if found:
            return supported(max(found, key=lambda each: (not each.is_mild, each.confidence)), found)
        if not rows_of(e):
            return Untested("Nothing says which ports are wanted.")
        return RuledOut("No wanted port shows it.")

    return judge


def supported(worst: Trouble, found: list[Trouble]) -> Supported:
    """The ruling on the worst of some troubles of one kind."""
    proof, summary = SENTENCES[worst.cause](worst)
    others = [each.row.want.label for each in found if each is not worst]
    more = f" The same of port{'s' if len(others) > 1 else ''} {listed(others)}." if others else ""
    rival = worst.rival or worst.row.container
    return Supported(
        f"{proof}{_engine_says(worst)}{more}",
        ("port-owners", *_BECAUSE.get(worst.cause, ())),
        worst.confidence,
        f"{summary}{more}",
        severity="warning" if worst.is_mild else None,
        parameters={"container": rival.name} if rival is not None else {},
    )


#: What the engine puts before the part of its error that says something.
_PREAMBLE = re.compile(r"^.*?(?=Error starting userland proxy|Bind for |failed to )", re.DOTALL)


def _engine_says(found: Trouble) -> str:
    refused = next(iter(found.row.refused_of_anybody), None)
    if refused is None:
        return ""
    error = short(_PREAMBLE.sub("", refused.error), 200).rstrip(".")
    return f' The engine says of {refused.name}: "{error}".'
