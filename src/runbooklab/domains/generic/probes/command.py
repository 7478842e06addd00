"""The output of a command that only reads: judged by the table of programs, and run without a shell."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.domains.generic.probes.bounds import json_in, seen, within
from runbooklab.domains.generic.records import Asked, Plan, Seen, Text
from runbooklab.domains.generic.shell_words import as_pasted
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.shell.judge import judge
from runbooklab.shell.programs import Programs, built_in_programs
from runbooklab.shell.project_rows import widened
from runbooklab.words import duration

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.command.result import CommandResult
    from runbooklab.observe.context import Context

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
#: Fields that say what a pipeline put out: they are nothing if one of its stages failed.
_OF_OUTPUT = ("exit", "out", "lines", "number", "json")


def refused(asked: Asked) -> str:
    """Why this is never run."""
    script, values = script_of(asked.subject)
    ruling = judge(script, _programs(asked), values)
    if ruling.kind == "live":
        return ""
    once = f"; write {ruling.once}" if ruling.once else ""
    return f"{_shown(ruling.program)}{ruling.reason}{once}"


def _programs(asked: Asked) -> Programs:
    """The table, with what the project adds. Raises :class:`UserError` for a mistake in its file."""
    table = built_in_programs()
    return widened(table, Path(asked.project) / "configs" / "commands.yaml") if asked.project else table


def _shown(program: str) -> str:
    return f"{program}: " if program else ""


def script_of(subject: Text) -> tuple[str, dict[str, str]]:
    """The script with a variable in the place of each value, and the variables' values.

    A value is filled in after the script was parsed and split into words: it is one word, or a part of one.
    """
    pieces = subject.pieces
    names = [f"__{number}" for number in range(1, len(subject.values) + 1)]
    parts = [part for pair in zip(pieces, (f"${{{name}}}" for name in names), strict=False) for part in pair]
    return "".join([*parts, pieces[-1]]), dict(zip(names, subject.values, strict=True))


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be run."""
    lines = pasted(asked).splitlines()
    return tuple(Plan("process", line.strip()) for line in lines if line.strip())


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    line = pasted(asked).strip()
    return "" if "\n" in line else line


def pasted(asked: Asked) -> str:
    """The script as a person pastes it: each value one word, a variable for each secret."""
    secret = {value: f"env:{variable}" for value, variable in asked.variables.items()}
    parts = list(asked.subject.parts)
    parts[1::2] = [secret.get(value, value) for value in parts[1::2]]
    return as_pasted(parts, ["value"] * len(asked.subject.values))


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Run it to its end, or to the end of its time."""
    ctx = within(ctx, asked)
    result = _run(ctx, asked)
    where = f"in {asked.container}" if asked.container else "here"
    if result.missing:
        raise NotObserved(Missing("unsupported", f"{result.missing} is not installed {where}"))
    if result.refused:
        raise NotObserved(Missing("unsupported", f"it was not run to its end: {result.refused}"))
    if result.timed_out:
        note = f"It had not ended after {duration(asked.timeout_s)}."
        return seen(ctx, {"timed_out": True, "ms": result.ms}, shown=_output(result), note=note)
    return _seen(ctx, result)


def _run(ctx: Context[Target], asked: Asked) -> CommandResult:
    """On this host, or in the container that is asked for: its first program there, its filters here."""
    script, values = script_of(asked.subject)
    values = {name: ctx.vault.reveal(value) for name, value in values.items()}
    if asked.container:
        from runbooklab.observe.command.container import run_in_container

        return run_in_container(ctx, asked.container, script, values=values, programs=_programs(asked))
    from runbooklab.observe.command.runner import run_script

    return run_script(
        script,
        values=values,
        timeout_s=ctx.remaining_s(),
        cwd=Path(asked.project or "/"),
        programs=_programs(asked),
        note=ctx.note,
    )


def _seen(ctx: Context[Target], result: CommandResult) -> Seen:
    values: dict[str, Any] = {
        "exit": result.exit,
        "out": result.out,
        "err": result.err,
        "lines": sum(bool(line.strip()) for line in result.out.splitlines()),
        "ms": result.ms,
        "timed_out": False,
    }
    if (number := _NUMBER.search(result.out)) is not None:
        values["number"] = float(number[0])
    if result.out.lstrip()[:1] in ("{", "["):
        found, why = json_in(result.out, ctx.vault)
        if not why:
            values["json"] = found
    unobserved = _unobserved(result)
    kept = {name: value for name, value in values.items() if name not in unobserved}
    return seen(ctx, kept, shown=_output(result), unobserved=unobserved)


def _unobserved(result: CommandResult) -> dict[str, str]:
    """What a failed stage of a pipeline, or an output that was cut, leaves unsaid."""
    failed = next((stage for stage in result.stages[:-1] if stage.failed), None)
    if failed is not None:
        why = f"{failed.argv[0]} ended with status {failed.exit}, so what follows it had nothing to read"
        return dict.fromkeys(_OF_OUTPUT, why)
    if result.truncated:
        return dict.fromkeys(("exit", "lines", "json"), "it was ended because it put out too much")
    return {}


def _output(result: CommandResult) -> str:
    return "\n".join(part for part in (result.out.strip("\n"), result.err.strip("\n")) if part)
