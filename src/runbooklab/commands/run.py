"""``runbook run``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runbooklab.commands.draft_acts import draft_acts
from runbooklab.commands.format_options import (
    FORMATS,
    format_options,
    print_report,
    text_names,
    with_whole_path,
)
from runbooklab.commands.output import plan_lines, to_stderr, to_stdout
from runbooklab.commands.target_options import (
    choose,
    incident_option,
    reports_folder,
    say_if_older,
    value_options,
)

if TYPE_CHECKING:
    from runbooklab.authoring.invocation import Invocation
    from runbooklab.execution import Result
    from runbooklab.model.conclusions import Diagnosis

COULD_NOT = 3
#: Why nothing was carried out although a remedy was asked for, and no audit entry says so.
NOT_APPLIED = "the cell resolve() carries remedies out: the report says why it did not, if the runbook has it"


def _a_number(context: click.Context, option: click.Parameter, value: float) -> float:
    if value != value:  # nan passes every comparison with a range
        raise click.BadParameter("nan is not a number of seconds", context, option)
    return value


@click.command()
@click.argument("slug")
@value_options
@incident_option("The incident this run belongs to.")
@click.option("--reports", type=click.Path(path_type=Path), metavar="DIR", help="Where reports are written.")
@click.option("--json", "as_json", is_flag=True, help="Print the diagnosis as JSON on stdout.")
@format_options
@click.option(
    "--deadline", "deadline_s", type=click.FloatRange(min=0, min_open=True, max=86400), default=120.0,
    callback=_a_number, show_default=True, metavar="SECONDS",
    help="End the run after this time, with a report of the evidence so far.",
)  # fmt: skip
@click.option("--plan", "only_plan", is_flag=True, help="List what each cell would send, and send nothing.")
@click.option("--apply", "remedy", metavar="REMEDY", help="Apply this remedy after the diagnosis.")
@click.option("--confirm", metavar="NAME", help="The target's name, which a destructive remedy asks for.")
@click.option("--yes-production", is_flag=True, help="Apply it although the target is in production.")
def run(
    slug: str,
    pairs: tuple[tuple[str, str], ...],
    files: tuple[Path, ...],
    target: str | None,
    incident: str | None,
    reports: Path | None,
    as_json: bool,
    formats: frozenset[str],
    postmortem: bool,
    deadline_s: float,
    only_plan: bool,
    remedy: str | None,
    confirm: str | None,
    yes_production: bool,
) -> int:
    """Run a runbook and leave a report.

    Progress goes to stderr, the path of the report to stdout (with --format md the short text). A run
    reads and changes nothing, unless --apply names a remedy. Exit status: 0 ok, 1 warning, 2 critical,
    3 unknown, could not run, or the remedy of --apply was not applied.

    \b
    Examples:
      runbook run redis-connection
      runbook run redis-connection -p redis_url redis://localhost:6380 --incident INC-42
      runbook run redis-connection --target staging --json
      runbook run disk-space --plan
      runbook run redis-connection --format md,pdf --postmortem
      runbook run redis-connection --apply start-container
      runbook run redis-connection --target tts --apply start-container --yes-production
    """
    from runbooklab.commands.own_process import run_here
    from runbooklab.commands.planned import planned
    from runbooklab.execution import Request
    from runbooklab.incident.folder import INCIDENTS
    from runbooklab.report.wanted_texts import WantedTexts

    invocation = choose(
        slug, pairs, files, target, _own_parameters(slug, incident, remedy, confirm, yes_production)
    )
    say_if_older(invocation.suite, slug)
    if only_plan:
        for line in planned(invocation):
            click.echo(line)
        return 0
    folder = reports_folder(invocation.suite, reports)
    acts = draft_acts(invocation.values.get("incident"), folder / INCIDENTS) if postmortem else ()
    texts = WantedTexts(text_names(formats, postmortem), acts)
    result = run_here(Request(invocation, folder, deadline_s, texts), to_stderr)
    _print_summary(result)
    _print_answer(result, as_json, as_text="md" in formats)
    _suggest(result.diagnosis, invocation)
    if "pdf" in formats and result.folder is not None:
        print_report(result.folder / FORMATS["html"], result.folder / FORMATS["pdf"])
    wanted = str(invocation.values.get("apply") or "").strip()
    if wanted and not result.diagnosis.audit:
        to_stderr(f"  not applied: {wanted} ({NOT_APPLIED})")
        return COULD_NOT
    return _exit_status(result)


def _own_parameters(
    slug: str, incident: str | None, remedy: str | None, confirm: str | None, yes_production: bool
) -> dict[str, tuple[str, str]]:
    """The parameters that have an option of their own: name -> (option, value)."""
    own = {"incident": ("--incident", incident)} if incident else {}
    if remedy:
        production = ",production" if yes_production else ""
        own["apply"] = ("--apply", f"{_apply_value(slug, remedy, confirm)}{production}")
    elif confirm or yes_production:
        raise click.UsageError(f"{'--confirm' if confirm else '--yes-production'} needs --apply")
    return own


def _apply_value(slug: str, remedy: str, confirm: str | None) -> str:
    from runbooklab.authoring.project import nearest
    from runbooklab.commands.target_options import rules_of
    from runbooklab.domain.registry import PROBES
    from runbooklab.domain.rules import Rules
    from runbooklab.errors import UserError

    # also what a subject depends on may have to be fixed: its domains' remedies are known, too
    rules = rules_of(slug)
    names = dict.fromkeys(domain.name.removesuffix(PROBES) for domain in rules.domains)
    remedies = {**Rules.of(names).remedies, **rules.remedies}
    if remedy not in remedies:
        raise UserError(
            f"there is no remedy {remedy!r}",
            hint=nearest(remedy, remedies) or "a report names the remedy of each cause that it found",
        )
    return f"{remedy}={confirm}" if confirm else remedy


#: Most characters of a command's output in a line of the terminal.
MOST_OUTPUT = 200


def _on_one_line(output: str) -> str:
    """What a command printed, in one line of the terminal; the whole of it is in the report."""
    from runbooklab.words import short

    return short(" ".join(output.split()), MOST_OUTPUT)


def _print_summary(result: Result) -> None:
    """For the person who watches, on stderr: the verdict, the fix, what was carried out, what went wrong."""

    diagnosis = result.diagnosis
    to_stderr(f"\n{diagnosis.verdict.upper()}: {diagnosis.summary}")
    for line in plan_lines(diagnosis.primary.remedy if diagnosis.primary else None):
        to_stderr(line)
    if other := diagnosis.primary.hand_over if diagnosis.primary else diagnosis.hand_over:
        to_stderr(f"  {f'{other.reason} Go' if other.reason else 'go'} on with: {other.command}")
    for entry in diagnosis.audit:
        to_stderr(
            f"  {entry.outcome}: {entry.command}{f' ({_on_one_line(entry.output)})' if entry.output else ''}"
        )
    if result.problem:
        to_stderr(f"runbook: {result.problem}")


def _print_answer(result: Result, as_json: bool, as_text: bool) -> None:
    """On stdout: the diagnosis as JSON, the short text or the report's path."""
    if as_json or result.folder is None:  # without a folder, stdout is the only place for it
        to_stdout(result.json)
    elif as_text:
        text = (result.folder / FORMATS["md"]).read_bytes()
        to_stdout(with_whole_path(text, result.folder / FORMATS["html"]))
    else:
        to_stdout(f"{result.folder / FORMATS['html']}\n".encode(errors="surrogateescape"))


def _suggest(diagnosis: Diagnosis, invocation: Invocation) -> None:
    """What to try if all is not well, and nobody named the target that this was said of."""
    rules = invocation.rules
    if not invocation.given and diagnosis.primary is not None:
        for part in rules.contributions:
            if diagnosis.primary.id in part.nothing_there:
                to_stderr(part.nothing_there[diagnosis.primary.id])
    if diagnosis.verdict != "ok":
        for name in dict.fromkeys(name for part in rules.contributions for name in part.contacted):
            if name in invocation.given or name in invocation.secret_names:
                continue  # where a secret is was named by whoever put it there
            if default := diagnosis.parameters.get(name):
                said = f"Nobody named {name}, so this is about the default, {default}."
                to_stderr(f"{said} Name another: -p {name} VALUE")


def _exit_status(result: Result) -> int:
    from runbooklab.model.conclusions import EXIT_STATUS

    not_done = [entry for entry in result.diagnosis.audit if entry.outcome != "done"]
    return COULD_NOT if result.folder is None or not_done else EXIT_STATUS[result.diagnosis.verdict]
