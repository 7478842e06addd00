"""The fault matrix: what drills of every fault have shown, as a Markdown page."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

from runbooklab import __version__
from runbooklab.diagnosis.causes import look_alikes
from runbooklab.domains.redis.causes.table import CATALOGUE
from runbooklab.domains.redis.lab.cases import case_named
from runbooklab.lab.drill import Result
from runbooklab.lab.remediate import Remediation

if TYPE_CHECKING:
    from docker import DockerClient

INTRODUCTION = """\
# Fault matrix

<!-- Written by `runbook drill all --remediate --matrix docs/fault-matrix.md`; don't edit it by hand. -->

Every fault below was brought about for real, on containers, networks, packet filters and processes of the
lab's own. Then the Redis connection runbook looked, as a run does, and its diagnosis is compared with
what was injected. Where the recommended remedy could be carried out, it was, and the target was looked at
again. Everything was removed after each drill.
"""

FAULTS_HEAD = """\
## Fault by fault

**Named** is the primary cause where it is not the injected one. **Rank** is the injected cause's place
among the supported ones. **After the remedy**: *healthy* means that a second look found a healthy
target; otherwise it says what is left to a person, and why. What the containers are made with, what Redis
holds and who may enter was compared before and after it: what a remedy took away or opened without saying so
stands there too.
"""

TOGETHER_HEAD = """\
## Two causes at once

The one to fix first has to be named first, and the other one with it.
"""

CONFUSION_HEAD = """\
## Look-alikes

Causes that show the client the same face, and whether one was taken for the other. **Besides** counts the
drills in which a look-alike was supported too, behind the injected cause: a consequence of it, or a second
way to read what was seen.
"""

HEALTHY_HEAD = """\
## Healthy, but odd

Targets that are unusual and work. Any cause named here would be a false alarm.
"""


def page(results: Sequence[Result], at: datetime, versions: str) -> str:
    """The whole page; ``versions`` says in one line what the drills ran on."""
    faults = [result for result in results if result.expected]
    single = [result for result in faults if not result.also]
    together = [result for result in faults if result.also]
    healthy = [result for result in results if not result.expected]
    parts = [INTRODUCTION, f"{at:%Y-%m-%d}, {versions}.\n", *_summary(faults, healthy)]
    parts += [FAULTS_HEAD, *_table(_FAULT_HEADER, map(_fault_row, single))]
    if together:
        parts += [TOGETHER_HEAD, *_table(_TOGETHER_HEADER, map(_together_row, together))]
    parts += [CONFUSION_HEAD, *_table(_CONFUSION_HEADER, _confusion_rows(single))]
    parts += [HEALTHY_HEAD, *_table(_HEALTHY_HEADER, map(_healthy_row, healthy))]
    return "\n".join(parts)


def versions_of(docker: DockerClient | None) -> str:
    """What drills run on: this suite, the client library, the server, the engine and the system."""
    from importlib.metadata import version

    from runbooklab.domains.redis.lab.server_program import server_identity

    engine = f"Docker {docker.version()['Version']}" if docker else "no Docker engine"
    return (
        f"runbooklab {__version__}, {server_identity()}, {engine}, redis-py {version('redis')}, "
        f"Python {platform.python_version()}, {platform.system()}"
    )


def now() -> datetime:
    """The day that the page names."""
    return datetime.now(UTC)


# --- the parts ---------------------------------------------------------------------------------


def _summary(faults: Sequence[Result], healthy: Sequence[Result]) -> Iterator[str]:
    done = [result for result in faults if not (result.skipped or result.failed)]
    seconds = [result.looked_in_s for result in done]
    causes = {result.expected for result in done}
    named = sum(result.primary == result.expected for result in done)
    alarms = sum(not result.right for result in healthy if not result.skipped)
    fixed = [result.remediation for result in done if result.remediation and result.remediation.steps]
    rows = [
        ("causes in the catalogue", f"{len(CATALOGUE)}"),
        ("causes brought about", f"{len(causes)}"),
        ("faults injected", f"{len(done)}"),
        ("named first", f"{named}"),
        ("missed, or named behind another", f"{len(done) - named}"),
        ("not carried out", f"{len(faults) - len(done)}"),
        ("healthy targets", f"{len(healthy)}"),
        ("false alarms", f"{alarms}"),
        ("seconds to the diagnosis, median", f"{median(seconds):.2f}" if seconds else "-"),
        ("seconds to the diagnosis, at most", f"{max(seconds, default=0):.2f}"),
        ("faults with a remedy carried out here", f"{len(fixed)}"),
        ("of these healthy afterwards", f"{sum(result.is_healthy for result in fixed)}"),
        ("of these that lost or opened something unsaid", f"{sum(bool(one.harm) for one in fixed)}"),
    ]
    yield from _table(("", "number"), rows)
    without = [cause.id for cause in CATALOGUE if cause.id not in causes]
    if without:
        yield f"Not brought about here: {', '.join(without)}.\n"


_FAULT_HEADER = ("Fault", "What is done", "Named", "Rank", "Verdict", "Seconds", "After the remedy")


def _fault_row(result: Result) -> tuple[str, ...]:
    head = (f"`{result.case}`", case_named(result.case).made)
    if result.failed or result.skipped:
        return (*head, f"not carried out: {result.failed or result.skipped}", "", "", "", "")
    named = "as injected" if result.primary == result.expected else f"**{result.primary or 'nothing'}**"
    rank = str(result.rank) if result.rank else "-"
    return (*head, named, rank, result.verdict, f"{result.looked_in_s:.2f}", _after(result.remediation))


def _after(remediation: Remediation | None) -> str:
    if remediation is None:
        return ""
    outcome = f"**{remediation.outcome}**" if remediation.failed else remediation.outcome
    return f"{outcome}; **{remediation.harm}**" if remediation.harm else outcome


_TOGETHER_HEADER = ("Fault", "What is done", "Named, in this order", "Seconds")


def _together_row(result: Result) -> tuple[str, ...]:
    named = ", ".join(result.supported) or "nothing"
    said = result.failed or result.skipped or (named if result.right else f"**{named}**")
    return (f"`{result.case}`", case_named(result.case).made, said, f"{result.looked_in_s:.2f}")


_CONFUSION_HEADER = ("Injected", "Look-alikes", "Drills", "Named itself", "Taken for a look-alike", "Besides")


def _confusion_rows(results: Sequence[Result]) -> Iterator[tuple[str, ...]]:
    for cause in CATALOGUE:
        alike = look_alikes(cause)
        drilled = [one for one in results if one.expected == cause.id and not (one.skipped or one.failed)]
        if not alike or not drilled:
            continue
        itself = sum(one.primary == cause.id for one in drilled)
        taken = [one.primary for one in drilled if one.primary in alike]
        besides = sum(bool(set(one.supported[1:]) & set(alike)) for one in drilled)
        names = ", ".join(alike)
        yield (cause.id, names, str(len(drilled)), str(itself), ", ".join(taken) or "0", str(besides))


_HEALTHY_HEADER = ("Target", "What it is", "Named", "Verdict", "Seconds")


def _healthy_row(result: Result) -> tuple[str, ...]:
    said = result.failed or result.skipped or ", ".join(result.supported) or "nothing"
    named = said if result.right or result.skipped else f"**{said}**"
    made = case_named(result.case).made
    return (f"`{result.case}`", made, named, result.verdict, f"{result.looked_in_s:.2f}")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""
