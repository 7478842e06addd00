"""A monitoring plugin: its exit status, its first line, its performance data.

Source: the Monitoring Plugins Development Guidelines, "Plugin Output for Nagios" and "Plugin Return Codes".
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.domains.generic.probes.bounds import seen, within
from runbooklab.domains.generic.probes.command import pasted, script_of
from runbooklab.domains.generic.records import Asked, Plan, Seen
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.shell.judge import judge
from runbooklab.shell.parser import parse
from runbooklab.shell.programs import Programs, built_in_programs
from runbooklab.shell.tree import ShellError
from runbooklab.words import duration

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: Where packages of Debian, Red Hat and of the project itself put plugins.
FOLDERS = (
    "/usr/lib/nagios/plugins",
    "/usr/lib64/nagios/plugins",
    "/usr/local/nagios/libexec",
    "/usr/lib/monitoring-plugins",
    "/usr/libexec/monitoring-plugins",
)
_STATUSES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_NAME = re.compile(r"check_[A-Za-z0-9_.-]+")
_PERFORMANCE = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^\s='|]+))=(?P<value>-?\d+(?:\.\d+)?)")


def refused(asked: Asked) -> str:
    """Why this is never run."""
    script, values = script_of(asked.subject)
    name = _name(script)
    if not name:
        return f"a plugin is one program called check_..., from {FOLDERS[0]} or its like, with its options"
    ruling = judge(script, _programs(name), values)
    return "" if ruling.kind == "live" else f"{name}: {ruling.reason}"


def _name(script: str) -> str:
    """The plugin's name; "" if the script is anything but one plugin with its words."""
    first = script.split(maxsplit=1)[:1]
    if not first or not _NAME.fullmatch(first[0]):
        return ""
    try:
        statements = parse(script).statements
    except ShellError:
        return ""
    commands = [command for each in statements for step in each.steps for command in step.pipeline.commands]
    return first[0] if len(commands) == 1 else ""


def _programs(name: str) -> Programs:
    """The table with this plugin, whose options nobody knows: the second wall keeps it from writing."""
    return built_in_programs().having([(f"{name} [TEXT...] @any-options", "plugin")])


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be run."""
    return (Plan("process", pasted(asked).strip()),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    return f"{FOLDERS[0]}/{pasted(asked).strip()}"


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Run it to its end, or to the end of its time."""
    from runbooklab.observe.command.runner import run_script

    script, values = script_of(asked.subject)
    ctx = within(ctx, asked)
    result = run_script(
        script,
        values={name: ctx.vault.reveal(value) for name, value in values.items()},
        timeout_s=ctx.remaining_s(),
        cwd=Path("/"),
        programs=_programs(_name(script)),
        note=ctx.note,
        path=FOLDERS,
    )
    if result.refused:
        raise NotObserved(Missing("unsupported", f"nothing was run: {result.refused}"))
    if result.missing:
        raise NotObserved(Missing("unsupported", f"{result.missing} is not in {FOLDERS[0]}, or its like"))
    if result.timed_out:
        raise NotObserved(Missing("deadline", f"it had not ended after {duration(asked.timeout_s)}"))
    first, _, rest = result.out.partition("\n")
    text, _, performance = first.partition("|")
    known = result.exit is not None and 0 <= result.exit < len(_STATUSES)
    found: dict[str, Any] = {
        "text": text.strip(),
        "perf": performance_in(f"{performance}\n{rest.partition('|')[2]}"),
    }
    if known:
        found["status"] = _STATUSES[result.exit or 0]
    why = {} if known else {"status": f"it ended with status {result.exit}, which no plugin does"}
    return seen(ctx, found, shown=result.out or result.err, unobserved=why)


def performance_in(text: str) -> dict[str, float]:
    """The values of performance data by their labels.

    >>> performance_in("'load 1'=0.42;5;10 time=3ms")
    {'load 1': 0.42, 'time': 3.0}
    """
    found = _PERFORMANCE.finditer(text)
    return {(each["quoted"] or each["plain"]).replace("''", "'"): float(each["value"]) for each in found}
