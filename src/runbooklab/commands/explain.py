"""``runbook explain``: what a pasted error text points to; no target is contacted."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from runbooklab.diagnosis.explanation import Explanation

COULD_NOT = 3
#: How many causes are printed; ``--json`` has all.
SHOWN = 4


# An error text may begin with a hyphen ("-NOAUTH ..."): it must not be read as one-letter options.
@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
    short_help="Say what a pasted error text points to.",
)
@click.argument("text", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print all causes as JSON.")
def explain(text: tuple[str, ...], as_json: bool) -> int:
    """Say what the error TEXT of a client points to, the likeliest cause first.

    Without TEXT, or with `-`, the text is read from stdin. Only the text is judged: nothing is
    connected to and no file is read. A log of any length may be piped in: the last failure counts most.
    Exit status: 0 if the text points to a cause; 3 if not, with one line that says so, or that the
    text is about another service.

    \b
    Examples:
      runbook explain "Error 111 connecting to localhost:6379. Connection refused."
      docker logs orchestrator 2>&1 | tail -n 40 | runbook explain
    """
    from runbooklab.errors import UserError

    given = " ".join(text)
    found = explained(io.StringIO(given) if given not in ("", "-") else _stdin())
    if not found.text.lines or (not found.text.text.strip() and found.text.whole):
        raise UserError("there is no error text", hint="give it in quotes, or pipe it in")
    if as_json:
        import msgspec

        from runbooklab.commands.output import to_stdout

        to_stdout(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
    elif found.causes:
        _print(found)
    else:
        titles, also = _titles(), _by_symptom(found)
        raise UserError(
            " ".join(found.notes).rstrip(".")
            or f"nothing in this text is known to come from {', '.join(titles[:-1])} or {titles[-1]}",
            hint=f"it is {also}" if also else "check the target itself with `runbook triage`",
        )
    return 0 if found.causes else COULD_NOT


def explained(text: TextIO) -> Explanation:
    """What the text points to, by the subjects of all domains that are installed."""
    from runbooklab.diagnosis.explain_all import explain_by_all, installed_subjects
    from runbooklab.observe.error_reading import pieces_of

    return explain_by_all(installed_subjects(), pieces_of(text.readline))


def _by_symptom(found: Explanation) -> str:
    """The project's runbooks whose symptoms quote a part of the text, and that are not named already."""
    from pathlib import Path

    from runbooklab.authoring.project import find_suite
    from runbooklab.authoring.symptoms import in_words, listed_runbooks

    named = {cause.runbook for cause in found.causes}
    others = [each for each in listed_runbooks(find_suite(Path.cwd())) if each.slug not in named]
    fitting = [each for each in others if each.is_symptom(found.text.text)]
    return in_words(fitting) if fitting else ""


def _titles() -> list[str]:
    from runbooklab.diagnosis.explain_all import installed_subjects

    return [rules.signs.title for rules in installed_subjects()]


def _stdin() -> TextIO:
    """Standard input; a person at a terminal is asked for the text."""
    if sys.stdin.isatty():
        click.echo("Paste the error text, then press Ctrl-D on an empty line.", err=True)
    return io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")


def _print(found: Explanation) -> None:
    click.echo(f"The text says: {found.says}.")
    for note in found.notes:
        click.echo(note)
    if also := _by_symptom(found):
        click.echo(f"It is also {also}.")
    for number, cause in enumerate(found.causes[:SHOWN], 1):
        click.echo(f"\n{number}. {cause.title} ({cause.id})")
        click.echo(f"   why:  {cause.why}")
        click.echo(f"   look: {cause.look.command}")
        click.echo(f"         it is this if you see: {cause.look.shows}")
        if cause.fix:
            click.echo(f"   fix:  {cause.fix}")
        click.echo(f"   then: runbook run {cause.runbook}")
    more = len(found.causes) - SHOWN
    rest = f"{more} more with --json. " if more > 0 else ""
    click.echo(
        f"\n{rest}No target was checked: names that are not in the text are the runbook's defaults. "
        "To find out which it is: runbook triage"
    )
