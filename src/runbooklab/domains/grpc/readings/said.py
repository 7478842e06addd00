"""What texts say of a cause: the error text that was given, and the last lines of the logs."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from runbooklab.diagnosis import error_signs
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.readings.worker import workers
from runbooklab.domains.grpc.signs import TABLE
from runbooklab.domains.grpc.thresholds import RECENT_S
from runbooklab.model.observation import LogLine
from runbooklab.observe.docker.records import LogTail
from runbooklab.words import seconds_between, short

#: What a deadline that passed is called if nothing else is known.
_LATE = "deadline-too-short"


class Said(Struct, frozen=True):
    """A line that says it, and whose it is: to go on in a sentence."""

    line: str
    source: Literal["the error text", "the orchestrator's log", "the worker's log"]


def said(e: Evidence, pattern: re.Pattern[str]) -> Said | None:
    """The last line that matches: of the error text first, then of the logs, if it is recent."""
    text = e.error_text.value.text if e.error_text.value is not None else ""
    lines = [line for line in text.splitlines() if pattern.search(line)]
    if lines:
        return Said(short(lines[-1].strip(), 200), "the error text")
    own = e.orchestrator_logs.value
    for source, tails in (
        ("the orchestrator's log", [own] if own is not None and e.target.orchestrator_container else []),
        (
            "the worker's log",
            list(tails_of_workers(e).values()),
        ),
    ):
        found = [
            line for tail in tails for line in tail.lines if pattern.search(line.text) and recent(e, line)
        ]
        if found:
            return Said(short(found[-1].text.strip(), 200), source)  # type: ignore[arg-type] # one of the three
    return None


class Pointed(Struct, frozen=True):
    """The cause that an error text names, and the line that does."""

    cause: str
    line: str
    is_shared: bool  # other causes bring the same line about


def pointed_to(e: Evidence) -> Pointed | None:
    """The first cause of what the error text says for certain; None if it says nothing of gRPC."""
    given = e.error_text.value
    marks = error_signs.read(given, TABLE).marks if given is not None else ()
    for mark in marks:
        if mark.sign.level == "firm" and not (mark.sign.generic and not mark.names_subject):
            return Pointed(mark.sign.causes[0], short(mark.line.strip(), 200), len(mark.sign.causes) > 1)
    late = next((mark for mark in marks if _LATE in mark.sign.causes), None)
    return Pointed(_LATE, short(late.line.strip(), 200), is_shared=True) if late is not None else None


def tails_of_workers(e: Evidence) -> dict[str, LogTail]:
    """The logs of the workers' own containers: a neighbour's errors are not theirs."""
    logs = e.worker_logs.value
    own = {each.container.name for each in workers(e) if each.container is not None}
    names = (own | {e.target.worker_container}) - {e.target.orchestrator_container, ""}
    return {name: tail for name, tail in (logs.tails if logs is not None else {}).items() if name in names}


def recent(e: Evidence, line: LogLine) -> bool:
    """Whether a line was written shortly before the look."""
    passed = seconds_between(line.at, e.gathered_at)
    return passed is None or passed <= RECENT_S
