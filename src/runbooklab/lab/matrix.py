"""The fault matrix: what drills of every fault have shown, as a Markdown page."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from runbooklab import __version__
from runbooklab.diagnosis.causes import look_alikes
from runbooklab.domain.rules import Rules
from runbooklab.lab.drill import Result
from runbooklab.lab.lab import Lab
from runbooklab.lab.remediate import Remediation

if TYPE_CHECKING:
    from docker import DockerClient

#: A lab, and what its drills have shown.
Drilled = tuple[Lab[Any], list[Result]]

INTRODUCTION = """\
# Fault matrix

<!-- Written by `runbook drill all --remediate --matrix docs/fault-matrix.md`; don't edit it by hand. -->

Every fault below was injected for real, into containers, networks, packet filters and processes of the
lab. Then the target was inspected and judged as a run does it, and the diagnosis is compared with what
was injected. If the recommended remedy could be applied, it was, and the target was inspected again.
Everything was removed after each drill.
"""

FAULTS = """\
**Named** is the primary cause if it is not the injected one. **Rank** is the injected cause's place
among the supported ones. **After the remedy**: *healthy* means that a second inspection found a
healthy target; otherwise it says what is left to a person, and why. The containers' settings and
contents, and who may enter, were compared before and after it: what a remedy took away or opened
without saying so is listed, too.
"""

TOGETHER = """\
The cause to fix first must be named first, and the other one after it.
"""

CONFUSION = """\
Causes that look the same to the client, and whether one was taken for the other. **Besides** counts the
drills in which a look-alike was supported too, behind the injected cause: a consequence of it, or another
explanation of what was observed.
"""

HEALTHY = """\
Targets that are unusual and work. Any cause named here would be a false alarm.
"""


def page(drilled: Sequence[Drilled], at: datetime, versions: str) -> str:
    """The whole page, with a part for each lab; ``versions`` says in one line what the drills ran on."""
    parts = [INTRODUCTION, f"{at:%Y-%m-%d}, {versions}.\n"]
    if len(drilled) > 1:
        parts += _table(_RUNBOOK_HEADER, [_runbook_row(lab, results) for lab, results in drilled])
    for lab, results in drilled:
        if len(drilled) > 1:
            parts.append(f"## {lab.title}\n")
        parts += _part(lab, results, "##" if len(drilled) == 1 else "###")
    return "\n".join(parts)


def versions_of(labs: Iterable[Lab[Any]], docker: DockerClient | None) -> str:
    """What drills run on: this suite, what each lab names, the engine, Python and the system."""
    named = dict.fromkeys(version for lab in labs for version in lab.versions())
    engine = f"Docker {docker.version()['Version']}" if docker else "no Docker engine"
    python = f"Python {platform.python_version()}"
    return ", ".join((f"runbooklab {__version__}", *named, engine, python, platform.system()))


def now() -> datetime:
    """The day that the page names."""
    return datetime.now(UTC)


# --- the parts ---------------------------------------------------------------------------------


def _part(lab: Lab[Any], results: Sequence[Result], level: str) -> Iterator[str]:
    """One lab's summary and tables, under headings of this level."""
    made = {case.id: case.made for case in lab.cases}
    faults = [result for result in results if result.expected]
    single = [result for result in faults if not result.also]
    together = [result for result in faults if result.also]
    healthy = [result for result in results if not result.expected]
    yield from _summary(lab, results)
    rows: Iterable[Sequence[str]] = [_fault_row(result, made) for result in single]
    yield from (f"{level} Fault by fault\n", FAULTS, *_table(_FAULT_HEADER, rows))
    if together:
        rows = [_together_row(result, made) for result in together]
        yield from (f"{level} Two causes at once\n", TOGETHER, *_table(_TOGETHER_HEADER, rows))
    rows = _confusion_rows(lab.rules, single)
    yield from (f"{level} Look-alikes\n", CONFUSION, *_table(_CONFUSION_HEADER, rows))
    rows = [_healthy_row(result, made) for result in healthy]
    yield from (f"{level} Healthy, but odd\n", HEALTHY, *_table(_HEALTHY_HEADER, rows))


class _Counts(Struct, frozen=True):
    """What the drills of one lab add up to."""

    causes: int
    injected: frozenset[str]  # causes
    done: list[Result]
    not_run: int
    healthy: int
    alarms: int
    fixed: list[Remediation]

    @property
    def named(self) -> int:
        return sum(result.primary == result.expected for result in self.done)

    @property
    def healthy_again(self) -> int:
        return sum(remediation.is_healthy for remediation in self.fixed)


def _counts(lab: Lab[Any], results: Sequence[Result]) -> _Counts:
    faults = [result for result in results if result.expected]
    healthy = [result for result in results if not result.expected]
    done = [result for result in faults if not (result.skipped or result.failed)]
    return _Counts(
        causes=len(lab.rules.causes),
        injected=frozenset(result.expected for result in done),
        done=done,
        not_run=len(faults) - len(done),
        healthy=len(healthy),
        alarms=sum(not result.right for result in healthy if not result.skipped),
        fixed=[each.remediation for each in done if each.remediation and each.remediation.steps],
    )


_RUNBOOK_HEADER = (
    "Runbook", "Causes", "Injected", "Faults", "Named first", "Healthy targets", "False alarms",
    "Remedies applied", "Healthy afterwards",
)  # fmt: skip


def _runbook_row(lab: Lab[Any], results: Sequence[Result]) -> tuple[str, ...]:
    seen = _counts(lab, results)
    numbers = (
        seen.causes, len(seen.injected), len(seen.done), seen.named, seen.healthy, seen.alarms,
        len(seen.fixed), seen.healthy_again,
    )  # fmt: skip
    return (lab.runbook, *map(str, numbers))


def _summary(lab: Lab[Any], results: Sequence[Result]) -> Iterator[str]:
    seen = _counts(lab, results)
    seconds = [result.diagnosed_in_s for result in seen.done]
    rows = [
        ("causes in the catalogue", f"{seen.causes}"),
        ("causes injected", f"{len(seen.injected)}"),
        ("faults injected", f"{len(seen.done)}"),
        ("named first", f"{seen.named}"),
        ("missed, or named after another", f"{len(seen.done) - seen.named}"),
        ("not run", f"{seen.not_run}"),
        ("healthy targets", f"{seen.healthy}"),
        ("false alarms", f"{seen.alarms}"),
        ("seconds to the diagnosis, median", f"{median(seconds):.2f}" if seconds else "-"),
        ("seconds to the diagnosis, at most", f"{max(seconds, default=0):.2f}"),
        ("faults with a remedy applied here", f"{len(seen.fixed)}"),
        ("of these healthy afterwards", f"{seen.healthy_again}"),
        (
            "of these that lost or opened something without saying so",
            f"{sum(bool(remediation.harm) for remediation in seen.fixed)}",
        ),
    ]
    yield from _table(("", "number"), rows)
    without = [cause for cause in lab.rules.causes if cause not in seen.injected]
    if without:
        yield f"Not injected here: {', '.join(without)}.\n"


_FAULT_HEADER = ("Fault", "What is done", "Named", "Rank", "Verdict", "Seconds", "After the remedy")


def _fault_row(result: Result, made: dict[str, str]) -> tuple[str, ...]:
    head = (f"`{result.case}`", made[result.case])
    if result.failed or result.skipped:
        return (*head, f"not run: {result.failed or result.skipped}", "", "", "", "")
    named = "as injected" if result.primary == result.expected else f"**{result.primary or 'nothing'}**"
    rank = str(result.rank) if result.rank else "-"
    return (*head, named, rank, result.verdict, f"{result.diagnosed_in_s:.2f}", _after(result.remediation))


def _after(remediation: Remediation | None) -> str:
    if remediation is None:
        return ""
    outcome = f"**{remediation.outcome}**" if remediation.failed else remediation.outcome
    return f"{outcome}; **{remediation.harm}**" if remediation.harm else outcome


_TOGETHER_HEADER = ("Fault", "What is done", "Named, in this order", "Seconds")


def _together_row(result: Result, made: dict[str, str]) -> tuple[str, ...]:
    named = ", ".join(result.supported) or "nothing"
    said = result.failed or result.skipped or (named if result.right else f"**{named}**")
    return (f"`{result.case}`", made[result.case], said, f"{result.diagnosed_in_s:.2f}")


_CONFUSION_HEADER = ("Injected", "Look-alikes", "Drills", "Named itself", "Taken for a look-alike", "Besides")


def _confusion_rows(rules: Rules, results: Sequence[Result]) -> Iterator[tuple[str, ...]]:
    done = [result for result in results if not (result.skipped or result.failed)]
    for cause in rules.causes.values():
        alike = look_alikes(rules, cause)
        drilled = [result for result in done if result.expected == cause.id]
        if not alike or not drilled:
            continue
        itself = sum(result.primary == cause.id for result in drilled)
        taken = [result.primary for result in drilled if result.primary in alike]
        besides = sum(bool(set(result.supported[1:]) & set(alike)) for result in drilled)
        names = ", ".join(alike)
        yield (cause.id, names, str(len(drilled)), str(itself), ", ".join(taken) or "0", str(besides))


_HEALTHY_HEADER = ("Target", "What it is", "Named", "Verdict", "Seconds")


def _healthy_row(result: Result, made: dict[str, str]) -> tuple[str, ...]:
    said = result.failed or result.skipped or ", ".join(result.supported) or "nothing"
    named = said if result.right or result.skipped else f"**{said}**"
    return (f"`{result.case}`", made[result.case], named, result.verdict, f"{result.diagnosed_in_s:.2f}")


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""
