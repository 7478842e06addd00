"""``runbook allow``: whether a command would run as a live check, and which row of the table says so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from runbooklab.shell.ruling import Ruling

NOT_LIVE = 1


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
    short_help="Say whether a command only reads, so that a check may run it.",
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def allow(command: tuple[str, ...]) -> int:
    """Say whether COMMAND only reads, so that a live check may run it. Nothing is run.

    Give it as it is typed, after `--`, or as one text in quotes if it has pipes, quotes or variables. The
    table of programs decides; configs/commands.yaml adds to it, and for a command that it doesn't know the
    row to add is printed. Exit status: 0 live, 1 not, 3 if it can't be read.

    \b
    Examples:
      runbook allow -- kubectl get pods -A
      runbook allow 'journalctl -u nginx | tail -n 20'
    """
    from runbooklab.authoring.project import find_suite
    from runbooklab.errors import UserError
    from runbooklab.shell.judge import judge
    from runbooklab.shell.printing import command_line
    from runbooklab.shell.programs import built_in_programs
    from runbooklab.shell.project_rows import widened

    text = command[0] if len(command) == 1 else command_line(command)
    programs = widened(built_in_programs(), find_suite(Path.cwd()).root / "configs" / "commands.yaml")
    ruling = judge(text, programs)
    if ruling.kind == "unparsable":
        raise UserError(
            f"line {ruling.line}, column {ruling.column}: {ruling.reason}",
            hint="a live check is words, quotes, $NAME, $( ), |, &&, || and ;",
        )
    _print(ruling)
    if ruling.kind == "unknown" and (row := suggested_row(ruling, text)):
        click.echo(f"\nIf it only reads, add this to configs/commands.yaml:\n\nreads:\n  - {row}")
    return 0 if ruling.kind == "live" else NOT_LIVE


def _print(ruling: Ruling) -> None:
    from runbooklab.redaction import visible

    reason = f": {ruling.reason}" if ruling.reason else ""
    said = _SENTENCES[ruling.kind].format(ruling.program or "it")
    click.echo(visible(f"{ruling.kind}: {said}{reason}"))
    if ruling.needs_root:
        click.echo("It runs only if runbooklab itself is run by root; sudo is left out.")
    if ruling.once:
        click.echo(visible(f"So that it ends: {ruling.once}"))
    if ruling.row:
        click.echo(visible(f"\n{ruling.place} says:\n  {_short(ruling.row)}"))


_SENTENCES = {
    "live": "it only reads",
    "empty": "there is nothing to run",
    "reveals": "{} shows what should stay secret",
    "unbounded": "{} does not end by itself",
    "interactive": "{} waits for a person",
    "remote": "{} works on another machine",
    "unknown": "it is not known that {} only reads",
    "mutating": "{} changes something",
}
_LONGEST_ROW = 400
_SUB_COMMAND = re.compile(r"[a-z][a-z0-9-]*")


def _short(row: str) -> str:
    return row if len(row) <= _LONGEST_ROW else f"{row[:_LONGEST_ROW]} ..."


def suggested_row(ruling: Ruling, text: str) -> str:
    """A row for the command that decided; "" if its program has no name that a row can have."""
    from runbooklab.shell.parser import parse
    from runbooklab.shell.tree import Text

    for statement in parse(text).statements:
        for step in statement.steps:
            for each in step.pipeline.commands:
                if (each.line, each.column) == (ruling.line, ruling.column):
                    words = [
                        "".join(part.value for part in word.parts if isinstance(part, Text)) or "TEXT"
                        for word in each.words
                    ]
                    return _row(words)
    return ""


def _row(words: list[str]) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.+-]+", words[0]):
        return ""
    path, rest = [words[0]], words[1:]
    while rest and _SUB_COMMAND.fullmatch(rest[0]) and len(path) < 3:
        path.append(rest.pop(0))
    options: list[str] = []
    operands = 0
    while rest:
        word = rest.pop(0)
        if not word.startswith("-") or word in ("-", "--"):
            operands += word != "--"
            continue
        name, attached, _ = word.partition("=")
        takes = attached or (rest and not rest[0].startswith("-") and name not in options)
        if takes and not attached:
            rest.pop(0)
        options.append(f"{name} TEXT" if takes else name)
    shown = [f"[{' '.join(dict.fromkeys(options))}]"] if options else []
    return " ".join([*path, *shown, *(["[TEXT...]"] if operands else [])])
